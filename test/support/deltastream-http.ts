import {newUuid} from '../../src/lib/ids.ts'
import {createHandlers, type RequestLogEntry} from '../../src/service/http/app.ts'
import {type HttpServer, listenOnLoopback} from '../../src/service/http/node.ts'
import {runSeeds} from '../../src/service/seeds.ts'
import type {Store} from '../../src/service/store/store.ts'
import {type ResultSet, type StatementRequest, TOKEN_COLUMN} from '../../src/vendors/deltastream/api.ts'
import {type EmbeddedDeltaStream, embeddedDeltaStreamApi} from '../../src/vendors/deltastream/embedded/embedded-api.ts'
import {seedDeltaStream} from '../../src/vendors/deltastream/embedded/seed.ts'
import {deltaStreamDialect} from '../../src/vendors/deltastream/server/dialect.ts'
import {renderCreateToken} from '../../src/vendors/deltastream/sql/render.ts'
import {answerRequest} from './answer-request.ts'
import {openTestService, type TestService, type TestServiceOptions} from './test-service.ts'

const ACTOR = {type: 'local', id: 'tester'} as const

interface CallOptions {
  /** The secret to sign in with (default: that of `first`); null for no credential. */
  as?: string | null
  /** Sent as JSON. Text and bytes are sent unchanged. */
  body?: unknown
  headers?: Record<string, string>
}

interface Answer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any field of a body.
  body: any
}

export interface DeltaStreamHttp extends TestService {
  /** The UUID of the organization. */
  organizationUuid: string
  /** The API for the owner of the store. */
  owner: EmbeddedDeltaStream
  /** The secret of the token `first`, whose role is `sysadmin`. */
  firstToken: string
  /** Create a token as the owner of the store, and return its secret. */
  mint(name: string, role: string, expiresInDays?: number): Promise<string>
  /** Send a request. `target`: as a client writes it in the first line of the request. */
  call(method: string, target: string, options?: CallOptions): Promise<Answer>
  /** Post a statement as JSON, and return the result. */
  post(request: string | StatementRequest, as?: string): Promise<ResultSet>
  /** Return all stored tokens, secrets, roles and audit rows, except the times of use. */
  snapshot(): Promise<string>
  log: RequestLogEntry[]
  listen(): Promise<HttpServer>
}

export async function openDeltaStreamHttp(options: TestServiceOptions = {}): Promise<DeltaStreamHttp> {
  const test = await openTestService(options)
  const {service, organizationId, clock} = test
  await runSeeds(service.read as Store, [{vendor: 'deltastream', run: seedDeltaStream}], () => clock.nowMs)
  const owner = embeddedDeltaStreamApi(service, {kind: 'owner', actor: ACTOR, organizationId})
  const mint = async (name: string, role: string, expiresInDays?: number) => {
    const statement = renderCreateToken({name, role, ...(expiresInDays === undefined ? {} : {expiresInDays})})
    return readSecret(await owner.run({statement}))
  }
  const firstToken = await mint('first', 'sysadmin')
  const log: RequestLogEntry[] = []
  const handlers = createHandlers({
    dialect: deltaStreamDialect(service, () => clock.nowMs),
    hosts: new Set(['localhost', '127.0.0.1']),
    newRequestId: newUuid,
    log: (describe) => log.push(describe()),
  })
  const call: DeltaStreamHttp['call'] = async (method, target, {as = firstToken, body, headers = {}} = {}) => {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const content = (isRaw ? body : JSON.stringify(body)) as string | Uint8Array<ArrayBuffer> | undefined
    const sent = {
      ...(as === null ? {} : {Authorization: `Bearer ${as}`}),
      ...(content === undefined ? {} : {'Content-Type': 'application/json'}),
      ...headers,
    }
    // The URL of a Request cannot begin with two slashes after its host.
    const request = new Request(`http://localhost${target.replace(/^\/+/, '/')}`, {
      method,
      headers: sent,
      ...(content === undefined ? {} : {body: content}),
    })
    const response = await answerRequest(handlers, request, target)
    const text = await response.text()
    return {status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text)}
  }
  return {
    ...test,
    organizationUuid: (await service.read.findOrganization(organizationId))?.uuid ?? '',
    owner,
    firstToken,
    mint,
    call,
    async post(request, as = firstToken) {
      const body = typeof request === 'string' ? {statement: request} : request
      const {status, text, body: result} = await call('POST', '/v2/statements', {as, body})
      if (status !== 200) throw new Error(`${status}: ${text}`)
      return result
    },
    log,
    listen: () => listenOnLoopback({...handlers, port: 0}),
    async snapshot() {
      const page = {offset: 0, limit: 10_000}
      const {read} = service
      const live = await read.listTokens(organizationId, {vendor: 'deltastream'}, page)
      const deleted = await read.listTokens(organizationId, {vendor: 'deltastream', show: 'deleted'}, page)
      const tokens = [...live, ...deleted].map((token) => ({...token, lastUsedAt: null}))
      const values = await Promise.all(tokens.map(({id}) => read.listValues(organizationId, id)))
      return JSON.stringify(
        {
          tokens,
          values: values.flat().map((value) => ({...value, lastUsedAt: null})),
          roles: await read.listRoles(organizationId, 'deltastream'),
          audit: await read.listAudit(organizationId),
        },
        null,
        1,
      )
    },
  }
}

/** Return the secret in a result. Throw if there is none. */
export function readSecret({sqlState, message, metadata, data}: ResultSet): string {
  const secret = data[0]?.[metadata.columns.findIndex(({name}) => name === TOKEN_COLUMN)]
  if (!secret) throw new Error(`There is no secret: ${sqlState} ${message}`)
  return secret
}
