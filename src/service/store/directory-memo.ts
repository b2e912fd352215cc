import type {OrganizationRow, StoreSession} from './store.ts'

/**
 * The session of one transaction, which reads each organization, workspace and deployment that is asked for by its key at most
 * once: who may do it, what a token may hold and what its claims say are different rules that ask for the same rows. In a
 * transaction a row changes only through its session.
 */
export function memoizeDirectory(session: StoreSession): StoreSession {
  const organizations = new Map<string, Promise<OrganizationRow | null>>()
  const workspaces = createKeyedReads(session.findWorkspaces)
  const deployments = createKeyedReads(session.findDeployments)

  /** The same call, after which everything is read again. */
  function forgetting<Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) {
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
    insertOrganization: forgetting(session.insertOrganization),
    deleteOrganization: forgetting(session.deleteOrganization),
    insertWorkspace: forgetting(session.insertWorkspace),
    deleteWorkspace: forgetting(session.deleteWorkspace),
    insertDeployment: forgetting(session.insertDeployment),
    deleteDeployment: forgetting(session.deleteDeployment),
  }
}

type Find<Row> = (organizationId: string, ids: readonly string[]) => Promise<Row[]>

function createKeyedReads<Row extends {id: string}>(read: Find<Row>): {find: Find<Row>; forget(): void} {
  /** By organization, then id; null for one that is not there. */
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
