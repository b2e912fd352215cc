import type {TokenRoleRow, TokenRow, TokenValueRow, ValueState} from '../store.ts'
import type {SqlValue} from './engine.ts'
import {toCells} from './table.ts'
import {TOKEN, TOKEN_ROLE} from './tokens.ts'
import {IS_OPEN, TOKEN_VALUE} from './values.ts'

/** What a token shows of its secrets that is not in TokenRow. */
export interface TokenTimes {
  lastUsedAt: number | null
  pendingSince: number | null
  graceUntil: number | null
}

export interface RoleOfToken {
  position: number
  role: TokenRoleRow
}

const {organizationId: _organizationId, vendor: _vendor, ...tokenColumns} = TOKEN.columns
const TOKEN_CELLS = toCells<Omit<TokenRow, 'organizationId' | 'vendor'>>({name: TOKEN.name, columns: tokenColumns}, 0)

// Subqueries, because a join would return a row for each of these secrets with each role.
const OPEN = `FROM token_value WHERE token_value.organization_id = token.organization_id
  AND token_value.token_id = token.id AND ${IS_OPEN}`
const TIMES = [
  'token.last_used_at',
  `(SELECT MAX(token_value.valid_from) ${OPEN} AND token_value.state = 'pending')`,
  `(SELECT MAX(token_value.grace_until) ${OPEN} AND token_value.state = 'grace')`,
]
const TIMES_AT = TOKEN_CELLS.end

const ROLE_CELLS = toCells<TokenRoleRow & {position: number}>(
  {name: TOKEN_ROLE.name, columns: {...TOKEN_ROLE.columns, position: 'position'}},
  TIMES_AT + TIMES.length,
)
const VALUE_CELLS = toCells<TokenValueRow>(TOKEN_VALUE, ROLE_CELLS.end)

/** What to select of tokens and their roles. The functions below read such rows. */
export const CELLS = [...TOKEN_CELLS.list, ...TIMES, ...ROLE_CELLS.list]
/**
 * The join that CELLS needs after the table `token`. One statement reads tokens and roles, so that
 * no other write comes between the two.
 */
export const JOIN_ROLES =
  'LEFT JOIN token_role ON token_role.organization_id = token.organization_id AND token_role.token_id = token.id'
/** CELLS and the columns of a secret. */
export const CELLS_WITH_VALUE = [...CELLS, ...VALUE_CELLS.list]

/** The index of the cell with the id of the token. */
export const ID_CELL = TOKEN_CELLS.at.id

/** The indexes of the texts that most rows of a list share. Their columns are NOT NULL. */
export const COMMON_TEXT_CELLS = [
  TOKEN_CELLS.at.scope,
  TOKEN_CELLS.at.ownerId,
  TOKEN_CELLS.at.kind,
  TOKEN_CELLS.at.description,
  TOKEN_CELLS.at.createdBy,
  TOKEN_CELLS.at.updatedBy,
  ROLE_CELLS.at.entityType,
  ROLE_CELLS.at.entityId,
  ROLE_CELLS.at.role,
]

// Object literals, because setting the properties one by one by name takes five times as long.

/** Return the token in a row. The caller passes the organization and vendor that it asked for. */
export function readToken(
  cells: SqlValue[],
  {organizationId, vendor}: {organizationId: string; vendor: string},
): TokenRow & TokenTimes {
  const {at} = TOKEN_CELLS
  return {
    organizationId,
    id: cells[at.id] as string,
    vendor,
    scope: cells[at.scope] as string,
    ownerId: cells[at.ownerId] as string,
    kind: cells[at.kind] as string,
    name: cells[at.name] as string,
    uniqueName: cells[at.uniqueName] as string | null,
    description: cells[at.description] as string,
    lifetimeMs: cells[at.lifetimeMs] as number | null,
    createdAt: cells[at.createdAt] as number,
    createdBy: cells[at.createdBy] as string,
    updatedAt: cells[at.updatedAt] as number,
    updatedBy: cells[at.updatedBy] as string,
    lastRotatedAt: cells[at.lastRotatedAt] as number | null,
    deletedAt: cells[at.deletedAt] as number | null,
    deletedBy: cells[at.deletedBy] as string | null,
    revision: cells[at.revision] as number,
    fragment: cells[at.fragment] as string | null,
    validFrom: cells[at.validFrom] as number | null,
    validUntil: cells[at.validUntil] as number | null,
    lastUsedAt: cells[TIMES_AT] as number | null,
    pendingSince: cells[TIMES_AT + 1] as number | null,
    graceUntil: cells[TIMES_AT + 2] as number | null,
  }
}

/** Return the role in a row, or null if there is none. */
export function readRole(cells: SqlValue[]): RoleOfToken | null {
  const {at} = ROLE_CELLS
  const position = cells[at.position] as number | null
  if (position === null) return null
  const role = {
    entityType: cells[at.entityType] as string,
    entityId: cells[at.entityId] as string,
    deploymentId: cells[at.deploymentId] as string | null,
    role: cells[at.role] as string,
  }
  return {position, role}
}

/** Return the secret in a row of CELLS_WITH_VALUE, or null if there is none. */
export function readValue(cells: SqlValue[]): TokenValueRow | null {
  const {at} = VALUE_CELLS
  if (cells[at.sha256] === null) return null
  return {
    organizationId: cells[at.organizationId] as string,
    sha256: cells[at.sha256] as string,
    tokenId: cells[at.tokenId] as string,
    vendor: cells[at.vendor] as string,
    keyId: cells[at.keyId] as string,
    fragment: cells[at.fragment] as string,
    state: cells[at.state] as ValueState,
    validFrom: cells[at.validFrom] as number,
    validUntil: cells[at.validUntil] as number | null,
    graceUntil: cells[at.graceUntil] as number | null,
    endedAt: cells[at.endedAt] as number | null,
    endReason: cells[at.endReason] as string | null,
    lastUsedAt: cells[at.lastUsedAt] as number | null,
  }
}
