import {readFileSync} from 'node:fs'
import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import {openEmbeddedService} from '../../../../src/service/open.ts'
import type {TokenService} from '../../../../src/service/token-service.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {expectTotals} from '../../../support/expect-totals.ts'
import {makeOldStore, OLD, type OldStore} from '../../../support/old-store.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {TEST_NOW} from '../../../support/run-tokenry.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const O = OLD.organizationId

describe('a store of schema version 2', () => {
  let folder: string
  let old: OldStore
  beforeEach(() => {
    folder = tempFolder()
    old = makeOldStore(folder)
  })

  async function use(work: (service: TokenService, astro: EmbeddedAstro) => Promise<void>): Promise<void> {
    const {service, storage} = await openEmbeddedService(folder, () => TEST_NOW, ASTRO_POLICY)
    try {
      expect(storage).to.include({file: old.file, created: false, readOnly: false})
      await work(service, embeddedAstroApi(service, {kind: 'owner', actor: {type: 'local', id: 'alice'}}))
    } finally {
      await service.close()
    }
  }

  /** Tables of later versions. */
  const ADDED = ['vendor_seed', 'token_count', 'token_count_delta', 'deletion']

  it('keeps every row of every table when it is opened', async () => {
    const before = rowsOf(old.file)
    const filled = Object.entries(before).filter(([, rows]) => rows.length > 0)
    // No program of that version writes to audit_seal. The table no longer exists.
    expect(Object.keys(before))
      .to.have.members([...filled.map(([name]) => name), 'audit_seal'])
      .and.have.length(14)
    await use(async () => {})
    const after = rowsOf(old.file)
    expect(Object.keys(after)).to.have.members([...filled.map(([name]) => name), ...ADDED])
    for (const [table, rows] of filled) {
      const kept = rows.map((row) => withoutColumns(row, DROPPED[table] ?? []))
      expect(withColumnsOf(after[table], kept), table).to.deep.equal(kept)
    }
  })

  it('loses only the columns that nothing used', async () => {
    const before = rowsOf(old.file)
    await use(async () => {})
    const after = rowsOf(old.file)
    for (const [table, [row = {}]] of Object.entries(before)) {
      const lost = Object.keys(row).filter((column) => !Object.hasOwn(after[table]?.[0] ?? {}, column))
      expect(lost, table).to.deep.equal(DROPPED[table] ?? [])
    }
  })

  it('shows for each token what its secrets imply, even if they have ended', async () => {
    const before = rowsOf(old.file)
    await use(async (service) => {
      for (const row of before['token'] ?? []) {
        const [organizationId, id] = [String(row['organization_id']), String(row['id'])]
        const secrets = (before['token_value'] ?? []).filter((each) => each['token_id'] === id)
        const view = await service.read.findToken(organizationId, 'astro', id)
        expect(view, id).to.include(shownOf(secrets))
      }
    })
    expect(before['token']).to.have.length(16)
  })

  it('counts its tokens, also those of another vendor and with two roles on one entity', async () => {
    const db = new DatabaseSync(old.file)
    const columns = (table: string, change: Record<string, string>) => {
      const names = db
        .prepare(`SELECT name FROM pragma_table_info('${table}')`)
        .all()
        .map(({name}) => String(name))
      return `INSERT INTO ${table} (${names.join(', ')}) SELECT ${names.map((name) => change[name] ?? name).join(', ')} FROM ${table}`
    }
    db.exec(columns('token', {id: "'x' || id", vendor: "'another'", unique_name: 'NULL'}))
    db.exec(columns('token_role', {token_id: "'x' || token_id"}))
    db.exec(columns('token_role', {position: 'position + 100', deployment_id: `'${OLD.otherDeploymentId}'`}))
    await use(({read}) => expectTotals(read, db))
    await use(({read}) => expectTotals(read, db))
    db.close()
  })

  it('shows the fragment of a deleted token, and the last use of a secret that has ended or is in grace', async () => {
    const {secrets, tokenIds} = old
    await use(async (service) => {
      const deleted = await service.read.findToken(O, 'astro', tokenIds.DELETED)
      expect(deleted).to.include({fragment: secrets.DELETED.slice(-8), lastUsedAt: Date.parse('2026-03-01T07:30:00Z')})
      const inGrace = await service.read.findToken(O, 'astro', tokenIds.GRACE)
      const lastUsedAt = Date.parse('2026-11-22T09:00:00Z')
      expect(inGrace).to.include({fragment: secrets.AFTER_GRACE.slice(-8), lastUsedAt})
    })
  })

  it('has the schema of a new store afterwards', async () => {
    await use(async () => {})
    const fresh = tempFolder()
    const {service, storage} = await openEmbeddedService(fresh, () => TEST_NOW, ASTRO_POLICY)
    await service.close()
    expect(schemaOf(old.file)).to.deep.equal(schemaOf(storage.file))
  })

  it('is changed only when it is opened for the first time', async () => {
    await use(async () => {})
    const bytes = readFileSync(old.file)
    await use(async () => {})
    expect(readFileSync(old.file).equals(bytes)).to.equal(true)
  })

  it('verifies its valid secrets, and reports why the others are invalid', async () => {
    const {secrets} = old
    await use(async (service) => {
      for (const name of ['OWNER', 'CURRENT', 'GRACE', 'AFTER_GRACE', 'PENDING'] as const) {
        expect(await service.verify(secrets[name]), name).to.include({valid: true})
      }
      expect(await service.verify(secrets.DELETED)).to.include({valid: false, reason: 'deleted'})
      expect((await service.authenticate(ASTRO_POLICY, secrets.OWNER)).token).to.include({name: 'owner'})
    })
  })

  it('lists tokens, ended tokens, agent tokens, places, roles and users', async () => {
    await use(async (service, astro) => {
      const names = (rows: {name: string}[]) => rows.map(({name}) => name)
      expect(names(await astro.listLiveTokens(O, {}))).to.deep.equal([
        ...['owner', 'reader', 'deployer', 'ci', 'dag-bot', 'made-by-a-token', 'expired', 'in-grace', 'unfinished'],
      ])
      expect(names(await astro.listEndedTokens(O, {}))).to.deep.equal(['lost', 'gone'])
      expect(names((await astro.listAgentTokens(O, OLD.deploymentId, {})).tokens)).to.deep.equal(['agent'])
      expect(names(await service.read.listOrganizations())).to.deep.equal(['default', 'merged'])
      expect(names(await service.read.listWorkspaces(O))).to.deep.equal(['default', 'analytics'])
      expect(names(await service.read.listDeployments(O))).to.deep.equal(['default', 'nightly'])
      expect(names(await service.read.listRoles(O, 'astro'))).to.deep.equal(['RELEASER', 'DAG_WATCHER'])
      expect(names(await service.read.listAccounts(O, 'astro'))).to.deep.equal(['Alice', 'Bob'])
      const [dagBot] = (await astro.listLiveTokens(O, {dagId: 'load_orders', deploymentId: OLD.deploymentId})) ?? []
      expect(dagBot?.roles.map(({entityType, entityId}) => `${entityType} ${entityId}`)).to.deep.equal([
        ...[`DEPLOYMENT ${OLD.deploymentId}`, 'DAG load_orders', 'DAG load_customers', 'DAG_TAG finance'],
      ])
    })
  })

  it('rotates and deletes: a finished rotation, one in grace, and one that was interrupted', async () => {
    const {secrets, tokenIds} = old
    await use(async (service, astro) => {
      const {token} = await astro.rotateToken(O, tokenIds.CURRENT)
      expect(await service.verify(secrets.CURRENT)).to.include({valid: false, reason: 'rotated'})
      expect(await service.verify(token)).to.include({valid: true})

      await (await astro.beginRotation(O, tokenIds.GRACE, {endAllValues: true})).finish()
      for (const name of ['GRACE', 'AFTER_GRACE'] as const) {
        expect(await service.verify(secrets[name]), name).to.include({valid: false, reason: 'rotated'})
      }

      expect(await astro.getToken(O, tokenIds.PENDING))
        .to.have.property('unfinishedRotationAt')
        .that.is.a('string')
      await astro.rotateToken(O, tokenIds.PENDING)
      expect(await service.verify(secrets.PENDING)).to.include({valid: false, reason: 'undelivered'})

      await astro.deleteToken(O, tokenIds.OWNER)
      expect(await service.verify(secrets.OWNER)).to.include({valid: false, reason: 'deleted'})
    })
  })

  it('creates new tokens and entities, and keeps unique names unique', async () => {
    await use(async (service, astro) => {
      const body = {name: 'ci', scope: 'DEPLOYMENT', entityId: OLD.deploymentId, role: 'RELEASER'} as const
      await expectFailure(astro.createUniqueToken(O, body), 'CONFLICT')
      const {token} = await astro.createUniqueToken(O, {...body, name: 'new'})
      expect(await service.verify(token)).to.include({valid: true})
      await expectFailure(
        service.createOrganization(ASTRO_POLICY, {type: 'local', id: 'alice'}, {name: 'merged'}),
        'CONFLICT',
      )
    })
  })
})

