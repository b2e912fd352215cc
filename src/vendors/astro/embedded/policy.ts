import {newCuid} from '../../../lib/ids.ts'
import type {StoreSession, TokenRow} from '../../../service/store/store.ts'
import type {TokenPolicy} from '../../../service/tokens/policy.ts'
import {TOKEN_KINDS} from '../api.ts'

/**
 * What an agent token is in the store. Astro has no kind for it: it is a token of a deployment with no role, which only the lists of
 * agent tokens show.
 */
export const AGENT_KIND = 'AGENT'

/** Tokens and ids as the `astro` binary and the Terraform provider want them (contracts/astro.md, section 4). */
export const ASTRO_POLICY: TokenPolicy = {
  vendor: 'astro',
  newId: () => newCuid(),
  kindsBeside: (kind) => (kind === AGENT_KIND ? [AGENT_KIND] : TOKEN_KINDS),
  async claims(session, token) {
    const permissions = [`apiTokenId:${token.id}`, `organizationId:${token.organizationId}`]
    const workspaceId = await findWorkspaceId(session, token)
    if (workspaceId) permissions.push(`workspaceId:${workspaceId}`)
    if (token.scope === 'DEPLOYMENT') permissions.push(`deploymentId:${token.ownerId}`)
    return {
      aud: ['astronomer-ee'],
      permissions,
      scope: permissions.join(' '),
      version: 'v1',
      isAstronomerGenerated: true,
      apiTokenId: token.id,
    }
  },
  // A token belongs to a place, not to who made it.
  tokensEndedWith: () => null,
}

async function findWorkspaceId(session: StoreSession, token: TokenRow): Promise<string | undefined> {
  if (token.scope === 'WORKSPACE') return token.ownerId
  if (token.scope !== 'DEPLOYMENT') return undefined
  const [deployment] = await session.findDeployments(token.organizationId, [token.ownerId])
  return deployment?.workspaceId
}
