import {DELTASTREAM_LIMITS} from '../api.ts'
import type {Parameter, ParameterValue} from '../sql/parse-statements.ts'
import {SqlFailure} from './sql-failure.ts'

const ROLE_KEY = 'token.role_name'
const DAYS_KEY = 'token.expires_in_days'

/**
 * Return what the WITH of CREATE API_TOKEN names (contracts/deltastream.md, 4.1). 3D008 for a key
 * or a value that is wrong, then 3D021 for a role that is missing.
 */
export function readTokenParameters(parameters: readonly Parameter[] | null): {role: string; expiresInDays: number} {
  const found = new Map<string, Parameter>()
  for (const parameter of parameters ?? []) {
    const {key} = parameter
    if (key !== ROLE_KEY && key !== DAYS_KEY) throw refuse(parameter, 'unknown parameter')
    if (found.has(key)) throw refuse(parameter, `parameter '${key}' is given twice`)
    found.set(key, parameter)
  }
  const [role, days] = [found.get(ROLE_KEY), found.get(DAYS_KEY)]
  const roleName = role && readRole(role)
  const expiresInDays = days ? readDays(days) : DELTASTREAM_LIMITS.expiresInDaysDefault
  if (roleName === undefined) throw new SqlFailure('3D021', `parameter '${ROLE_KEY}' is missing`)
  return {role: roleName, expiresInDays}
}

function readRole(parameter: Parameter): string {
  const {kind, text} = parameter.value
  if (kind === 'number' || kind === 'null') throw refuse(parameter, `parameter '${ROLE_KEY}' is not the name of a role`)
  return text
}

function readDays(parameter: Parameter): number {
  const {expiresInDaysMin: min, expiresInDaysMax: max} = DELTASTREAM_LIMITS
  const days = toWhole(parameter.value)
  if (days !== null && days >= min && days <= max) return days
  throw refuse(parameter, `parameter '${DAYS_KEY}' is not a whole number from ${min} to ${max}`)
}

function toWhole({kind, text}: ParameterValue): number | null {
  return (kind === 'number' || kind === 'text') && /^\d+$/.test(text) ? Number(text) : null
}

/** The message repeats no key and no value: they may be secrets. */
function refuse({position: {line, column}}: Parameter, what: string): SqlFailure {
  return new SqlFailure('3D008', `${what} at line ${line}, column ${column}`)
}
