import {newUuid} from '../../src/lib/ids.ts'
import {createHandlers, type RequestLogEntry} from '../../src/service/http/app.ts'
import {type HttpServer, listenOnLoopback} from '../../src/service/http/node.ts'
import {serviceRoutes} from '../../src/service/http/service-routes.ts'
import {runSeeds} from '../../src/service/seeds.ts'
import type {AccountRow, Store} from '../../src/service/store/store.ts'
import type {MotherDuckMintedToken} from '../../src/vendors/motherduck/api.ts'
import {PERSON_KIND} from '../../src/vendors/motherduck/embedded/accounts.ts'
import {type EmbeddedMotherDuck, embeddedMotherDuckApi} from '../../src/vendors/motherduck/embedded/embedded-api.ts'
import {MOTHERDUCK_POLICY} from '../../src/vendors/motherduck/embedded/policy.ts'
import {seedMotherDuck} from '../../src/vendors/motherduck/embedded/seed.ts'
import {motherDuckDialect} from '../../src/vendors/motherduck/server/dialect.ts'
import {foldUsername} from '../../src/vendors/motherduck/validate.ts'
import {answerRequest} from './answer-request.ts'
import {openTestService, type TestService, type TestServiceOptions} from './test-service.ts'

const ACTOR = {type: 'local', id: 'tester'} as const

interface CallOptions {
  /** The secret to sign in with (default: that of the user `admin`); null for no credential. */
  as?: string | null
  /** Sent as JSON. Text is sent unchanged. */
  body?: unknown
  headers?: Record<string, string>
}

interface Answer {
  status: number
  headers: Headers
  text: string
  /** The JSON of the answer; undefined if it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests are about
  body: any
}

/** The MotherDuck API over HTTP in this process, without a socket. */
export interface MotherDuckHttp extends TestService {
  /** The API as the owner of the store. */
  owner: EmbeddedMotherDuck
  /** A token of the user `admin`. */
  adminToken: MotherDuckMintedToken
  /** Create a person, as `service user create --vendor motherduck` does. */
  addPerson(username: string, options?: {admin?: boolean}): Promise<AccountRow>
  /** Send a request. `target`: as a client writes it in the first line of the request. */
  call(method: string, target: string, options?: CallOptions): Promise<Answer>
  /** Return all stored tokens, secrets, accounts and audit rows, except the times of use. */
  snapshot(): Promise<string>
  log: RequestLogEntry[]
  listen(): Promise<HttpServer>
}

export async function openMotherDuckHttp(options: TestServiceOptions = {}): Promise<MotherDuckHttp> {
  const test = await openTestService(options)
  const {service, organizationId, clock} = test
  await runSeeds(service.read as Store, [{vendor: 'motherduck', run: seedMotherDuck}], () => clock.nowMs)
  const owner = embeddedMotherDuckApi(service, {kind: 'owner', actor: ACTOR, organizationId})
  const adminToken = await owner.createToken('admin', {name: 'first'})
  const log: RequestLogEntry[] = []
  const handlers = createHandlers({
    dialect: motherDuckDialect(service),
    own: serviceRoutes(service),
    hosts: new Set(['localhost', '127.0.0.1']),
    newRequestId: newUuid,
    log: (describe) => log.push(describe()),
  })
  return {
    ...test,
    owner,
    adminToken,
    log,
    addPerson: (username, {admin = false} = {}) =>
      service.createAccount(MOTHERDUCK_POLICY, ACTOR, {
        organizationId,
        kind: PERSON_KIND,
        name: username,
        nameKey: foldUsername(username),
        email: `${username}@example.com`,
        admin,
      }),
    listen: () => listenOnLoopback({...handlers, port: 0}),
    async call(method, target, {as = adminToken.token, body, headers = {}} = {}) {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      const sent = {
        ...(as === null ? {} : {Authorization: `Bearer ${as}`}),
        ...(text === undefined ? {} : {'Content-Type': 'application/json'}),
        ...headers,
      }
      const request = new Request(`http://localhost${target}`, {
        method,
        headers: sent,
        ...(text === undefined ? {} : {body: text}),
      })
      const response = await answerRequest(handlers, request, target)
      const answer = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
      const {status, headers: received} = response
      return {status, headers: received, text: answer, body: isJson ? JSON.parse(answer) : undefined}
    },
    async snapshot() {
      const page = {offset: 0, limit: 1000}
      const {read} = service
      const live = await read.listTokens(organizationId, {vendor: 'motherduck'}, page)
      const deleted = await read.listTokens(organizationId, {vendor: 'motherduck', show: 'deleted'}, page)
      const tokens = [...live, ...deleted].map((token) => ({...token, lastUsedAt: null}))
      const values = await Promise.all(tokens.map(({id}) => read.listValues(organizationId, id)))
      return JSON.stringify(
        {
          tokens,
          values: values.flat().map((value) => ({...value, lastUsedAt: null})),
          accounts: await read.listAccounts(organizationId, 'motherduck'),
          audit: await read.listAudit(organizationId),
        },
        null,
        1,
      )
    },
  }
}
