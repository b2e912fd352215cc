import type {RequestLogEntry} from '../../src/service/http/app.ts'
import {type HttpServer, listenOnLoopback} from '../../src/service/http/node.ts'
import type {AstroMintedToken} from '../../src/vendors/astro/api.ts'
import {answerRequest} from './answer-request.ts'
import {type AstroFixture, openAstroFixture} from './astro-fixture.ts'
import {createAstroHandlers} from './astro-server.ts'
import type {TestServiceOptions} from './test-service.ts'

interface CallOptions {
  /**
   * The secret to sign in with (default: that of the organization's owner); null to send no
   * credential.
   */
  as?: string | null
  /** Sent as JSON. Text and bytes are sent unchanged. */
  body?: unknown
  headers?: Record<string, string>
}

interface Answer {
  status: number
  headers: Headers
  /** The JSON of the answer; null if the answer has no body. */
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests are about
  body: any
}

/** The HTTP service in this process, without a socket. */
export interface AstroHttp extends AstroFixture {
  ownerToken: AstroMintedToken
  /** Send a request. `target`: as a client writes it in the first line of the request. */
  call(method: string, target: string, options?: CallOptions): Promise<Answer>
  /**
   * Return every token, secret row and audit row, except the times of use. A refusal must not
   * change it.
   */
  snapshot(): Promise<string>
  log: RequestLogEntry[]
  /** Serve it on this machine. If `port` is 0, any free port is used. */
  listen(port?: number): Promise<HttpServer>
}

/** Open the service. `ownerToken`: the owner's token, if the store file already contains it. */
export async function openAstroHttp(
  options: TestServiceOptions & {ownerToken?: AstroMintedToken} = {},
): Promise<AstroHttp> {
  const fixture = await openAstroFixture(options)
  const {service, organizationId} = fixture
  const log: RequestLogEntry[] = []
  const handlers = createAstroHandlers(service, {
    now: () => fixture.clock.nowMs,
    log: (describe) => log.push(describe()),
  })
  const ownerBody = {name: 'owner', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER', entityId: ''} as const
  const ownerToken = options.ownerToken ?? (await fixture.create(ownerBody))
  return {
    ...fixture,
    ownerToken,
    log,
    listen: (port = 0) => listenOnLoopback({...handlers, port}),
    async call(method, target, {as = ownerToken.token, body, headers = {}} = {}) {
      const isReady = body === undefined || typeof body === 'string' || body instanceof Uint8Array
      const text = isReady ? body : JSON.stringify(body)
      const sent = {
        ...(as === null ? {} : {Authorization: `Bearer ${as}`}),
        ...(text === undefined ? {} : {'Content-Type': 'application/json'}),
        ...headers,
      }
      const url = target.startsWith('/') ? `http://localhost${target}` : target
      const request = new Request(url, {method, headers: sent, ...(text === undefined ? {} : {body: text})})
      const response = await answerRequest(handlers, request, target)
      const answer = await response.text()
      return {status: response.status, headers: response.headers, body: answer === '' ? null : JSON.parse(answer)}
    },
    async snapshot() {
      const page = {offset: 0, limit: 1000}
      const live = await service.read.listTokens(organizationId, {vendor: 'astro'}, page)
      const deleted = await service.read.listTokens(organizationId, {vendor: 'astro', show: 'deleted'}, page)
      const tokens = [...live, ...deleted].map((token) => ({...token, lastUsedAt: null}))
      const values = await Promise.all(tokens.map(({id}) => service.read.listValues(organizationId, id)))
      const unused = values.flat().map((value) => ({...value, lastUsedAt: null}))
      return JSON.stringify({tokens, values: unused, audit: await service.read.listAudit(organizationId)}, null, 1)
    },
  }
}
