import type {AppError} from '../../src/errors/app-error.ts'
import type {ErrorCode} from '../../src/errors/exit-codes.ts'
import type {DeltaStreamApi, ResultSet, StatementRequest} from '../../src/vendors/deltastream/api.ts'
import type {HttpMachine} from '../../src/vendors/http.ts'
import {openTestDeltaStream} from './deltastream-client.ts'
import {expectFailure} from './rejection.ts'
import {CI_ROW, mintedToken, OWNER_TOKEN, STATEMENT_ID, summary, tokenList} from './scripted-deltastream.ts'
import {answer, openScriptedServer, type ReceivedRequest, type Step} from './scripted-server.ts'

export const LIST = 'LIST API_TOKENS;'
export const CREATE = `CREATE API_TOKEN "ci" WITH ('token.role_name' = sysadmin);`
export const RENEW = 'ALTER API_TOKEN "ci" RENEW TOKEN;'
export const REMOVE = 'DROP API_TOKEN "ci";'
export const SELECT = 'SELECT * FROM pageviews;'

export const LISTED = answer(200, tokenList([CI_ROW]))
export const MINTED = answer(200, mintedToken('ci'))
export const DONE = answer(200, summary('api_token', 'ci', 'DROP', 'dropped'))
export const POLL = `GET /v2/statements/${STATEMENT_ID}?partitionID=0&timezone=UTC`

/** What was sent, and what came out of it. */
interface Run {
  requests: ReceivedRequest[]
  /** Method and path of each request. */
  sent: string[]
  /** In milliseconds, of polls and retries. */
  waits: number[]
  lines: string[]
}

interface Finished extends Run {
  result: ResultSet
}

interface Failed extends Run {
  error: AppError
}

/** Call the client of a service that takes these steps. Only waits move its clock. */
export async function settle(
  steps: Step[],
  call: (api: DeltaStreamApi) => Promise<unknown>,
  machine: Partial<HttpMachine> = {},
): Promise<Run & {result?: unknown; error?: unknown}> {
  const server = await openScriptedServer(steps)
  const waits: number[] = []
  const lines: string[] = []
  let now = Date.parse('2026-01-01T00:00:00Z')
  const client = await openTestDeltaStream(new URL('/v2', server.url), OWNER_TOKEN, {
    now: () => now,
    pause: async (ms) => {
      waits.push(ms)
      now += ms
    },
    trace: async (line) => {
      lines.push(line)
    },
    ...machine,
  })
  const settled = await call(client).then(
    (result) => ({result}),
    (error: unknown) => ({error}),
  )
  client.close()
  await server.close()
  const {requests} = server
  return {requests, sent: requests.map(({method, path}) => `${method} ${path}`), waits, lines, ...settled}
}

/** As `settle`, for a statement that must have a result. */
export async function run(
  steps: Step[],
  statement: string | StatementRequest,
  machine?: Partial<HttpMachine>,
): Promise<Finished> {
  const request = typeof statement === 'string' ? {statement} : statement
  const settled = await settle(steps, (api) => api.run(request), machine)
  if ('error' in settled) throw settled.error
  return settled as Finished
}

/** As `settle`, for a statement that must fail with this code. */
export async function fail(
  steps: Step[],
  statement: string,
  code: ErrorCode,
  machine?: Partial<HttpMachine>,
): Promise<Failed> {
  const settled = await settle(steps, (api) => api.run({statement}), machine)
  const error = await expectFailure('error' in settled ? Promise.reject(settled.error) : Promise.resolve(), code)
  return {...settled, error}
}
