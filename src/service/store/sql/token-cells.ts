import type {TokenRoleRow, TokenRow, ValueState} from '../store.ts'
import type {SqlValue} from './engine.ts'
import {cellsOf} from './table.ts'
import {TOKEN, TOKEN_ROLE} from './tokens.ts'

export interface ValueOfToken {
  position: number
  fragment: string
  state: ValueState
  wasCurrent: number
  validFrom: number
  validUntil: number | null
  graceUntil: number | null
  lastUsedAt: number | null
}

export interface RoleOfToken {
  position: number
  role: TokenRoleRow
}

const USUAL_OF_TOKEN = ['scope', 'ownerId', 'kind', 'description', 'createdBy', 'updatedBy'] as const
const USUAL_OF_VALUE = ['state'] as const
const USUAL_OF_ROLE = ['entityType', 'entityId', 'role'] as const
const USUAL = [...USUAL_OF_TOKEN, ...USUAL_OF_VALUE, ...USUAL_OF_ROLE]

/**
 * Texts that many rows of a list have in common. A row that has the usual one gives null in its place: making a text of JavaScript
 * takes longer than finding the row, and ten thousand of the same one would have to be kept.
 */
export type Usual = Record<(typeof USUAL)[number], string | null>

/** No text equals null, so every row gives all of its own. */
export const NOTHING_USUAL = Object.fromEntries(USUAL.map((property) => [property, null])) as Usual

const {organizationId: _organizationId, vendor: _vendor, ...tokenColumns} = TOKEN.columns
const TOKEN_CELLS = cellsOf<Omit<TokenRow, 'organizationId' | 'vendor'>>(
  {name: TOKEN.name, columns: tokenColumns},
  {usual: USUAL_OF_TOKEN},
)
const VALUE_CELLS = cellsOf<ValueOfToken>(
  {
    name: 'token_value',
    columns: {
      position: 'position',
      fragment: 'fragment',
      state: 'state',
      wasCurrent: 'was_current',
      validFrom: 'valid_from',
      validUntil: 'valid_until',
      graceUntil: 'grace_until',
      lastUsedAt: 'last_used_at',
    },
  },
  {start: TOKEN_CELLS.end, usual: USUAL_OF_VALUE},
)
const ROLE_CELLS = cellsOf<TokenRoleRow & {position: number}>(
  {name: TOKEN_ROLE.name, columns: {...TOKEN_ROLE.columns, position: 'position'}},
  {start: VALUE_CELLS.end, usual: USUAL_OF_ROLE},
)

/** What to select of the three tables, for the functions below; `usualTexts` are its parameters. */
export const CELLS = `${TOKEN_CELLS.list}, ${VALUE_CELLS.list}, ${ROLE_CELLS.list}`

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
): TokenRow {
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
  }
}

/** Null where the row holds none. */
export function readValue(cells: SqlValue[], usual: Usual): ValueOfToken | null {
  const {at} = VALUE_CELLS
  const position = cells[at.position] as number | null
  if (position === null) return null
  return {
    position,
    fragment: cells[at.fragment] as string,
    state: (cells[at.state] ?? usual.state) as ValueState,
    wasCurrent: cells[at.wasCurrent] as number,
    validFrom: cells[at.validFrom] as number,
    validUntil: cells[at.validUntil] as number | null,
    graceUntil: cells[at.graceUntil] as number | null,
    lastUsedAt: cells[at.lastUsedAt] as number | null,
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
