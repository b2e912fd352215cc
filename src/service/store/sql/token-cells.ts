import type {TokenRoleRow, TokenRow, TokenValueRow, ValueState} from '../store.ts'
import type {SqlValue} from './engine.ts'
import {toCells} from './table.ts'
import {TOKEN, TOKEN_ROLE} from './tokens.ts'
import {IS_OPEN, TOKEN_VALUE} from './values.ts'

/** What a token shows of its secrets besides what is in its row. */
export interface TokenTimes {
  lastUsedAt: number | null
  pendingSince: number | null
  graceUntil: number | null
}

export interface RoleOfToken {
  position: number
  role: TokenRoleRow
}

const USUAL_OF_TOKEN = ['scope', 'ownerId', 'kind', 'description', 'createdBy', 'updatedBy'] as const
const USUAL_OF_ROLE = ['entityType', 'entityId', 'role'] as const
const USUAL = [...USUAL_OF_TOKEN, ...USUAL_OF_ROLE]

/**
 * Texts that many rows of a list have in common. A row that has the usual one gives null in its place: making a text of JavaScript
 * takes longer than finding the row, and ten thousand of the same one would have to be kept.
 */
export type Usual = Record<(typeof USUAL)[number], string | null>

/** No text equals null, so every row gives all of its own. */
export const NOTHING_USUAL = Object.fromEntries(USUAL.map((property) => [property, null])) as Usual

const {organizationId: _organizationId, vendor: _vendor, ...tokenColumns} = TOKEN.columns
const TOKEN_CELLS = toCells<Omit<TokenRow, 'organizationId' | 'vendor'>>(
  {name: TOKEN.name, columns: tokenColumns},
  {usual: USUAL_OF_TOKEN},
)

// Not a join: a token would have a row for each of these secrets next to each of its roles.
const OPEN = `FROM token_value WHERE token_value.organization_id = token.organization_id
  AND token_value.token_id = token.id AND ${IS_OPEN}`
const TIMES = `token.last_used_at,
  (SELECT MAX(token_value.valid_from) ${OPEN} AND token_value.state = 'pending'),
  (SELECT MAX(token_value.grace_until) ${OPEN} AND token_value.state = 'grace')`
const TIMES_AT = TOKEN_CELLS.end
const TIMES_END = TIMES_AT + 3

const ROLE_CELLS = toCells<TokenRoleRow & {position: number}>(
  {name: TOKEN_ROLE.name, columns: {...TOKEN_ROLE.columns, position: 'position'}},
  {start: TIMES_END, usual: USUAL_OF_ROLE},
)
const VALUE_CELLS = toCells<TokenValueRow>(TOKEN_VALUE, {start: ROLE_CELLS.end})

/** What to select of tokens and their roles, for the functions below; `usualTexts` are its parameters. */
export const CELLS = `${TOKEN_CELLS.list}, ${TIMES}, ${ROLE_CELLS.list}`
/** The same, and a secret. */
export const CELLS_WITH_VALUE = `${CELLS}, ${VALUE_CELLS.list}`

export function usualTexts(usual: Usual): SqlValue[] {
  return USUAL.map((property) => usual[property])
}

/** Where the id of the token stands. */
export const ID_CELL = TOKEN_CELLS.at.id

// Written out, because an object whose properties are set one by one by their names takes five times as long to make.

/** The token of a row, of the organization and vendor that were asked for. */
export function readToken(
  cells: SqlValue[],
  {organizationId, vendor, usual}: {organizationId: string; vendor: string; usual: Usual},
): TokenRow & TokenTimes {
  const {at} = TOKEN_CELLS
  return {
    organizationId,
    id: cells[at.id] as string,
    vendor,
    scope: (cells[at.scope] ?? usual.scope) as string,
    ownerId: (cells[at.ownerId] ?? usual.ownerId) as string,
    kind: (cells[at.kind] ?? usual.kind) as string,
    name: cells[at.name] as string,
    uniqueName: cells[at.uniqueName] as string | null,
    description: (cells[at.description] ?? usual.description) as string,
    lifetimeMs: cells[at.lifetimeMs] as number | null,
    createdAt: cells[at.createdAt] as number,
    createdBy: (cells[at.createdBy] ?? usual.createdBy) as string,
    updatedAt: cells[at.updatedAt] as number,
    updatedBy: (cells[at.updatedBy] ?? usual.updatedBy) as string,
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

/** Null where the row holds none. */
export function readRole(cells: SqlValue[], usual: Usual): RoleOfToken | null {
  const {at} = ROLE_CELLS
  const position = cells[at.position] as number | null
  if (position === null) return null
  const role = {
    entityType: (cells[at.entityType] ?? usual.entityType) as string,
    entityId: (cells[at.entityId] ?? usual.entityId) as string,
    deploymentId: cells[at.deploymentId] as string | null,
    role: (cells[at.role] ?? usual.role) as string,
  }
  return {position, role}
}

/** The secret of a row of CELLS_WITH_VALUE. Null where the row holds none. */
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
