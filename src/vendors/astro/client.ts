import {toRfc3339} from '../../lib/rfc3339.ts'
import {
  type HttpClient,
  type HttpMachine,
  type HttpTarget,
  type HttpVendor,
  openHttpClient,
  type Query,
} from '../http.ts'
import {
  type KnownFacts,
  parseDeployment,
  parseDeploymentsPage,
  parseError,
  parseMintedToken,
  parseOrganization,
  parseOrganizationsPage,
  parseRolesPage,
  parseSelf,
  parseToken,
  parseTokensPage,
  parseWorkspace,
  parseWorkspacesPage,
} from './answers.ts'
import type {AstroApi, AstroMintedToken, Sorts} from './api.ts'

/** Of the program, for `X-Astro-Client-Version`. */
interface ClientOptions {
  version: string
}

/**
 * Open the Astro API v1 over HTTP (contracts/astro.md, sections 2, 5 and 6). `target.baseUrl` ends
 * in `/v1`. Errors: see `HttpClient.send`.
 */
export async function openAstroClient(
  target: HttpTarget,
  machine: HttpMachine,
  {version}: ClientOptions,
): Promise<AstroApi & {close(): void}> {
  const http = await openHttpClient(describeVendor(version), target, machine)
  return {...directoryCalls(http), ...tokenCalls(http), ...agentTokenCalls(http), close: http.close}
}

function describeVendor(version: string): HttpVendor {
  return {
    name: 'astro',
    title: 'Astro',
    headers: {
      'X-Astro-Client-Identifier': 'tokenry',
      'X-Astro-Client-Version': version,
      'X-Client-Os-Identifier': `${process.platform}-${process.arch}`,
      'User-Agent': `tokenry/${version}`,
    },
    refusesBusyMint: true,
    // Of each token (contracts/astro.md, 5.4).
    perSecondMax: {GET: 25, POST: 10, DELETE: 5},
    readError: parseError,
  }
}

type DirectoryCalls = Pick<
  AstroApi,
  | 'getSelf'
  | 'listOrganizations'
  | 'getOrganization'
  | 'listWorkspaces'
  | 'getWorkspace'
  | 'listDeployments'
  | 'getDeployment'
  | 'listRoles'
>

function directoryCalls({send}: HttpClient): DirectoryCalls {
  const get = <Result>(path: string[], read: (body: unknown) => Result, query: Query = {}) =>
    send({method: 'GET', path, query, read})
  return {
    getSelf: () => get(['users', 'self'], parseSelf),
    listOrganizations: (query) => get(['organizations'], parseOrganizationsPage, toQuery(query)),
    getOrganization: (org) => get(['organizations', org], withId(org, parseOrganization)),
    listWorkspaces: (org, query) => get(['organizations', org, 'workspaces'], parseWorkspacesPage, toQuery(query)),
    getWorkspace: (org, id) => get(['organizations', org, 'workspaces', id], withId(id, parseWorkspace)),
    listDeployments: (org, query) => get(['organizations', org, 'deployments'], parseDeploymentsPage, toQuery(query)),
    getDeployment: (org, id) => get(['organizations', org, 'deployments', id], withId(id, parseDeployment)),
    listRoles: (org, query) => get(['organizations', org, 'roles'], parseRolesPage, toQuery(query)),
  }
}

type TokenCalls = Pick<
  AstroApi,
  'listTokens' | 'createToken' | 'getToken' | 'updateToken' | 'updateTokenRoles' | 'rotateToken' | 'deleteToken'
>

function tokenCalls({send}: HttpClient): TokenCalls {
  const pathOf = (org: string, ...rest: string[]) => ['organizations', org, 'tokens', ...rest]
  return {
    listTokens: (org, query) => send({method: 'GET', path: pathOf(org), query: toQuery(query), read: parseTokensPage}),
    createToken: (org, body) => send({method: 'POST', path: pathOf(org), body, mints: true, read: readMinted(body)}),
    getToken: (org, id) => send({method: 'GET', path: pathOf(org, id), read: withId(id, parseToken)}),
    updateToken: (org, id, body) => send({method: 'POST', path: pathOf(org, id), body, read: withId(id, parseToken)}),
    updateTokenRoles: (org, id, roles) =>
      send({method: 'POST', path: pathOf(org, id, 'roles'), body: {roles}, read: ignoreAnswer}),
    rotateToken: (org, id) =>
      send({method: 'POST', path: pathOf(org, id, 'rotate'), mints: true, read: withId(id, readMinted({id}))}),
    deleteToken: (org, id) => send({method: 'DELETE', path: pathOf(org, id), read: ignoreAnswer}),
  }
}

type AgentTokenCalls = Pick<AstroApi, 'listAgentTokens' | 'createAgentToken' | 'getAgentToken' | 'deleteAgentToken'>

function agentTokenCalls({send}: HttpClient): AgentTokenCalls {
  const pathOf = (org: string, deployment: string, ...rest: string[]) => [
    ...['organizations', org, 'deployments', deployment, 'agent-tokens'],
    ...rest,
  ]
  return {
    listAgentTokens: (org, deployment, query) =>
      send({method: 'GET', path: pathOf(org, deployment), query: toQuery(query), read: parseTokensPage}),
    createAgentToken: (org, deployment, body) =>
      send({method: 'POST', path: pathOf(org, deployment), body, mints: true, read: readMinted(body)}),
    getAgentToken: (org, deployment, id) =>
      send({method: 'GET', path: pathOf(org, deployment, id), read: withId(id, parseToken)}),
    deleteAgentToken: (org, deployment, id) =>
      send({method: 'DELETE', path: pathOf(org, deployment, id), read: ignoreAnswer}),
  }
}

/**
 * Return a parser that refuses the answer about another thing than the one with this id. Callers
 * delete and change what was answered.
 */
function withId<Thing extends {id: string}>(id: string, parse: (body: unknown) => Thing): (body: unknown) => Thing {
  return (body) => {
    const thing = parse(body)
    if (thing.id !== id) throw new Error('id is not the one that was asked for')
    return thing
  }
}

/** What tells nothing that is needed is not looked at. */
function ignoreAnswer(): void {}

/** `sorts` as `name:asc` (contracts/astro.md, 5.3); the rest is written as it is. */
function toQuery<Field extends string>({sorts, ...query}: {sorts?: Sorts<Field>} & object): Query {
  const words = sorts?.map(({field, descending}) => `${field}:${descending ? 'desc' : 'asc'}`)
  return {...(query as Query), ...(words ? {sorts: words} : {})}
}

/** Return a reader of the token that a request with these facts creates or rotates. */
function readMinted(known: Omit<KnownFacts, 'now'>): (body: unknown) => AstroMintedToken {
  return (body) => parseMintedToken(body, {...known, now: toRfc3339(Date.now())})
}
