import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {TokenList} from '../../vendor.ts'
import {openOrganizationTokens} from '../open-tokens.ts'
import {embeddedAstroApi} from './embedded-api.ts'

/** Open every token of an organization of the embedded service, for the owner of its store. */
export async function openEmbeddedTokens(
  service: TokenService,
  actor: Actor,
  organizationId: string,
): Promise<TokenList[]> {
  const api = embeddedAstroApi(service, {kind: 'owner', actor})
  return openOrganizationTokens({api, capabilities: api}, organizationId)
}
