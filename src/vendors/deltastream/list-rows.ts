import {AppError} from '../../errors/app-error.ts'
import {present} from '../answer-fields.ts'
import type {ResultSet} from './api.ts'
import type {DeltaStreamToken} from './capabilities.ts'
import {type Row, readRows} from './rows.ts'
import {parseTimestamp} from './timestamps.ts'

// Parse the rows of LIST statements (contracts/deltastream.md, sections 4.3 and 4.6).

export interface RoleRow {
  name: string
  /** Whether it is the role of the session. */
  current: boolean
  /** RFC 3339; absent if it is not reported. */
  createdAt?: string
}

/** Return the tokens of LIST API_TOKENS. UPSTREAM if a name or a time is missing. */
export function readTokens(result: ResultSet): DeltaStreamToken[] {
  return readRows(result).map((row) => ({
    name: readName(row),
    lastUsedAt: parseTimestamp(row.find('Last Used') ?? null),
    createdAt: readTime(row, 'Created At'),
    expiresAt: readTime(row, 'Expires At'),
  }))
}

/** Return the roles of LIST ROLES. Older services mark the current one with a tick. */
export function readRoles(result: ResultSet): RoleRow[] {
  return readRows(result).map((row) => ({
    name: readName(row),
    current: /^(?:true|✓)$/i.test(row.find('Current') ?? ''),
    ...present('createdAt', parseTimestamp(row.find('Created At') ?? null) ?? undefined),
  }))
}

function readName(row: Row): string {
  return row.find('Name') ?? refuseMissing('Name')
}

function readTime(row: Row, column: string): string {
  return parseTimestamp(row.find(column) ?? null) ?? refuseMissing(column)
}

function refuseMissing(column: string): never {
  throw new AppError('UPSTREAM', `DeltaStream answered with a list without ${column}`, {
    vendor: 'deltastream',
    hint: 'Try again; if it stays so, ask DeltaStream',
  })
}
