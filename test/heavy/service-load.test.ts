import {once} from 'node:events'
import {mkdirSync} from 'node:fs'
import {connect} from 'node:net'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {expect} from 'chai'
import {loadSqlite} from '../../src/service/store/sqlite/load-sqlite.ts'
import type {RunningService} from '../support/running-service.ts'
import {leaveFree, mountSmallDisk, unmount} from '../support/small-disk.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {checkWhole} from './embedded-target.ts'
import {
  type Api,
  clientOf,
  type KnownSecret,
  makeChanges,
  mintOwner,
  StatusError,
  startAstro,
} from './service-clients.ts'

const {DatabaseSync} = loadSqlite()
const KILLS = Number(process.env['HEAVY_KILLS'] ?? 200)
const WRITERS = 16
const LOCK_MS = 35_000

const storeOf = (home: string) => join(home, 'tokenry', 'data', 'tokenry.db')

describe('the service under load', function () {
  this.timeout(600_000)

  it(`loses nothing and revives nothing in ${KILLS} SIGKILLs under ${WRITERS} writers`, async () => {
    const home = newHome()
    const ownerToken = mintOwner(home)
    const report = {created: 0, rotated: 0, deleted: 0, cutOffRotations: 0, ofThemDone: 0}
    let known: KnownSecret[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const service = await startAstro(home)
      const api = clientOf(service, ownerToken)
      await checkKnown(api, known, report)
      // Later rounds check only what is new, and what could have been revived.
      known = known.slice(-WRITERS * 4).filter(({uncertain}) => uncertain === null)
      const writers = Array.from({length: WRITERS}, () => makeChanges(api, known, () => false))
      await wait(30 + Math.random() * 250)
      service.kill('SIGKILL')
      await Promise.all(writers)
      expect(await service.ended).to.equal('SIGKILL')
      checkValues(storeOf(home))
    }
    const service = await startAstro(home)
    await checkKnown(clientOf(service, ownerToken), known, report)
    service.kill('SIGTERM')
    await service.ended
    checkWhole(storeOf(home))
    console.log(`      ${JSON.stringify(report)}`)
    expect(report.created).to.be.greaterThan(KILLS)
    expect(report.cutOffRotations).to.be.greaterThan(0)
  })

  it('keeps two services on one store in step: what one acknowledges, the other knows with the next request', async () => {
    const home = newHome()
    const ownerToken = mintOwner(home)
    const services = [await startAstro(home), await startAstro(home)]
    const apis = services.map((service) => clientOf(service, ownerToken))
    const other = (index: number) => apis[1 - index] as Api
    const endMs = Date.now() + 15_000
    let checks = 0
    const work = Array.from({length: WRITERS}, async (_, number) => {
      const index = number % 2
      const api = apis[index] as Api
      while (Date.now() < endMs) {
        const token = await api.create()
        const first = token.secret
        expect(await other(index).verify(first)).to.equal(null)
        await other(index).rotate(token)
        expect(await api.verify(first)).to.equal('rotated')
        expect(await api.verify(token.secret)).to.equal(null)
        await api.remove(token)
        expect(await other(index).verify(token.secret)).to.equal('deleted')
        checks += 1
      }
    })
    await Promise.all(work)
    console.log(`      ${checks} tokens were created, rotated and deleted by turns`)
    expect(checks).to.be.greaterThan(WRITERS)
    for (const service of services) await stop(service)
    checkWhole(storeOf(home))
  })

  it('answers reads while another process holds the write lock for 35 seconds, and refuses changes after 10', async () => {
    const home = newHome()
    const ownerToken = mintOwner(home)
    const service = await startAstro(home)
    const api = clientOf(service, ownerToken)
    const before = await api.create()
    const db = new DatabaseSync(storeOf(home))
    db.exec('BEGIN IMMEDIATE')
    const releaseMs = Date.now() + LOCK_MS
    const refusals: {status: number; ms: number}[] = []
    const writers = Array.from({length: WRITERS}, async () => {
      while (Date.now() < releaseMs - 11_000) {
        const startMs = Date.now()
        const err = await api.create().catch((each: unknown) => each)
        expect(err).to.be.instanceOf(StatusError)
        refusals.push({status: (err as StatusError).status, ms: Date.now() - startMs})
      }
    })
    let [reads, slowestMs] = [0, 0]
    while (Date.now() < releaseMs) {
      const startMs = Date.now()
      expect(await api.verify(before.secret)).to.equal(null)
      expect(await api.list()).to.be.at.least(2)
      slowestMs = Math.max(slowestMs, Date.now() - startMs)
      reads += 2
      await wait(20)
    }
    await Promise.all(writers)
    db.exec('ROLLBACK')
    db.close()
    console.log(`      ${reads} reads, the slowest two took ${slowestMs} ms; ${refusals.length} changes were refused`)
    expect(reads).to.be.greaterThan(100)
    expect(new Set(refusals.map(({status}) => status))).to.deep.equal(new Set([504]))
    for (const {ms} of refusals) expect(ms).to.be.within(9_500, 12_500)
    const total = await api.list()
    await api.create()
    expect(await api.list()).to.equal(total + 1)
    expect(total, 'no refused create was carried out').to.equal(2)
    await stop(service)
  })

  it('keeps what it has acknowledged when the disk is full, still verifies, and goes on when there is space', async function () {
    const home = newHome()
    const disk = join(home, 'tokenry')
    if (!mountSmallDisk(disk)) this.skip()
    try {
      const ownerToken = mintOwner(home)
      const service = await startAstro(home)
      const api = clientOf(service, ownerToken)
      const known: KnownSecret[] = []
      leaveFree(disk, 200)
      const errors = await Promise.all(Array.from({length: WRITERS}, () => makeChanges(api, known, () => false)))
      for (const err of errors) expect(err).to.be.instanceOf(StatusError).and.to.include({status: 500})
      await checkKnown(api, known)
      leaveFree(disk, 600)
      known.push(await api.create())
      await stop(service)
      const next = await startAstro(home)
      await checkKnown(clientOf(next, ownerToken), known)
      await stop(next)
      checkWhole(storeOf(home))
    } finally {
      unmount(disk)
    }
  })

  it('ends within 5 seconds of SIGTERM under load, with idle connections and an unfinished body, and loses nothing', async () => {
    const home = newHome()
    const ownerToken = mintOwner(home)
    const service = await startAstro(home)
    const {port} = service.result
    const idle = connect(port, '127.0.0.1')
    await once(idle, 'connect')
    const unfinished = connect(port, '127.0.0.1')
    unfinished.write('POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')
    for (const socket of [idle, unfinished]) socket.on('error', () => {})
    const known: KnownSecret[] = []
    const api = clientOf(service, ownerToken)
    const writers = Array.from({length: 2 * WRITERS}, () => makeChanges(api, known, () => false))
    await wait(500)
    const startMs = Date.now()
    service.kill('SIGTERM')
    expect(await service.ended).to.equal(0)
    const tookMs = Date.now() - startMs
    await Promise.all(writers)
    console.log(`      ended after ${tookMs} ms; ${known.length} tokens`)
    expect(tookMs).to.be.lessThan(5000)
    const next = await startAstro(home)
    await checkKnown(clientOf(next, ownerToken), known)
    await stop(next)
  })
})

