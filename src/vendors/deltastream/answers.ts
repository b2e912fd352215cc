import {
  type Fields,
  present,
  readFields,
  readList,
  readOptionalNumber,
  readOptionalText,
  readText,
} from '../answer-fields.ts'
import type {VendorError} from '../http-errors.ts'
import {
  type ApiVersion,
  type ResultColumn,
  type ResultContext,
  type ResultMetadata,
  type ResultSet,
  SQL_SUCCESS,
  TOKEN_COLUMN,
} from './api.ts'
import {readRows} from './rows.ts'

// Parse what DeltaStream answers (contracts/deltastream.md, section 1.3). Each function throws for
// an answer without what tokenry uses. Members that are null or absent are empty: answers of the
// data plane have such. Unknown fields are left out.

/** The answer to a statement that runs on: its result is fetched later. */
interface StatementStatus {
  statementID: string
}

/** The rows of the statement are elsewhere, where tokenry does not read. */
interface RemoteResult {
  isRemote: true
}

export type StatementAnswer = {status: StatementStatus} | {result: ResultSet} | RemoteResult

/** Of a statement that is not complete. */
const SQL_NOT_COMPLETE = '03000'

/** A UUID, in any case, with or without dashes. Anything else does not get into a path. */
const STATEMENT_ID = /^[0-9a-f]{8}(-?)(?:[0-9a-f]{4}\1){3}[0-9a-f]{12}$/i

/** Parse the answer to a statement, or to a poll of one. */
export function parseStatementAnswer(body: unknown, status: number): StatementAnswer {
  if (status === 202) return {status: parseStatementStatus(body)}
  if (status !== 200) throw new Error(`the status is ${status}`)
  const fields = readFields(body, 'the result')
  if (fields['sqlState'] === SQL_NOT_COMPLETE) return {status: parseStatementStatus(body)}
  const {dataplaneRequest} = readOptionalFields(fields, 'metadata')
  if (dataplaneRequest !== undefined && dataplaneRequest !== null) return {isRemote: true}
  return {result: parseResultSet(body)}
}

/** The state is not looked at: what counts is that there is no result yet. */
function parseStatementStatus(body: unknown): StatementStatus {
  return {statementID: requireStatementId(readText(readFields(body, 'the status'), 'statementID'))}
}

export function parseResultSet(body: unknown): ResultSet {
  const fields = readFields(body, 'the result')
  const ids = readList(fields, 'statementIDs', (id) => readText({id}, 'id'))
  return {
    sqlState: readText(fields, 'sqlState'),
    ...present('message', readOptionalText(fields, 'message')),
    statementID: readOptionalText(fields, 'statementID') ?? '',
    ...present('statementIDs', ids.length === 0 ? undefined : ids),
    createdOn: readOptionalNumber(fields, 'createdOn') ?? 0,
    metadata: parseMetadata(readOptionalFields(fields, 'metadata')),
    data: readList(fields, 'data', parseCells),
  }
}

function parseMetadata(fields: Fields): ResultMetadata {
  return {
    encoding: readOptionalText(fields, 'encoding') ?? 'json',
    partitionInfo: readList(fields, 'partitionInfo', (each) => {
      return {rowCount: readOptionalNumber(readFields(each, 'the partition'), 'rowCount') ?? 0}
    }),
    columns: readList(fields, 'columns', parseColumn),
    context: parseContext(readOptionalFields(fields, 'context')),
  }
}

function parseColumn(body: unknown): ResultColumn {
  const fields = readFields(body, 'the column')
  return {
    name: readText(fields, 'name'),
    type: readOptionalText(fields, 'type') ?? 'VARCHAR',
    nullable: fields['nullable'] !== false,
    ...present('display_hint', readOptionalText(fields, 'display_hint')),
  }
}

const CONTEXT_NAMES = [
  'organizationID',
  'roleName',
  'databaseName',
  'schemaName',
  'storeName',
  'computePoolName',
] as const satisfies (keyof ResultContext)[]

/** An empty place is the same as none. */
function parseContext(fields: Fields): ResultContext {
  return Object.assign({}, ...CONTEXT_NAMES.map((name) => present(name, readOptionalText(fields, name) || undefined)))
}

function parseCells(row: unknown): (string | null)[] {
  if (!Array.isArray(row)) throw new Error('a row is not a list')
  return row.map((cell: unknown) => {
    if (cell !== null && typeof cell !== 'string') throw new Error('a cell is neither text nor null')
    return cell
  })
}

/**
 * Throw if the statement succeeded, but not with exactly one new secret: then a token may exist,
 * and no one has its secret.
 */
export function requireSecret(result: ResultSet): void {
  if (result.sqlState !== SQL_SUCCESS) return
  const [row, ...more] = readRows(result)
  const secret = row?.find(TOKEN_COLUMN)
  // One line of visible ASCII: anything else would break the output of --clean-output.
  if (more.length > 0 || !secret || !/^[!-~]+$/.test(secret)) throw new Error(`${TOKEN_COLUMN} is not a secret`)
}

/** Throw if there are fewer rows than the partition is said to have: a list would be cut off. */
export function requireAllRows({sqlState, metadata, data}: ResultSet, partition: number): void {
  const {rowCount = 0} = metadata.partitionInfo[partition] ?? {}
  if (sqlState === SQL_SUCCESS && data.length < rowCount) throw new Error('rows are missing')
}

/** Return an id that can be a part of a path. Throw for any other text. */
export function requireStatementId(id: string): string {
  if (!STATEMENT_ID.test(id)) throw new Error('statementID is not a UUID')
  return id
}

export function parseVersion(body: unknown): ApiVersion {
  const fields = readFields(body, 'the version')
  const [major, minor = 0, patch = 0] = ['major', 'minor', 'patch'].map((name) => readOptionalNumber(fields, name))
  if (major === undefined) throw new Error('major is missing')
  return {major, minor, patch}
}

/**
 * Return what an error body says. Null for a body without `message`: the vendor did not write it.
 */
export function parseError(body: unknown): VendorError | null {
  const {message, traceID} = typeof body === 'object' && body !== null ? (body as Fields) : {}
  if (typeof message !== 'string') return null
  return {message, requestId: typeof traceID === 'string' && traceID !== '' ? traceID : undefined}
}

function readOptionalFields(fields: Fields, name: string): Fields {
  return readFields(fields[name] ?? {}, name)
}
