import {join} from 'node:path'
import {expect} from 'chai'
import {loadSqlite} from '../../../../src/service/store/sqlite/load-sqlite.ts'
import type {Store} from '../../../../src/service/store/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {
  accountRow,
  auditRow,
  deploymentRow,
  NOW,
  ORG,
  roleRow,
  tokenRow,
  tokenVersions,
  valueRow,
} from '../store-rows.ts'
import {openTestStore} from './sqlite-folder.ts'

type Row = Record<string, unknown>

/** Tables that are filled by the schema itself, or from other tables. */
const OTHER_TABLES = ['migration', 'migration_lock', 'token_count', 'token_count_delta', 'deletion']

/** Columns that no insert fills: `table.column`. */
const UNUSED = ['role.parent_id', 'organization.deleted_at', 'token.last_used_at']

/** Columns whose value comes from the store, not from a caller. */
const MADE_BY_STORE = ['installation.only_one', 'token_value.position', 'token_value.was_current']

/**
 * The columns that each changing call keeps. The lists of columns come from the schema, so a new
 * column fails the test until it is added here.
 */
const UPDATES = {
  token: {kept: ['organization_id', 'id', 'last_used_at']},
  token_value: {
    kept: ['organization_id', 'sha256', 'token_id', 'position', 'vendor', 'key_id', 'fragment', 'last_used_at'],
  },
  organization: {kept: ['organization_id', 'uuid', 'name', 'created_at']},
} as const

describe('SQLite: columns', () => {
  let store: Store
  let file = ''
  beforeEach(async () => {
    file = join(tempFolder(), 'tokenry.db')
    store = (await openTestStore(file)).store
  })
  afterEach(() => store.close())

  const query = (sql: string): Row[] => {
    const {DatabaseSync} = loadSqlite()
    const db = new DatabaseSync(file)
    try {
      return db.prepare(sql).all()
    } finally {
      db.close()
    }
  }
  const columnsOf = (table: string) => query(`PRAGMA table_info(${table})`).map(({name}) => String(name))
  const only = (table: string) => query(`SELECT * FROM ${table} WHERE organization_id = '${ORG}'`)[0] ?? {}

  it('each contain what the caller gave for them and nothing else, in every table', async () => {
    const rows = await fillEveryTable(store)
    const tables = query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    expect(tables.map(({name}) => name)).to.have.members([...Object.keys(rows), ...OTHER_TABLES])
    for (const [table, given] of Object.entries(rows)) {
      const [stored] = query(`SELECT * FROM ${table} ORDER BY rowid DESC LIMIT 1`)
      const expected = Object.fromEntries(
        Object.entries(given).map(([property, value]) => [
          property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          typeof value === 'boolean' ? Number(value) : value,
        ]),
      )
      for (const column of columnsOf(table)) {
        const name = `${table}.${column}`
        if (UNUSED.includes(name)) expect(stored?.[column], name).to.equal(null)
        else if (MADE_BY_STORE.includes(name)) expect(stored?.[column], name).to.not.equal(null)
        else {
          expect(stored?.[column], name).to.not.equal(null)
          expect(stored?.[column], name).to.equal(expected[column])
        }
      }
    }
  })

  it('all change when a token is updated, except its key: to a value, to null and back', async () => {
    await store.insertToken(tokenRow(), [])
    let version = tokenRow()
    for (const row of tokenVersions()) {
      const before = only('token')
      expect(await store.updateToken(version, row)).to.equal(true)
      expectChanged('token', before, only('token'))
      version = row
    }
  })

  it('all change when a secret is updated, except its keys, its fragment and its last use', async () => {
    await store.insertToken(tokenRow(), [])
    await store.insertValue(valueRow('a', {state: 'pending', lastUsedAt: NOW}))
    const pending = only('token_value')
    const times = {validFrom: NOW + 1, validUntil: NOW + 2, graceUntil: NOW + 3}
    await store.updateValue(valueRow('a', {...times, state: 'grace'}))
    const inGrace = only('token_value')
    const end = {state: 'ended', endedAt: NOW + 7, endReason: 'rotated'} as const
    await store.updateValue(valueRow('a', {validFrom: NOW + 4, validUntil: NOW + 5, graceUntil: NOW + 6, ...end}))
    const ended = only('token_value')
    expect(changesOf(pending, inGrace)).to.have.members([
      'state',
      'was_current',
      'valid_from',
      'valid_until',
      'grace_until',
    ])
    // `was_current` never changes back. It is the only column that a later update keeps.
    expect(ended['was_current']).to.equal(1)
    expectChanged('token_value', {...inGrace, was_current: 0}, ended)
  })

  it('keep their values when a use is recorded, except the time of the last use', async () => {
    await store.insertToken(tokenRow(), [])
    const {sha256} = valueRow('a')
    await store.insertValue(valueRow('a'))
    for (const at of [NOW + 1, NOW + 100]) {
      const before = [only('token_value'), only('token')] as const
      await store.touchValue(ORG, sha256, at, at)
      expect(changesOf(before[0], only('token_value'))).to.deep.equal(['last_used_at'])
      expect(changesOf(before[1], only('token'))).to.deep.equal(['last_used_at'])
    }
  })

  it('keep the name of an organization when it is deleted', async () => {
    const before = only('organization')
    await store.deleteOrganization(ORG, NOW + 5)
    expectChanged('organization', before, only('organization'))
    expect(only('organization')).to.include({deleted_at: NOW + 5, updated_at: NOW + 5})
  })

  function expectChanged(table: keyof typeof UPDATES, before: Row, after: Row): void {
    const kept: readonly string[] = UPDATES[table].kept
    const columns = columnsOf(table)
    expect(columns).to.include.members([...kept])
    expect(changesOf(before, after)).to.have.members(columns.filter((column) => !kept.includes(column)))
  }
})

