import {answer, answerText, openScriptedServer, type ReceivedRequest, type Step} from './scripted-server.ts'

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Return a token of the shape that MotherDuck's have. `name` makes it different from others. */
export function motherDuckToken(name: string, claims: object = {}): string {
  const payload = {
    email: `${name}@example.com`,
    session: name,
    pat: `pat-of-${name}`,
    userId: `id-of-${name}`,
    ...claims,
  }
  return `${encode({alg: 'HS256', typ: 'JWT'})}.${encode(payload)}.${'a1B2'.repeat(11)}`
}

export const ADMIN_TOKEN = motherDuckToken('admin')
export const NEW_TOKEN = motherDuckToken('new')

export const OLD = {
  id: '11111111-1111-4111-8111-111111111111',
  name: 'ci',
  description: 'pipeline',
  created_ts: '2026-11-20T12:00:00Z',
  expire_at: '2026-12-20T12:00:00Z',
  read_only: false,
  token_type: 'read_write',
}
export const NEW = {...OLD, id: '22222222-2222-4222-8222-222222222222', created_ts: '2026-11-22T12:00:00Z'}
export const MINTED = {...NEW, token: NEW_TOKEN}

const USERS = {
  users: [
    user('admin', {is_service_account: false, roles: ['admin']}),
    user('etl', {is_service_account: true, roles: []}),
  ],
  total_count: 2,
  next_page_token: null,
}

const DUCKLINGS = {
  read_write: {instance_size: 'standard', cooldown_seconds: 60},
  read_scaling: {instance_size: 'pulse', flock_size: 4},
}

/** What the service answers, by method and path; anything else is a plain-text 404. */
const ANSWERS: Record<string, Step> = {
  'GET /v1/users': answer(200, USERS),
  'POST /v1/users': answer(200, {username: 'etl'}),
  'DELETE /v1/users/etl': answer(200, {username: 'etl'}),
  'GET /v1/users/etl/tokens': answer(200, {tokens: [OLD]}),
  'GET /v1/users/admin/tokens': answer(200, {tokens: []}),
  'POST /v1/users/etl/tokens': answer(200, MINTED),
  [`DELETE /v1/users/etl/tokens/${OLD.id}`]: answer(200, {}),
  [`DELETE /v1/users/etl/tokens/${NEW.id}`]: answer(200, {}),
  'GET /v1/users/etl/instances': answer(200, DUCKLINGS),
  'PUT /v1/users/etl/instances': ({body}, res) => answer(200, JSON.parse(body).config)({} as ReceivedRequest, res),
  'GET /v1/active_accounts': answer(200, {
    accounts: [{username: 'etl', ducklings: [{id: 'rw', type: 'read_write', status: 'active'}]}],
  }),
}

export function notFound(): Step {
  return answer(404, {code: 'NOT_FOUND', message: 'Not Found', issues: []})
}

export interface ScriptedMotherDuck {
  /** The variables that lead commands there. */
  env: Record<string, string>
  /** Every request so far: method, path with query, and body. */
  sent(): string[]
  requests: ReceivedRequest[]
  close(): Promise<void>
}

/** Open a MotherDuck service that answers from a script. `steps` replace its answers. */
export async function openScriptedMotherDuck(steps: Record<string, Step> = {}): Promise<ScriptedMotherDuck> {
  const answers = {...ANSWERS, ...steps}
  const server = await openScriptedServer(({method, path}) => {
    const [route] = path.split('?')
    return answers[`${method} ${route}`] ?? answerText(404, 'Not Found')
  })
  return {
    env: {MOTHERDUCK_TOKEN: ADMIN_TOKEN, MOTHERDUCK_API_BASE_URL: server.url.origin, TOKENRY_HTTP_TIMEOUT: '1'},
    sent: () => server.requests.map(({method, path, body}) => `${method} ${path} ${body}`.trimEnd()),
    requests: server.requests,
    close: server.close,
  }
}

function user(username: string, rest: {is_service_account: boolean; roles: string[]}) {
  const names = {first_name: null, last_name: null}
  return {
    id: `id-of-${username}`,
    username,
    email: `${username}@example.com`,
    ...names,
    is_deprovisioned: false,
    ...rest,
  }
}
