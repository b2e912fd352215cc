import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {TokenList} from '../../vendor.ts'
import {deltaStreamTokenPort} from '../token-port.ts'
import {embeddedDeltaStreamApi} from './embedded-api.ts'

/** Open the tokens of the owner of the store in an organization of the embedded service. */
export async function openEmbeddedTokens(
  service: TokenService,
  actor: Actor,
  organizationId: string,
): Promise<TokenList[]> {
  const api = embeddedDeltaStreamApi(service, {kind: 'owner', actor, organizationId})
  return [deltaStreamTokenPort({api, capabilities: api, session: {}})]
}
