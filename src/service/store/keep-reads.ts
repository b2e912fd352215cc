import type {DeploymentView, OrganizationRow, StoreSession, TokenOwner, WorkspaceRow} from './store.ts'

/** The maximum number of kept rows of each kind. A token takes about 1.5 KiB. */
const ROWS_MAX = 20_000

/** The reads by key that requests repeat. */
export type RepeatedReads = Pick<
  StoreSession,
  'findTokenByHash' | 'findOrganization' | 'findWorkspaces' | 'findDeployments'
>

/**
 * Return the session for transactions that are committed together. It keeps the rows that they
 * repeatedly read by key: the checks of permissions, roles and claims ask for the same ones, and so
 * does each mint for the key to sign with. Only this session changes rows until the commit, so a
 * write forgets what it can have changed. A write of one token forgets that token, and any other
 * write forgets everything.
 */
export function keepInTransaction(session: StoreSession): StoreSession {
  const kept = createKeptReads(session)
  const {insertAudit, insertToken, insertValue, updateValue, updateToken, replaceTokenRoles} = session
  return {
    ...forgetAtWrites(session, kept.forget),
    ...kept.reads,
    findActiveKey: kept.findActiveKey,
    insertAudit,
    insertToken,
    insertValue: (row) => kept.forgetTokenAt(row.tokenId, () => insertValue(row)),
    updateValue: (row) => kept.forgetTokenAt(row.tokenId, () => updateValue(row)),
    updateToken: (before, after) => kept.forgetTokenAt(before.id, () => updateToken(before, after)),
    replaceTokenRoles: (organizationId, tokenId, roles) =>
      kept.forgetTokenAt(tokenId, () => replaceTokenRoles(organizationId, tokenId, roles)),
  }
}

/**
 * Return reads that are kept until a change is committed to the store. `readVersion` returns
 * another number after each commit, by any process. If it throws, nothing is kept, and the read
 * itself reports what is wrong with the store.
 */
export function keepWhileUnchanged(session: StoreSession, readVersion: () => number): RepeatedReads {
  const {reads, forget} = createKeptReads(session)
  let version: number | undefined

  function forgetIfChanged(): void {
    const before = version
    try {
      version = readVersion()
    } catch {
      version = undefined
    }
    if (version === undefined || version !== before) forget()
  }

  /** Wrap a read so that it first forgets what can have changed. */
  function checkBefore<Args extends unknown[], Result>(read: (...args: Args) => Promise<Result>) {
    return (...args: Args): Promise<Result> => {
      forgetIfChanged()
      return read(...args)
    }
  }

  return {
    findTokenByHash: checkBefore(reads.findTokenByHash),
    findOrganization: checkBefore(reads.findOrganization),
    findWorkspaces: checkBefore(reads.findWorkspaces),
    findDeployments: checkBefore(reads.findDeployments),
  }
}

type FoundToken = NonNullable<Awaited<ReturnType<StoreSession['findTokenByHash']>>>
type FoundKey = NonNullable<Awaited<ReturnType<StoreSession['findActiveKey']>>>

/**
 * Create reads that keep what they find until it is forgotten. What does not exist is not kept, so
 * that requests with wrong ids fill nothing.
 */
function createKeptReads(session: StoreSession) {
  const tokens = new Map<string, FoundToken>()
  const organizations = new Map<string, OrganizationRow>()
  const workspaces = new Map<string, WorkspaceRow>()
  const deployments = new Map<string, DeploymentView>()
  const keys = new Map<string, FoundKey>()
  /** How often something was forgotten. What was read before that and arrives later is not kept. */
  let forgotten = 0

  async function find<Row>(rows: Map<string, Row>, key: string, read: () => Promise<Row | null>): Promise<Row | null> {
    const known = rows.get(key)
    if (known !== undefined) return known
    const before = forgotten
    const row = await read()
    if (row !== null && forgotten === before) add(rows, key, row)
    return row
  }

  /**
   * Wrap a read of several rows of an organization. It then reads only the rows that are missing.
   */
  function findEach<Row extends {id: string}>(rows: Map<string, Row>, read: ReadByIds<Row>): ReadByIds<Row> {
    return async (organizationId, ids) => {
      const all: Row[] = []
      const missing: string[] = []
      for (const id of new Set(ids)) {
        const known = rows.get(toKey(organizationId, id))
        if (known === undefined) missing.push(id)
        else all.push(known)
      }
      if (missing.length === 0) return all
      const before = forgotten
      const found = await read(organizationId, missing)
      if (forgotten === before) for (const row of found) add(rows, toKey(organizationId, row.id), row)
      return [...all, ...found]
    }
  }

  const reads: RepeatedReads = {
    findTokenByHash: (organizationId, sha256) =>
      find(tokens, toKey(organizationId, sha256), () => session.findTokenByHash(organizationId, sha256)),
    findOrganization: (organizationId) =>
      find(organizations, organizationId, () => session.findOrganization(organizationId)),
    findWorkspaces: findEach(workspaces, session.findWorkspaces),
    findDeployments: findEach(deployments, session.findDeployments),
  }

  return {
    reads,
    /**
     * Only for transactions that are committed together: they take some tens of milliseconds, and
     * the key is kept for any `nowMs`. A key that becomes active meanwhile is used a few
     * milliseconds later. A key is retired by a write, which no other process commits meanwhile.
     */
    findActiveKey: (nowMs: number, organizationId: string, owner: TokenOwner): Promise<FoundKey | null> =>
      find(keys, toKey(organizationId, toKey(owner.scope, owner.ownerId)), () =>
        session.findActiveKey(nowMs, organizationId, owner),
      ),
    forget() {
      forgotten++
      for (const rows of [tokens, organizations, workspaces, deployments, keys]) rows.clear()
    },
    /** Run a write of one token, and forget what was read of that token. */
    forgetTokenAt<Result>(tokenId: string, write: () => Promise<Result>): Promise<Result> {
      forgotten++
      for (const [key, {token}] of tokens) if (token.id === tokenId) tokens.delete(key)
      return write()
    },
  }
}

type ReadByIds<Row> = (organizationId: string, ids: readonly string[]) => Promise<Row[]>

function toKey(organizationId: string, id: string): string {
  return `${organizationId} ${id}`
}

/** Add a row, and remove the oldest one if there are too many. */
function add<Row>(rows: Map<string, Row>, key: string, row: Row): void {
  const [oldest] = rows.keys()
  if (rows.size >= ROWS_MAX && oldest !== undefined) rows.delete(oldest)
  rows.set(key, row)
}

/** Return the session with each write wrapped, so that it first forgets everything. */
function forgetAtWrites(session: StoreSession, forget: () => void): StoreSession {
  const wrapped = Object.entries(session).map(([name, method]: [string, (...args: unknown[]) => unknown]) => {
    if (READS.test(name)) return [name, method]
    return [
      name,
      (...args: unknown[]) => {
        forget()
        return method(...args)
      },
    ]
  })
  return Object.fromEntries(wrapped) as StoreSession
}

/** The methods that do not write. The name of any other one begins with another verb. */
const READS = /^(read|list|find|count|has)[A-Z]/
