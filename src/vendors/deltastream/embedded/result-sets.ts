import {newUuid} from '../../../lib/ids.ts'
import {toRfc3339} from '../../../lib/rfc3339.ts'
import {type ResultColumn, type ResultContext, type ResultSet, SQL_SUCCESS, TOKEN_COLUMN} from '../api.ts'

/** The rows of a statement that succeeded. */
export interface Rows {
  columns: readonly ResultColumn[]
  data: (string | null)[][]
}

const text = (name: string, nullable = false): ResultColumn => ({name, type: 'VARCHAR', nullable})
const time = (name: string, nullable = false): ResultColumn => ({name, type: 'TIMESTAMP_LTZ', nullable})

const CHANGE_COLUMNS = ['Type', 'Name', 'Command', 'Summary'].map((name) => text(name))

/** The columns of contracts/deltastream.md, sections 4.3 and 4.6. */
export const TOKEN_COLUMNS = [text('Name'), time('Last Used', true), time('Created At'), time('Expires At')]
export const ROLE_COLUMNS = [text('Name'), {...text('Current'), type: 'BOOLEAN'}, time('Created At')]
export const ORGANIZATION_COLUMNS = [
  text('id'),
  text('name'),
  text('description', true),
  text('profileImageURI', true),
  time('createdAt'),
]

interface Change {
  type: 'api_token' | 'role'
  name: string
  command: 'CREATE' | 'ALTER' | 'DROP' | 'USE'
  /** What was done to it, for the summary: `created`. */
  done: string
}

/** Return the row of a statement that changes something (sections 4.1 to 4.6). */
export function changeRows({type, name, command, done}: Change): Rows {
  return {columns: CHANGE_COLUMNS, data: [[type, name, command, `${type} ${name} was successfully ${done}`]]}
}

/** Return the row of a statement that mints a secret. */
export function mintRows(change: Change, secret: string): Rows {
  const {columns, data} = changeRows(change)
  const token = {...text(TOKEN_COLUMN), display_hint: 'nowrap'}
  return {columns: [...columns, token], data: data.map((row) => [...row, secret])}
}

/** Return a time as a cell (section 1.3): the only form that all drivers read, in whole seconds. */
export function timeCell(epochMs: number): string {
  return toRfc3339(epochMs).replace('T', ' ')
}

export function timeCellOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : timeCell(epochMs)
}

interface Answered {
  /** Of the session after the statement. */
  context: ResultContext
  nowMs: number
}

export function toResultSet({columns, data}: Rows, {context, nowMs}: Answered): ResultSet {
  return {
    sqlState: SQL_SUCCESS,
    statementID: newUuid(),
    createdOn: toSeconds(nowMs),
    // Rows are counted by it, so an empty result has a partition without rows (section 1.3).
    metadata: {encoding: 'json', partitionInfo: [{rowCount: data.length}], columns: [...columns], context},
    data,
  }
}

/** Return the result of a statement that failed: drivers need the whole metadata (section 1.3). */
export function toFailedResult(
  {sqlState, message}: {sqlState: string; message: string},
  {context, nowMs}: Answered,
): ResultSet {
  return {
    sqlState,
    message,
    statementID: newUuid(),
    createdOn: toSeconds(nowMs),
    metadata: {encoding: 'json', partitionInfo: [], columns: [], context},
    data: [],
  }
}

/** Return the answer to a batch: the last result, with the ids of all (section 3). */
export function toBatchAnswer(results: readonly ResultSet[]): ResultSet {
  const last = results.at(-1)
  if (!last) throw new Error('A request has at least one result')
  return results.length === 1 ? last : {...last, statementIDs: results.map(({statementID}) => statementID)}
}

function toSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000)
}