function changesOf(before: Row, after: Row): string[] {
  return Object.keys(after).filter((column) => before[column] !== after[column])
}

/** Fill one row in each table. No two columns of a row have the same value. */
async function fillEveryTable(store: Store): Promise<Record<string, object>> {
  let next = NOW
  const time = () => {
    next += 1
    return next
  }
  const times = () => ({createdAt: time(), updatedAt: time()})
  const organization = {organizationId: 'o-1', uuid: 'uuid-1', name: 'organization-1', ...times()}
  const {organizationId} = organization
  const workspace = {organizationId, id: 'w-1', name: 'workspace-1', description: 'about w', ...times()}
  const deployment = deploymentRow({organizationId, id: 'd-1', workspaceId: 'w-1', name: 'deployment-1', ...times()})
  const role = roleRow({organizationId, ...times()})
  const account = accountRow({organizationId, admin: true, settings: '{}', ...times()})
  const [token] = tokenVersions().map((row) => ({...row, organizationId, id: 't-1'}))
  if (!token) throw new Error('There is a first version')
  const tokenRole = {entityType: 'DAG', entityId: 'etl', deploymentId: 'd-1', role: 'DAG_VIEWER'}
  const value = valueRow('a', {
    organizationId,
    tokenId: 't-1',
    state: 'ended',
    validFrom: time(),
    validUntil: time(),
    graceUntil: time(),
    endedAt: time(),
    endReason: 'rotated',
    lastUsedAt: time(),
  })
  const audit = auditRow({organizationId, at: time(), requestId: 'request-1', detail: '{"a":1}'})
  const key = {
    id: 'k-1',
    publicJwk: '{}',
    privateKey: 'base64',
    sealed: true,
    createdAt: time(),
    activeFrom: time(),
    retiredAt: time(),
  }
  await store.insertOrganization(organization)
  await store.insertWorkspace(workspace)
  await store.insertDeployment(deployment)
  await store.insertRole(role)
  await store.insertAccount(account)
  await store.insertToken(token, [tokenRole])
  await store.insertValue(value)
  await store.insertAudit(audit)
  await store.insertSigningKey(key)
  const seeded = {vendor: 'duckling', seededAt: time()}
  await store.insertSeededVendor(seeded.vendor, seeded.seededAt)
  return {
    organization,
    workspace,
    deployment,
    role,
    account,
    token,
    token_role: {organizationId, tokenId: 't-1', position: 0, ...tokenRole},
    token_value: value,
    audit,
    signing_key: key,
    vendor_seed: seeded,
    installation: await store.readInstallation(),
  }
}
