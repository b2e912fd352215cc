import type {AstroApi, AstroToken} from '../../src/vendors/astro/api.ts'
import type {DetailedAstroToken} from '../../src/vendors/astro/capabilities.ts'

/** Every method of the Astro API. If a new one is missing here, compilation fails. */
const METHODS: Record<keyof AstroApi, true> = {
  getSelf: true,
  listOrganizations: true,
  getOrganization: true,
  listWorkspaces: true,
  getWorkspace: true,
  listDeployments: true,
  getDeployment: true,
  listRoles: true,
  listTokens: true,
  createToken: true,
  getToken: true,
  updateToken: true,
  updateTokenRoles: true,
  rotateToken: true,
  deleteToken: true,
  listAgentTokens: true,
  createAgentToken: true,
  getAgentToken: true,
  deleteAgentToken: true,
}

interface PlainOptions {
  /** The maximum length of a page of tokens, no matter what limit is requested. */
  pageMax?: number
}

/**
 * Return the API as Astro itself would answer: without the methods and the token fields that Astro
 * does not have. The given API answers the calls.
 */
export function plainAstroApi(api: AstroApi, {pageMax}: PlainOptions = {}): AstroApi {
  const call =
    (name: string, method: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]): Promise<unknown> => {
      const shortened = pageMax !== undefined && /^list.*Tokens$/.test(name)
      return withoutDetails(await method.apply(api, shortened ? shorten(args, pageMax) : args))
    }
  return new Proxy({} as AstroApi, {
    get(_, name) {
      if (typeof name !== 'string' || !Object.hasOwn(METHODS, name)) return undefined
      return call(name, Reflect.get(api, name) as (...args: unknown[]) => unknown)
    },
    has: (_, name) => Object.hasOwn(METHODS, name),
  })
}

/** Return a token without the fields that only the embedded service reports. */
export function withoutTokenDetails(token: DetailedAstroToken): AstroToken {
  const {revision, unfinishedRotationAt, graceUntil, ...known} = token
  return known
}

function withoutDetails(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer
  if ('tokens' in answer && Array.isArray(answer.tokens)) return {...answer, tokens: answer.tokens.map(withoutDetails)}
  return 'shortToken' in answer ? withoutTokenDetails(answer as DetailedAstroToken) : answer
}

/** The query is the last argument of a list. */
function shorten(args: unknown[], pageMax: number): unknown[] {
  const query = args.at(-1) as {limit?: number}
  return [...args.slice(0, -1), {...query, limit: Math.min(query.limit ?? pageMax, pageMax)}]
}
