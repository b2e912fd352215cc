import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {TokenList} from '../../vendor.ts'
import {openAllTokens} from '../open-tokens.ts'
import {embeddedMotherDuckApi} from './embedded-api.ts'

/**
 * Open the tokens of every user of an organization of the embedded service, for the owner of its
 * store.
 */
export async function openEmbeddedTokens(
  service: TokenService,
  actor: Actor,
  organizationId: string,
): Promise<TokenList[]> {
  const api = embeddedMotherDuckApi(service, {kind: 'owner', actor, organizationId})
  return openAllTokens({api, capabilities: api})
}
