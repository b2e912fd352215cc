import type {Actor} from '../../../service/context.ts'
import type {TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {OpenedToken} from '../../vendor.ts'
import {agentTokenPort} from '../agent-token-port.ts'
import {isTokenOf, OWN_TOKEN_VARIABLE} from '../own-token.ts'
import {apiTokenPort} from '../token-port.ts'
import {toScope} from './astro-types.ts'
import {embeddedAstroApi} from './embedded-api.ts'
import {AGENT_KIND} from './policy.ts'

/**
 * Open a token of the embedded service, with the port to the tokens of its owner. NOT_FOUND if the
 * token is gone.
 */
export async function openAstroToken(service: TokenService, actor: Actor, token: TokenView): Promise<OpenedToken> {
  const {id, organizationId, kind} = token
  const api = embeddedAstroApi(service, {kind: 'owner', actor})
  const owner = {organizationId, scope: toScope(token.scope), id: token.ownerId}
  const open = kind === AGENT_KIND ? agentTokenPort : apiTokenPort
  const port = open({api, capabilities: api}, owner)
  const {issuer} = service.installation
  return {
    record: await port.get(id),
    port,
    readAgain: () => port.get(id),
    findOwnVariable: (env) => (isTokenOf(env[OWN_TOKEN_VARIABLE], {issuer, tokenId: id}) ? OWN_TOKEN_VARIABLE : null),
  }
}
