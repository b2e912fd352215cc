import {AppError} from '../../errors/app-error.ts'
import {listAll} from '../list-all.ts'
import {ASTRO_LIMITS, type CreateAgentTokenBody} from './api.ts'
import {
  type AstroConnection,
  type AstroTokenPort,
  type AstroTokenRecord,
  BY_CREATION,
  type NewAstroToken,
  toEndedRecord,
  toExpiry,
  toMinted,
  toTokenRecord,
} from './token-port.ts'

interface AstroDeploymentPlace {
  organizationId: string
  /** The id of the deployment. */
  id: string
}

/**
 * Return the port to the agent tokens of a deployment. They sign in its agents and hold no role.
 * Astro can neither rotate nor change them.
 */
export function agentTokenPort(
  connection: AstroConnection,
  {organizationId, id}: AstroDeploymentPlace,
): AstroTokenPort {
  const {api, capabilities: can, warn} = connection
  const createUnique = can.createUniqueAgentToken?.bind(can)
  const deleteUnused = can.deleteUnusedAgentToken?.bind(can)
  const listEnded = can.listEndedAgentTokens?.bind(can)
  // The owner of other tokens comes from their roles. Agent tokens have no role, so it is set here.
  const own = <Token extends AstroTokenRecord>(token: Token): Token => ({...token, owner: {type: 'DEPLOYMENT', id}})
  const toOwnMinted = (token: Parameters<typeof toMinted>[0]) => {
    const minted = toMinted(token)
    return {...minted, token: own(minted.token)}
  }
  return {
    holdsRoles: false,
    async list({onUnstable} = {}) {
      const tokens = await listAll({
        what: 'agent tokens',
        limit: ASTRO_LIMITS.pageLimitMax,
        async readPage(page) {
          const answer = await api.listAgentTokens(organizationId, id, {...page, sorts: BY_CREATION})
          return {items: answer.tokens, totalCount: answer.totalCount}
        },
        warn,
        onUnstable,
      })
      return tokens.map((token) => own(toTokenRecord(token)))
    },
    get: async (tokenId) => own(toTokenRecord(await api.getAgentToken(organizationId, id, tokenId))),
    isHere: () => true,
    mint: async (token) => toOwnMinted(await api.createAgentToken(organizationId, id, toBody(token))),
    end: (token) => api.deleteAgentToken(organizationId, id, token.id),
    replace: agentTokensCannot('be rotated'),
    writeText: agentTokensCannot('be changed'),
    writeRoles: agentTokensCannot('hold roles'),
    ...(createUnique && {
      mintUnique: async (token) => toOwnMinted(await createUnique(organizationId, id, toBody(token))),
    }),
    ...(deleteUnused && {
      endUnused: (token, unusedForMs) => deleteUnused(organizationId, id, token.id, {unusedForMs}),
    }),
    ...(listEnded && {
      listEnded: async () => (await listEnded(organizationId, id)).map((token) => own(toEndedRecord(token))),
    }),
  }
}

function toBody({name, description, expirationDays}: NewAstroToken): CreateAgentTokenBody {
  return {name, description, ...toExpiry(expirationDays)}
}

/** Return a method that throws USAGE. No command calls it for agent tokens. */
function agentTokensCannot(what: string): () => Promise<never> {
  return async () => {
    throw new AppError('USAGE', `Agent tokens cannot ${what}`, {hint: 'Create a new one, then delete this one'})
  }
}