function newHome(): string {
  const home = tempFolder()
  mkdirSync(join(home, 'tokenry'), {mode: 0o700})
  return home
}

async function stop(service: RunningService): Promise<void> {
  service.kill('SIGTERM')
  expect(await service.ended).to.equal(0)
}

/**
 * Expect every acknowledged change to be there, and a change that was cut off to be made or not.
 */
async function checkKnown(
  api: Api,
  known: readonly KnownSecret[],
  report = {created: 0, rotated: 0, deleted: 0, cutOffRotations: 0, ofThemDone: 0},
): Promise<void> {
  report.created += known.length
  for (const {secret, ended, deleted, uncertain} of known) {
    report.rotated += ended.length
    report.deleted += deleted ? 1 : 0
    const reason = await api.verify(secret)
    const allowed = deleted ? ['deleted'] : uncertain === 'rotate' ? [null, 'rotated'] : [null, 'deleted']
    expect(reason).to.be.oneOf(uncertain === null && !deleted ? [null] : allowed)
    if (uncertain === 'rotate') {
      report.cutOffRotations += 1
      report.ofThemDone += reason === 'rotated' ? 1 : 0
    }
    for (const old of ended.slice(-2)) expect(await api.verify(old)).to.be.oneOf(['rotated', 'deleted'])
  }
}

/**
 * Expect each live token to have exactly one secret that is not ended, and the totals to be right.
 */
function checkValues(file: string): void {
  const db = new DatabaseSync(file, {readOnly: true})
  const one = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0])
  const valid = `SELECT COUNT(*) FROM token_value WHERE token_id = token.id AND state <> 'ended'`
  expect(one(`SELECT COUNT(*) FROM token WHERE deleted_at IS NULL AND (${valid}) <> 1`)).to.equal(0)
  expect(one(`SELECT COUNT(*) FROM token WHERE deleted_at IS NOT NULL AND (${valid}) <> 0`)).to.equal(0)
  expect(one(`SELECT COUNT(*) FROM token_value WHERE state = 'pending'`)).to.equal(0)
  const total = `(SELECT COALESCE(SUM(count), 0) FROM token_count WHERE entity_type = '')
    + (SELECT COALESCE(SUM(amount), 0) FROM token_count_delta WHERE entity_type = '')`
  expect(one(`SELECT ${total}`)).to.equal(one('SELECT COUNT(*) FROM token WHERE deleted_at IS NULL'))
  db.close()
}
