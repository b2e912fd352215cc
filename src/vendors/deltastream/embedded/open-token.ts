import {AppError} from '../../../errors/app-error.ts'
import type {Actor} from '../../../service/context.ts'
import type {TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {findOwnVariable} from '../../own-token.ts'
import type {OpenedToken} from '../../vendor.ts'
import {type DeltaStreamTokenRecord, deltaStreamTokenPort} from '../token-port.ts'
import {DELTASTREAM} from '../vendor.ts'
import {embeddedDeltaStreamApi} from './embedded-api.ts'

/**
 * Open a token of the embedded service, with the port to the tokens of its owner. NOT_FOUND if the
 * token is gone.
 */
export async function openDeltaStreamToken(
  service: TokenService,
  actor: Actor,
  {id, name, organizationId}: TokenView,
): Promise<OpenedToken> {
  const api = embeddedDeltaStreamApi(service, {kind: 'owner', actor, organizationId})
  const port = deltaStreamTokenPort({api, capabilities: api, session: {}})
  const readAgain = async (): Promise<DeltaStreamTokenRecord> => {
    const found = (await port.list()).find((token) => token.name === name)
    if (found) return found
    throw new AppError('NOT_FOUND', `No API token ${name}`, {
      hint: 'See them with: tokenry deltastream token list --context embedded',
    })
  }
  const {issuer} = service.installation
  return {
    record: await readAgain(),
    port,
    readAgain,
    findOwnVariable: (env) => findOwnVariable(DELTASTREAM, env, {issuer, tokenId: id}),
  }
}
