import type {AstroToken} from '../../src/vendors/astro/api.ts'
import {type Run, type RunOptions, runTokenry, TEST_NOW} from './run-tokenry.ts'
import {answer, openScriptedServer, type ReceivedRequest, type Step} from './scripted-server.ts'
import {tempFolder} from './temp-folder.ts'

/** The places of the server, and its token. */
const PLACES = {organization: 'corg', workspace: 'cwsp', deployment: 'cdep', token: 'ctok'}

/** The secret that every create and rotate answers with. */
export const NEW_SECRET = `eyJhbGciOiJub25lIn0.${encode({apiTokenId: PLACES.token, org_id: PLACES.organization})}.bmV3`

const TIME = new Date(TEST_NOW).toISOString()

/** What Astro answers about its token. It lives for 30 days. */
export const TOKEN: AstroToken = {
  id: PLACES.token,
  name: 'ci',
  description: '',
  scope: 'DEPLOYMENT',
  kind: 'STANDARD',
  shortToken: 'abcdefgh',
  startAt: TIME,
  createdAt: TIME,
  updatedAt: TIME,
  endAt: '2026-12-22T12:00:00.000Z',
  expiryPeriodInDays: 30,
  roles: [{entityType: 'DEPLOYMENT', entityId: PLACES.deployment, role: 'DEPLOYMENT_ADMIN'}],
}

export const MINTED = {...TOKEN, token: NEW_SECRET}

const ROUTES = {
  organizations: ['GET', /^\/v1\/organizations$/],
  workspaces: ['GET', /\/workspaces$/],
  deployments: ['GET', /\/deployments$/],
  roles: ['GET', /^\/v1\/organizations\/\w+\/roles$/],
  list: ['GET', /\/tokens$/],
  get: ['GET', /\/tokens\/\w+$/],
  create: ['POST', /\/tokens$/],
  update: ['POST', /\/tokens\/\w+$/],
  writeRoles: ['POST', /\/tokens\/\w+\/roles$/],
  rotate: ['POST', /\/tokens\/\w+\/rotate$/],
  delete: ['DELETE', /\/tokens\/\w+$/],
  createAgent: ['POST', /\/agent-tokens$/],
} as const

export type Route = keyof typeof ROUTES

const NAMED = {name: 'default', createdAt: TIME, updatedAt: TIME}

const DEPLOYMENT = {
  id: PLACES.deployment,
  organizationId: PLACES.organization,
  workspaceId: PLACES.workspace,
  status: 'HEALTHY',
  ...NAMED,
}

const DEFAULT_STEPS: Record<Route, Step> = {
  organizations: page('organizations', [{id: PLACES.organization, product: 'HOSTED', ...NAMED}]),
  workspaces: page('workspaces', [{id: PLACES.workspace, ...NAMED}]),
  deployments: page('deployments', [DEPLOYMENT]),
  roles: page('roles', []),
  list: page('tokens', [TOKEN]),
  get: answer(200, TOKEN),
  create: answer(200, MINTED),
  update: answer(200, TOKEN),
  writeRoles: answer(200, {}),
  rotate: answer(200, MINTED),
  delete: answer(204, undefined),
  createAgent: answer(200, {...MINTED, roles: undefined}),
}

/** Astro on loopback. Every route works, but those that the test replaces. */
export interface ScriptedAstro {
  /** The variables that lead there. */
  env: Record<string, string>
  requests: ReceivedRequest[]
  /** The routes of all requests so far. A path without a route is listed as it is. */
  calls(): string[]
  /** Run a command there. `words` are split at blanks. */
  run(words: string, options?: Partial<RunOptions>): Promise<Run>
  close(): Promise<void>
}

/**
 * Open it. Of several steps, each request to the route takes the next one; the last one is taken
 * for all that follow.
 */
export async function openScriptedAstro(changes: Partial<Record<Route, Step | Step[]>> = {}): Promise<ScriptedAstro> {
  const taken: Partial<Record<Route, number>> = {}
  const server = await openScriptedServer((req) => {
    const route = findRoute(req)
    if (!route) return answer(404, {message: `no route for ${req.method} ${req.path}`})
    const steps = [changes[route] ?? DEFAULT_STEPS[route]].flat()
    const count = (taken[route] ?? 0) + 1
    taken[route] = count
    return steps[Math.min(count, steps.length) - 1] ?? DEFAULT_STEPS[route]
  })
  const env = {ASTRO_API_TOKEN: credential(), ASTRO_DOMAIN: server.url.host}
  const home = tempFolder()
  return {
    env,
    requests: server.requests,
    calls: () => server.requests.map((req) => findRoute(req) ?? `${req.method} ${req.path}`),
    run: (words, options = {}) => runTokenry(words.split(' '), {home, ...options, env: {...env, ...options.env}}),
    close: server.close,
  }
}

/** Return a page that holds the whole list. */
export function page(name: string, items: unknown[], totalCount = items.length): Step {
  return answer(200, {[name]: items, limit: 1000, offset: 0, totalCount})
}

/** Return a token of the form of Astro's that names the organization and itself. */
export function credential(claims: object = {}): string {
  const permissions = [`organizationId:${PLACES.organization}`, 'apiTokenId:cme']
  return `${encode({alg: 'RS256'})}.${encode({permissions, apiTokenId: 'cme', ...claims})}.c2ln`
}

function findRoute({method, path}: ReceivedRequest): Route | undefined {
  const [pathname = ''] = path.split('?')
  const found = Object.entries(ROUTES).find(([, [verb, pattern]]) => verb === method && pattern.test(pathname))
  return found?.[0] as Route | undefined
}

function encode(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}
