import type {Actor} from '../../../service/context.ts'
import type {TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {findOwnVariable} from '../../own-token.ts'
import type {OpenedToken} from '../../vendor.ts'
import {type MotherDuckTokenRecord, motherDuckTokenPort} from '../token-port.ts'
import {MOTHERDUCK} from '../vendor.ts'
import {findAccountById} from './accounts.ts'
import {embeddedMotherDuckApi} from './embedded-api.ts'
import {noToken} from './user-tokens.ts'

/**
 * Open a token of the embedded service, with the port to the tokens of its user. NOT_FOUND if the
 * token is gone or has expired.
 */
export async function openMotherDuckToken(
  service: TokenService,
  actor: Actor,
  {id, organizationId, ownerId}: TokenView,
): Promise<OpenedToken> {
  const user = await findAccountById(service.read, organizationId, ownerId)
  if (!user) throw noToken(id)
  const api = embeddedMotherDuckApi(service, {kind: 'owner', actor, organizationId})
  const port = motherDuckTokenPort({api, capabilities: api}, {username: user.name})
  const readAgain = async (): Promise<MotherDuckTokenRecord> => {
    const found = (await port.list()).find((token) => token.id === id)
    if (!found) throw noToken(id)
    return found
  }
  const {issuer} = service.installation
  return {
    record: await readAgain(),
    port,
    readAgain,
    findOwnVariable: (env) => findOwnVariable(MOTHERDUCK, env, {issuer, tokenId: id}),
  }
}
