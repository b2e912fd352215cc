import {AppError} from '../../errors/app-error.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import {cleanText} from '../http-errors.ts'
import {type ResultSet, SQL_SUCCESS} from './api.ts'

/** What a `sqlState` means (contracts/deltastream.md, section 1.4). */
const CODES: Readonly<Partial<Record<string, ErrorCode>>> = {
  '0A000': 'INVALID',
  '2BP01': 'CONFLICT',
  '3D001': 'NOT_FOUND',
  '3D004': 'NOT_FOUND',
  '3D008': 'INVALID',
  '3D012': 'NOT_FOUND',
  '3D021': 'INVALID',
  '42501': 'FORBIDDEN',
  '42601': 'INVALID',
  '42622': 'INVALID',
  '42P011': 'CONFLICT',
  '42P09': 'CONFLICT',
  '53000': 'CONFLICT',
  '57014': 'TIMEOUT',
  '57015': 'UPSTREAM',
  XX000: 'UPSTREAM',
}

/** The classes of states that are about the statement: data, and syntax or access. */
const STATEMENT_CLASSES = /^(?:22|42)/

const STATE = /^[0-9A-Z]{5,6}$/

export const LOOK_HINT = 'Look at what exists before you try again: tokenry deltastream token list'

const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  FORBIDDEN: 'Use a token whose role includes the one that is needed',
  TIMEOUT: 'Try again in a moment',
  UPSTREAM: 'Try again in a moment',
  UNCERTAIN: LOOK_HINT,
}

/**
 * Return a result that is a success. Every other `sqlState` is an error with it as `vendorCode`.
 * `mints`: the statement creates a secret, so it is UNCERTAIN whether it did if the service broke
 * off, or answered with a state that is unknown.
 */
export function requireSuccess(result: ResultSet, {mints}: {mints: boolean}): ResultSet {
  const {sqlState, message = ''} = result
  if (sqlState === SQL_SUCCESS) return result
  const code = findCode(sqlState, mints)
  const hint = HINTS[code]
  const state = cleanText(sqlState, NO_CREDENTIAL)
  throw new AppError(code, cleanText(message, NO_CREDENTIAL) || `DeltaStream answered with the SQL state ${state}`, {
    vendor: 'deltastream',
    vendorCode: state,
    ...(hint === undefined ? {} : {hint}),
  })
}

/** The client has removed the credential itself from the message. */
const NO_CREDENTIAL = {credential: ''}

function findCode(state: string, mints: boolean): ErrorCode {
  const known = STATE.test(state)
    ? (CODES[state] ?? (STATEMENT_CLASSES.test(state) ? 'INVALID' : undefined))
    : undefined
  const code = known ?? 'UPSTREAM'
  return mints && (code === 'UPSTREAM' || code === 'TIMEOUT') ? 'UNCERTAIN' : code
}
