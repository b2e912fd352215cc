import {checkName, invalidField, quoteName, quoteRole} from './quote.ts'

// The statements of contracts/deltastream.md, section 4. Each function throws INVALID for a value
// that the service would refuse, so that nothing is sent.

export const LIST_TOKENS = 'LIST API_TOKENS;'
export const LIST_ROLES = 'LIST ROLES;'
export const LIST_ORGANIZATIONS = 'LIST ORGANIZATIONS;'

/** The lifetimes that a token may have, in days. */
const EXPIRES_IN_DAYS = {min: 1, max: 3650}

interface NewToken {
  name: string
  role: string
  /** Default: that of the service. */
  expiresInDays?: number
}

export function renderCreateToken({name, role, expiresInDays}: NewToken): string {
  checkName('role', role)
  const parameters = [`'token.role_name' = ${quoteRole(role)}`]
  if (expiresInDays !== undefined) parameters.push(`'token.expires_in_days' = ${renderDays(expiresInDays)}`)
  return `CREATE API_TOKEN ${renderName('name', name)} WITH (${parameters.join(', ')});`
}

export function renderRenewToken(name: string): string {
  return `ALTER API_TOKEN ${renderName('name', name)} RENEW TOKEN;`
}

export function renderDropToken(name: string): string {
  return `DROP API_TOKEN ${renderName('name', name)};`
}

export function renderCreateRole(role: string): string {
  return `CREATE ROLE ${renderName('role', role)};`
}

export function renderDropRole(role: string): string {
  return `DROP ROLE ${renderName('role', role)};`
}

export function renderUseRole(role: string): string {
  return `USE ROLE ${renderName('role', role)};`
}

function renderName(what: string, name: string): string {
  checkName(what, name)
  return quoteName(name)
}

function renderDays(days: number): string {
  const {min, max} = EXPIRES_IN_DAYS
  if (!Number.isInteger(days) || days < min || days > max) {
    throw invalidField('expiresInDays', 'range', `expiresInDays must be a whole number from ${min} to ${max}`)
  }
  return days.toFixed(0)
}
