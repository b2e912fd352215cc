import type {OrganizationRow, StoreSession} from './store.ts'

/**
 * Return a session for one transaction that caches organizations, workspaces and deployments by
 * key. The checks of permissions, roles and claims ask for the same rows, and each row is then read
 * once. The cache is safe, because in a transaction only its own session changes rows.
 */
export function memoizeDirectory(session: StoreSession): StoreSession {
  const organizations = new Map<string, Promise<OrganizationRow | null>>()
  const workspaces = createKeyedReads(session.findWorkspaces)
  const deployments = createKeyedReads(session.findDeployments)

  /** Wrap a write so that it clears the cache. */
  function clearBefore<Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) {
    return (...args: Args): Promise<Result> => {
      organizations.clear()
      workspaces.forget()
      deployments.forget()
      return write(...args)
    }
  }

  return {
    ...session,
    findOrganization(organizationId) {
      const known = organizations.get(organizationId) ?? session.findOrganization(organizationId)
      organizations.set(organizationId, known)
      return known
    },
    findWorkspaces: workspaces.find,
    findDeployments: deployments.find,
    insertOrganization: clearBefore(session.insertOrganization),
    deleteOrganization: clearBefore(session.deleteOrganization),
    insertWorkspace: clearBefore(session.insertWorkspace),
    deleteWorkspace: clearBefore(session.deleteWorkspace),
    insertDeployment: clearBefore(session.insertDeployment),
    deleteDeployment: clearBefore(session.deleteDeployment),
  }
}

type Find<Row> = (organizationId: string, ids: readonly string[]) => Promise<Row[]>

function createKeyedReads<Row extends {id: string}>(read: Find<Row>): {find: Find<Row>; forget(): void} {
  /** By organization, then id. Null if the row does not exist. */
  const known = new Map<string, Map<string, Row | null>>()
  return {
    async find(organizationId, ids) {
      const rows = known.get(organizationId) ?? new Map<string, Row | null>()
      known.set(organizationId, rows)
      const missing = ids.filter((id) => !rows.has(id))
      if (missing.length > 0) {
        const found = await read(organizationId, missing)
        for (const id of missing) rows.set(id, null)
        for (const row of found) rows.set(row.id, row)
      }
      return [...new Set(ids)].flatMap((id) => rows.get(id) ?? [])
    },
    forget: () => known.clear(),
  }
}
