import type {ResultColumn, ResultSet} from '../../src/vendors/deltastream/api.ts'
import {answer, openScriptedServer, type ReceivedRequest, type Step} from './scripted-server.ts'

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Return a token of the shape that DeltaStream's have. `name` makes it different from others. */
export function deltaStreamToken(name: string, claims: object = {}): string {
  return `${encode({alg: 'ES256', kid: 1, typ: 'JWT'})}.${encode({sub: name, ...claims})}.${'a1B2'.repeat(11)}`
}

export const OWNER_TOKEN = deltaStreamToken('owner')
export const NEW_TOKEN = deltaStreamToken('new')

export const STATEMENT_ID = '7f0c0f7e-6d1c-4a53-9d0b-2f6a7c1f9b10'
const CONTEXT = {organizationID: '5b0c1a52-4a57-4a0e-8f5e-0d7a2e9d9c11', roleName: 'sysadmin'}

/** Return the result of a statement, as DeltaStream sends it. */
export function resultSet(columns: ResultColumn[], data: (string | null)[][]): ResultSet {
  return {
    sqlState: '00000',
    statementID: STATEMENT_ID,
    createdOn: 1_735_689_600,
    metadata: {encoding: 'json', partitionInfo: [{rowCount: data.length}], columns, context: CONTEXT},
    data,
  }
}

/** Return the result of a statement that failed. */
export function failedResult(sqlState: string, message = `failed with ${sqlState}`): ResultSet {
  const {metadata, ...result} = resultSet([], [])
  return {...result, sqlState, message, metadata: {...metadata, partitionInfo: []}}
}

/** The answer to a statement that is not complete. */
export const PENDING: Step = answer(202, {
  sqlState: '03000',
  message: null,
  statementID: STATEMENT_ID,
  createdOn: 1_735_689_600,
})

export function textColumn(name: string, rest: Partial<ResultColumn> = {}): ResultColumn {
  return {name, type: 'VARCHAR', nullable: false, ...rest}
}

function timeColumn(name: string, nullable = false): ResultColumn {
  return {name, type: 'TIMESTAMP_LTZ', nullable}
}

const SUMMARY_COLUMNS = ['Type', 'Name', 'Command', 'Summary'].map((name) => textColumn(name))

/** Return the result of CREATE, DROP and USE. */
export function summary(type: string, name: string, command: string, done: string): ResultSet {
  return resultSet(SUMMARY_COLUMNS, [[type, name, command, `${type} ${name} was successfully ${done}`]])
}

/** Return the result of CREATE API_TOKEN, or of ALTER API_TOKEN. */
export function mintedToken(name: string, token: string | null = NEW_TOKEN, command = 'CREATE'): ResultSet {
  const done = command === 'CREATE' ? 'created' : 'refreshed'
  const columns = [...SUMMARY_COLUMNS, textColumn('Token', {display_hint: 'nowrap'})]
  return resultSet(columns, [['api_token', name, command, `api_token ${name} was successfully ${done}`, token]])
}

/** Return the result of LIST API_TOKENS. */
export function tokenList(rows: (string | null)[][]): ResultSet {
  return resultSet(
    [textColumn('Name'), timeColumn('Last Used', true), timeColumn('Created At'), timeColumn('Expires At')],
    rows,
  )
}

export const CI_ROW = ['ci', null, '2026-11-20 12:00:00Z', '2026-12-20 12:00:00Z']

/** What the service answers, by the beginning of the statement; anything else is `0A000`. */
const ANSWERS: Record<string, Step> = {
  'LIST API_TOKENS': answer(200, tokenList([CI_ROW])),
  'LIST ROLES': answer(
    200,
    resultSet(
      [textColumn('Name'), {name: 'Current', type: 'BOOLEAN', nullable: false}, timeColumn('Created At')],
      [
        ['public', 'false', '2026-01-01 00:00:00Z'],
        ['sysadmin', 'true', '2026-01-01 00:00:00Z'],
      ],
    ),
  ),
  'CREATE API_TOKEN': answer(200, mintedToken('ci')),
  'ALTER API_TOKEN': answer(200, mintedToken('ci', NEW_TOKEN, 'ALTER')),
  'DROP API_TOKEN': answer(200, summary('api_token', 'ci', 'DROP', 'dropped')),
  'CREATE ROLE': answer(200, summary('role', 'ops', 'CREATE', 'created')),
  'DROP ROLE': answer(200, summary('role', 'ops', 'DROP', 'dropped')),
  'GET /v2/version': answer(200, {major: 2, minor: 1, patch: 0}),
}

export interface ScriptedDeltaStream {
  /** The variables that lead commands there. */
  env: Record<string, string>
  /** Every statement so far, in order; other requests as method and path with query. */
  sent(): string[]
  requests: ReceivedRequest[]
  close(): Promise<void>
}

/**
 * Open a DeltaStream service that answers from a script. `steps` replace its answers: a key is the
 * beginning of a statement, or a method and a path.
 */
export async function openScriptedDeltaStream(steps: Record<string, Step> = {}): Promise<ScriptedDeltaStream> {
  const answers = Object.entries({...ANSWERS, ...steps})
  const server = await openScriptedServer((req) => {
    const asked = describeRequest(req)
    // The last key that fits: those of the caller come last.
    const [, step] = answers.findLast(([key]) => asked.startsWith(key)) ?? []
    return step ?? answer(200, failedResult('0A000', 'not supported'))
  })
  return {
    env: {DS_TOKEN: OWNER_TOKEN, DS_ENDPOINT: `${server.url.origin}/v2/statements`, TOKENRY_HTTP_TIMEOUT: '1'},
    sent: () => server.requests.map(describeRequest),
    requests: server.requests,
    close: server.close,
  }
}

function describeRequest({method, path, body}: ReceivedRequest): string {
  if (method !== 'POST' || path !== '/v2/statements') return `${method} ${path}`
  const {statement}: {statement: string} = JSON.parse(body)
  return statement
}
