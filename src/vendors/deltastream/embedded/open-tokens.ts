import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {TokenList} from '../../vendor.ts'
import {deltaStreamTokenPort} from '../token-port.ts'
import {embeddedDeltaStreamApi} from './embedded-api.ts'
import {findOwner} from './owner.ts'

/**
 * Open the tokens of the owner of the store in an organization of the embedded service. There are
 * none if a store that can only be read is older than the vendor.
 */
export async function openEmbeddedTokens(
  service: TokenService,
  actor: Actor,
  organizationId: string,
): Promise<TokenList[]> {
  if (!(await findOwner(service.read, organizationId))) return []
  const api = embeddedDeltaStreamApi(service, {kind: 'owner', actor, organizationId})
  return [deltaStreamTokenPort({api, capabilities: api, session: {}})]
}
