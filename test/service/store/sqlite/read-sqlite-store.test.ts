import {chmodSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {SCHEMA_VERSION} from '../../../../src/service/store/sql/schema.ts'
import {loadSqlite} from '../../../../src/service/store/sqlite/load-sqlite.ts'
import {readSqliteStore} from '../../../../src/service/store/sqlite/read-sqlite-store.ts'
import {makeOldStore} from '../../../support/old-store.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {ORG, roleRow} from '../store-rows.ts'
import {contentsOf, makeTestStore, openTestStore} from './sqlite-folder.ts'

const {DatabaseSync} = loadSqlite()

describe('SQLite: a store that is only read', () => {
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = tempFolder()
    file = join(folder, 'tokenry.db')
  })

  it('is null, and nothing is made, where there is none', async () => {
    expect(await readSqliteStore(file)).to.equal(null)
    expect(await readSqliteStore(join(folder, 'missing', 'tokenry.db'))).to.equal(null)
    symlinkSync(join(folder, 'nowhere'), file)
    expect(await readSqliteStore(file)).to.equal(null)
    expect(readdirSync(folder)).to.deep.equal(['tokenry.db'])
  })

  it('is read without a change to any file, and refuses a write', async () => {
    await makeTestStore(file)
    const before = contentsOf(folder)
    const store = await readSqliteStore(file)
    expect((await store?.findOrganization(ORG))?.organizationId).to.equal(ORG)
    await expectFailure(store?.insertSeededVendor('made-up', 0) ?? Promise.resolve(), 'CONFIG')
    expect(contentsOf(folder)).to.deep.equal(before)
    await store?.close()
    expect(contentsOf(folder)).to.deep.equal(before)
  })

  it('is read through a symbolic link, and while another process has it open and writes', async () => {
    const {store: writer} = await openTestStore(file)
    await writer.insertRole(roleRow({id: 'made-up'}))
    const link = join(tempFolder(), 'tokenry.db')
    symlinkSync(file, link)
    const store = await readSqliteStore(link)
    const readRoles = async () => (await store?.listRoles(ORG, 'astro'))?.map(({id}) => id)
    expect(await readRoles()).to.have.members(['made-up'])
    await writer.insertRole(roleRow({id: 'another', name: 'another'}))
    expect(await readRoles()).to.have.members(['made-up', 'another'])
    await store?.close()
    await writer.close()
    expect(readdirSync(folder)).to.deep.equal(['tokenry.db'])
  })

  it('is TIMEOUT without a wait while another process keeps readers out', async () => {
    await makeTestStore(file)
    const other = new DatabaseSync(file)
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; UPDATE migration SET applied_at = 1')
    const startedMs = Date.now()
    await expectFailure(readSqliteStore(file), 'TIMEOUT')
    expect(Date.now() - startedMs).to.be.lessThan(2000)
    other.close()
  })

  for (const [what, make] of Object.entries<() => Promise<unknown> | unknown>({
    'of an older version': () => makeOldStore(folder),
    async 'of a newer version'() {
      await makeTestStore(file)
      const db = new DatabaseSync(file)
      db.exec(`INSERT INTO migration (version, applied_at) VALUES (${SCHEMA_VERSION + 1}, 0)`)
      db.close()
    },
    'that is damaged': () => writeFileSync(file, 'not a database '.repeat(1000)),
    'that is empty': () => writeFileSync(file, ''),
    async 'that others may write to'() {
      await makeTestStore(file)
      chmodSync(file, 0o666)
    },
  })) {
    it(`is CONFIG, and not touched, for one ${what}`, async () => {
      await make()
      const before = contentsOf(folder)
      await expectFailure(readSqliteStore(file), 'CONFIG')
      expect(contentsOf(folder)).to.deep.equal(before)
    })
  }
})
