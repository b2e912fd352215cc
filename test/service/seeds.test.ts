import {rejects} from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {expect} from 'chai'
import {openEmbeddedService, openEphemeralService} from '../../src/service/open.ts'
import {runSeeds, type VendorSeed} from '../../src/service/seeds.ts'
import {loadSqlite} from '../../src/service/store/sqlite/load-sqlite.ts'
import type {Store} from '../../src/service/store/store.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {repeatTransactions} from '../support/engines.ts'
import {makeOldStore} from '../support/old-store.ts'
import {TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {openTestService} from '../support/test-service.ts'
import {ducklingSeed, gooseSeed} from './duckling-seed.ts'

const {newId} = ASTRO_POLICY

/** Return the seed with a count of its runs. */
function counted(seed: VendorSeed = ducklingSeed): VendorSeed & {runs: number} {
  const counting = {
    ...seed,
    runs: 0,
    async run(...args: Parameters<VendorSeed['run']>) {
      counting.runs += 1
      await seed.run(...args)
    },
  }
  return counting
}

interface Seen {
  seeded: string[]
  /** Names of the administrators, by organization. */
  admins: Record<string, string[]>
}

describe('the seed of a vendor', () => {
  let folder: string
  beforeEach(() => {
    folder = join(tempFolder(), 'data')
  })

  async function open(seeds: VendorSeed[]): Promise<Seen> {
    const {service} = await openEmbeddedService(folder, () => TEST_NOW, {newId, seeds})
    try {
      const {read} = service
      const organizations = await read.listOrganizations()
      const admins = organizations.map(async ({organizationId, name}) => {
        return [name, (await read.listAccounts(organizationId, 'duckling')).map((account) => account.name)] as const
      })
      return {seeded: (await read.listSeededVendors()).sort(), admins: Object.fromEntries(await Promise.all(admins))}
    } finally {
      await service.close()
    }
  }

  it('runs on a new store, on the disk and in memory, after the store has its initial content', async () => {
    const seed = counted()
    expect(await open([seed])).to.deep.equal({seeded: ['duckling'], admins: {default: ['Admin']}})
    const service = await openEphemeralService(() => TEST_NOW, {newId, seeds: [seed]})
    expect(await service.read.listSeededVendors()).to.deep.equal(['duckling'])
    await service.close()
    expect(seed.runs).to.equal(2)
  })

  it('runs once in the life of a store; a seed that is added later runs alone', async () => {
    const [seed, later] = [counted(), counted(gooseSeed)]
    await open([seed])
    await open([seed])
    expect(seed.runs).to.equal(1)
    expect(await open([later, seed])).to.deep.equal({seeded: ['duckling', 'goose'], admins: {default: ['Admin']}})
    await open([later, seed])
    expect([seed.runs, later.runs]).to.deep.equal([1, 1])
    expect((await open([])).seeded).to.deep.equal(['duckling', 'goose'])
  })

  it('runs once for each organization of a store that version 0.1.0 created', async () => {
    makeOldStore(folder)
    const seed = counted()
    for (const _opening of [1, 2]) {
      expect(await open([seed])).to.deep.equal({
        seeded: ['duckling'],
        admins: {default: ['Admin'], merged: ['Admin']},
      })
    }
    expect(seed.runs).to.equal(2)
  })

  it('runs for an organization that is created later, which is not created if it throws', async () => {
    const seed = counted()
    await open([seed])
    const fault = new Error('no more')
    const failing: VendorSeed = {
      vendor: 'goose',
      async run(_, {nowMs}) {
        if (nowMs > TEST_NOW) throw fault
      },
    }
    let nowMs = TEST_NOW
    const {service} = await openEmbeddedService(folder, () => nowMs, {newId, seeds: [seed, failing]})
    const create = (name: string) => service.createOrganization(ASTRO_POLICY, {type: 'local', id: 'tester'}, {name})
    await create('second')
    nowMs += 1
    await rejects(create('third'), (err) => err === fault)
    await service.close()
    expect((await open([seed])).admins).to.deep.equal({default: ['Admin'], second: ['Admin']})
    expect(seed.runs).to.equal(3)
  })

  it('runs at the next opening for an organization that a program without it created meanwhile', async () => {
    const [seed, later] = [counted(), counted(gooseSeed)]
    await open([seed, later])
    for (const seeds of [[], [later]]) {
      const {service} = await openEmbeddedService(folder, () => TEST_NOW, {newId, seeds})
      await service.createOrganization(ASTRO_POLICY, {type: 'local', id: 'tester'}, {name: `by ${seeds.length}`})
      await service.close()
    }
    for (const _opening of [1, 2]) {
      const admins = {default: ['Admin'], 'by 0': ['Admin'], 'by 1': ['Admin']}
      expect(await open([seed, later])).to.deep.equal({seeded: ['duckling', 'goose'], admins})
    }
    expect([seed.runs, later.runs]).to.deep.equal([3, 3])
  })

  it('that throws leaves nothing, fails the opening with its error, and runs again the next time', async () => {
    const fault = new Error('no more')
    const failing: VendorSeed = {
      ...ducklingSeed,
      async run(...args) {
        await ducklingSeed.run(...args)
        throw fault
      },
    }
    const first = counted(gooseSeed)
    await rejects(open([first, failing]), (err) => err === fault)
    expect(await open([])).to.deep.equal({seeded: ['goose'], admins: {default: []}})
    const seed = counted()
    expect(await open([first, seed])).to.deep.equal({seeded: ['duckling', 'goose'], admins: {default: ['Admin']}})
    expect([first.runs, seed.runs]).to.deep.equal([1, 1])
  })

  it('is recorded together with what it wrote, even if the transaction is run again', async () => {
    const {service} = await openTestService({wrapEngine: repeatTransactions})
    const seed = counted()
    for (const _opening of [1, 2]) await runSeeds(service.read as Store, [seed], () => TEST_NOW)
    expect(seed.runs).to.equal(2)
    expect(await service.read.listSeededVendors()).to.deep.equal(['duckling'])
    await service.close()
  })

  it('costs one statement after it has run, and none if no vendor has a seed', async () => {
    const seeds = [ducklingSeed, gooseSeed]
    const reopen = async (given: VendorSeed[]) => {
      const {service} = await openEmbeddedService(folder, () => TEST_NOW, {newId, seeds: given})
      await service.close()
    }
    await reopen(seeds)
    const seeded = await statementsOf(() => reopen(seeds))
    const without = await statementsOf(() => reopen([]))
    expect(seeded.filter((sql) => !without.includes(sql))).to.have.length(1)
    expect(seeded).to.have.length(without.length + 1)
  })

  it('runs in only one of eight processes that open a store concurrently', async () => {
    await open([])
    const script = join(import.meta.dirname, 'seed-child.ts')
    const children = Array.from({length: 8}, () =>
      spawn(process.execPath, [script, folder], {stdio: ['pipe', 'pipe', 'inherit']}),
    )
    const outputs = children.map(({stdout}) => {
      const output = {text: ''}
      stdout.on('data', (chunk: Buffer) => {
        output.text += chunk.toString()
      })
      return output
    })
    await Promise.all(children.map(({stdout}) => once(stdout, 'data')))
    const ended = children.map((child) => once(child, 'close'))
    for (const {stdin} of children) stdin.end('go\n')
    expect((await Promise.all(ended)).map(([code]) => code)).to.deep.equal(Array(8).fill(0))
    const runs = outputs.map(({text}) => Number(text.split('\n')[1]))
    expect(runs.reduce((sum, each) => sum + each, 0)).to.equal(1)
    expect(await open([])).to.deep.equal({seeded: ['duckling'], admins: {default: ['Admin']}})
  })
})

/** Return the texts of all statements that are prepared while `work` runs. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const {DatabaseSync} = loadSqlite()
  const {prepare} = DatabaseSync.prototype
  const texts: string[] = []
  DatabaseSync.prototype.prepare = function (sql: string) {
    texts.push(sql)
    return prepare.call(this, sql)
  }
  try {
    await work()
  } finally {
    DatabaseSync.prototype.prepare = prepare
  }
  return texts
}
