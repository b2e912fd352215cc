import {newUuid} from '../../../lib/ids.ts'
import type {RoleRow, StoreSession} from '../../../service/store/store.ts'
import {VENDOR} from './owner.ts'

/** The scope type of a role in the store: a token has it on the account that it belongs to. */
export const ROLE_SCOPE = 'USER'

export const PUBLIC_ROLE = 'public'
/** The role that includes all others. */
export const TOP_ROLE = 'orgadmin'
/** The role of a first sign-in (contracts/deltastream.md, 4.6). */
export const FIRST_ROLE = 'sysadmin'

/**
 * The built-in roles, each with the role directly above it, which includes it
 * (contracts/deltastream.md, 4.6).
 */
const BUILT_IN: readonly (readonly [name: string, above: string | null])[] = [
  [TOP_ROLE, null],
  [FIRST_ROLE, TOP_ROLE],
  ['securityadmin', TOP_ROLE],
  ['useradmin', 'securityadmin'],
  [PUBLIC_ROLE, 'useradmin'],
]

export function isBuiltInRole(name: string): boolean {
  return BUILT_IN.some(([builtIn]) => builtIn === name)
}

/** Return the rows of the built-in roles, a role before those below it. */
export function createBuiltInRoles(organizationId: string, nowMs: number): RoleRow[] {
  const ids = new Map(BUILT_IN.map(([name]) => [name, newUuid()]))
  return BUILT_IN.map(([name, above]) => ({
    organizationId,
    id: ids.get(name) ?? '',
    vendor: VENDOR,
    scopeType: ROLE_SCOPE,
    name,
    description: '',
    parentId: above === null ? null : (ids.get(above) ?? null),
    createdAt: nowMs,
    updatedAt: nowMs,
  }))
}

/** The roles of an organization, which are a hierarchy. */
export interface Roles {
  find(name: string): RoleRow | undefined
  /** Return the roles, ordered by name. */
  list(): RoleRow[]
  /** Return whether a role has the rights of another one: its own, and those of all below it. */
  includes(role: RoleRow, other: RoleRow): boolean
}

export async function readRoles(session: StoreSession, organizationId: string): Promise<Roles> {
  const rows = await session.listRoles(organizationId, VENDOR)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const byName = new Map(rows.map((row) => [row.name, row]))
  return {
    find: (name) => byName.get(name),
    list: () => rows.toSorted((a, b) => compareCodePoints(a.name, b.name)),
    includes(role, other) {
      // Every role inherits it, also one that is not above it.
      if (other.name === PUBLIC_ROLE) return true
      for (let below: RoleRow | undefined = other; below; below = byId.get(below.parentId ?? '')) {
        if (below.id === role.id) return true
      }
      return false
    },
  }
}

/** Compare by code points: JavaScript itself compares UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
