import {newCuid} from '../../../lib/ids.ts'
import type {StoreSession, TokenRow} from '../../../service/store/store.ts'
import type {TokenPolicy} from '../../../service/tokens/policy.ts'
import {TOKEN_KINDS} from '../api.ts'

/**
 * The kind of an agent token in the store. Astro has no kind for it. An agent token is a token of a
 * deployment without a role, and only the lists of agent tokens show it.
 */
export const AGENT_KIND = 'AGENT'

/**
 * The tokens and ids that the `astro` binary and the Terraform provider need (contracts/astro.md,
 * section 4).
 */
export const ASTRO_POLICY: TokenPolicy = {
  vendor: 'astro',
  newId: () => newCuid(),
  kindsInSameList: (kind) => (kind === AGENT_KIND ? [AGENT_KIND] : TOKEN_KINDS),
  namesUniqueIn: 'owner',
  useNotedEveryMs: 60_000,
  lifetimeStepMs: 1,
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
  // A token belongs to a place and not to its creator, so deleting an account ends no token.
  tokensEndedWith: () => null,
}

async function findWorkspaceId(session: StoreSession, token: TokenRow): Promise<string | undefined> {
  if (token.scope === 'WORKSPACE') return token.ownerId
  if (token.scope !== 'DEPLOYMENT') return undefined
  const [deployment] = await session.findDeployments(token.organizationId, [token.ownerId])
  return deployment?.workspaceId
}