type Rows = Record<string, unknown>[]

/** Removed columns, by table. */
const DROPPED: Record<string, string[]> = {audit: ['seal_seq'], role: ['permissions']}

function withoutColumns(row: Rows[number], columns: string[]): Rows[number] {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column)))
}

/**
 * Return what the version that created the store showed for a token with these secrets. It read all
 * of them.
 */
function shownOf(secrets: Rows) {
  const byPosition = [...secrets].sort((a, b) => Number(a['position']) - Number(b['position']))
  const wasCurrent = byPosition.filter((secret) => secret['was_current'] === 1)
  const shown = wasCurrent.find(({state}) => state === 'current') ?? wasCurrent.at(-1)
  const latest = (column: string, state?: string) => {
    const times = secrets.filter((secret) => state === undefined || secret['state'] === state).map((row) => row[column])
    const known = times.filter((time) => typeof time === 'number')
    return known.length === 0 ? null : Math.max(...known)
  }
  return {
    fragment: shown?.['fragment'] ?? null,
    validFrom: shown?.['valid_from'] ?? null,
    validUntil: shown?.['valid_until'] ?? null,
    lastUsedAt: latest('last_used_at'),
    pendingSince: latest('valid_from', 'pending'),
    graceUntil: latest('grace_until', 'grace'),
  }
}

/** Return every table with its rows, in the order in which they were written. */
function rowsOf(file: string): Record<string, Rows> {
  const db = new DatabaseSync(file, {readOnly: true})
  try {
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid`).all()
    const rows = (name: unknown) => db.prepare(`SELECT * FROM ${name} ORDER BY rowid`).all()
    return Object.fromEntries(tables.map(({name}) => [String(name), rows(name).map((row) => ({...row}))]))
  } finally {
    db.close()
  }
}

function schemaOf(file: string): unknown[] {
  const db = new DatabaseSync(file, {readOnly: true})
  try {
    return db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  } finally {
    db.close()
  }
}

/**
 * Return the rows and columns of `before` from `after`. A migration may add columns, and rows at
 * the end.
 */
function withColumnsOf(after: Rows | undefined, before: Rows): Rows {
  const columns = Object.keys(before[0] ?? {})
  const kept = (after ?? []).slice(0, before.length)
  return kept.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])))
}
