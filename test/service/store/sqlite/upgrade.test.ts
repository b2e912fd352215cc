import {join} from 'node:path'
import {expect} from 'chai'
import type {Actor} from '../../../../src/service/context.ts'
import {seedInstallation} from '../../../../src/service/first-start.ts'
import {openEmbeddedService} from '../../../../src/service/open.ts'
import {MIGRATIONS, SCHEMA_VERSION} from '../../../../src/service/store/sql/schema.ts'
import {createSqlStore} from '../../../../src/service/store/sql/store.ts'
import {createSqliteEngine} from '../../../../src/service/store/sqlite/engine.ts'
import {loadSqlite} from '../../../../src/service/store/sqlite/load-sqlite.ts'
import {createSigner, cutFragment, hashValue, newJti, signToken} from '../../../../src/service/tokens/format.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {NOW} from '../store-rows.ts'
import {startChild} from './run-child.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('SQLite: a store of an earlier version', () => {
  it('is upgraded with all its content, and then can do what a new one can', async () => {
    const folder = tempFolder()
    const {secret} = await makeFirstVersion(join(folder, 'tokenry.db'))
    const {service, storage} = await openEmbeddedService(folder, () => NOW, ASTRO_POLICY)
    expect(storage.created).to.equal(false)
    expect(await service.verify(secret)).to.include({valid: true})
    const [first] = await service.read.listOrganizations()
    expect(first).to.include({name: 'default'})
    const organizationId = first?.organizationId ?? ''
    const [workspace] = await service.read.listWorkspaces(organizationId)
    expect(await service.read.listDeployments(organizationId)).to.have.length(1)

    const {organization} = await service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'second'})
    await service.deleteWorkspace(ACTOR, {organizationId, workspaceId: workspace?.id ?? ''})
    await service.deleteOrganization(ACTOR, organizationId)
    expect(await service.verify(secret)).to.include({valid: false, reason: 'deleted'})
    expect(await service.read.listOrganizations()).to.deep.equal([organization])
    await service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'default'})
    await service.close()
    expect(versionsOf(join(folder, 'tokenry.db'))).to.deep.equal(MIGRATIONS.map((_, index) => index + 1))
  })

  it('has the schema of a new store afterwards', async () => {
    const [old, fresh] = [tempFolder(), tempFolder()]
    await makeFirstVersion(join(old, 'tokenry.db'))
    for (const folder of [old, fresh])
      await (await openEmbeddedService(folder, () => NOW, ASTRO_POLICY)).service.close()
    expect(schemaOf(join(old, 'tokenry.db'))).to.deep.equal(schemaOf(join(fresh, 'tokenry.db')))
  })

  it('is upgraded even if a build of version 1 has created the index of owners', async () => {
    const [old, fresh] = [tempFolder(), tempFolder()]
    const file = join(old, 'tokenry.db')
    await makeFirstVersion(file)
    query(
      file,
      'CREATE INDEX token_owner ON token (organization_id, vendor, owner_id, created_at, id) WHERE deleted_at IS NULL',
    )
    for (const folder of [old, fresh])
      await (await openEmbeddedService(folder, () => NOW, ASTRO_POLICY)).service.close()
    expect(schemaOf(file)).to.deep.equal(schemaOf(join(fresh, 'tokenry.db')))
  })

  it('is upgraded once if eight processes open it concurrently', async () => {
    const file = join(tempFolder(), 'tokenry.db')
    await makeFirstVersion(file)
    const children = Array.from({length: 8}, () => startChild({file, wait: true, tokens: 0}))
    await Promise.all(children.map((child) => child.ready))
    for (const child of children) child.go()
    const finished = await Promise.all(children.map((child) => child.finished))
    expect(finished.map(({result}) => [result.error, result.opened?.created])).to.deep.equal(
      Array(8).fill([undefined, false]),
    )
    expect(versionsOf(file)).to.have.length(SCHEMA_VERSION)
  })
})

/** Create a store with only the first migration, and a token in it. */
async function makeFirstVersion(file: string): Promise<{secret: string}> {
  const {DatabaseSync} = loadSqlite()
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON')
  for (const sql of MIGRATIONS[0] ?? []) db.exec(sql)
  db.exec(`INSERT INTO migration (version, applied_at) VALUES (1, ${NOW})`)
  const store = createSqlStore(createSqliteEngine(db, file))
  await store.transaction((session) => seedInstallation(session, {nowMs: NOW, newId: ASTRO_POLICY.newId}))
  const [key] = await store.listSigningKeys()
  const {issuer} = await store.readInstallation()
  const row = db.prepare('SELECT organization_id, id FROM deployment').get()
  const [organizationId, deploymentId] = [String(row?.['organization_id']), String(row?.['id'])]
  if (!key) throw new Error('An installation has a signing key')
  const secret = signToken({iss: issuer, sub: 'token-1', org_id: organizationId, jti: newJti()}, createSigner(key))
  // Written with SQL, because the code that writes tokens uses columns that this version does not
  // have.
  db.prepare(
    `INSERT INTO token (organization_id, id, vendor, scope, owner_id, kind, name, description, created_at, created_by,
      updated_at, updated_by, revision) VALUES (?, 'token-1', 'astro', 'DEPLOYMENT', ?, 'STANDARD', 'ci', '', ?, 'local:a', ?, 'local:a', 1)`,
  ).run(organizationId, deploymentId, NOW, NOW)
  db.prepare(
    `INSERT INTO token_value (organization_id, sha256, token_id, position, vendor, key_id, fragment, state, was_current, valid_from)
      VALUES (?, ?, 'token-1', 1, 'astro', ?, ?, 'current', 1, ?)`,
  ).run(organizationId, hashValue(secret), key.id, cutFragment(secret), NOW)
  await store.close()
  return {secret}
}

function versionsOf(file: string): unknown[] {
  return query(file, 'SELECT version FROM migration ORDER BY version').map((row) => row['version'])
}

function schemaOf(file: string): unknown[] {
  return query(file, 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name')
}

function query(file: string, sql: string) {
  const {DatabaseSync} = loadSqlite()
  const db = new DatabaseSync(file)
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}
