import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readdirSync, readlinkSync} from 'node:fs'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {setTimeout as wait} from 'node:timers/promises'
import {expect} from 'chai'
import {loadSqlite} from '../../src/service/store/sqlite/load-sqlite.ts'
import {BIN, bash} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const {DatabaseSync} = loadSqlite()
const CREATE = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '-c']
const READY_WITHIN_MS = 10_000

interface Ended {
  exitCode: number | null
  signal: string | null
  stdout: string
  stderr: string
}

/** The test locks the store, so that a create waits until the lock is released. */
describe('a signal to the built program', function () {
  this.timeout(30_000)
  let home = ''
  let release = () => {}

  before(function () {
    // /proc shows when the program has begun to create the token.
    if (process.platform !== 'linux') this.skip()
  })
  beforeEach(async () => {
    home = tempFolder()
    await bash('tokenry deployment list', {home})
    const db = new DatabaseSync(join(home, 'tokenry', 'data', 'tokenry.db'))
    db.exec('BEGIN IMMEDIATE')
    release = () => {
      if (db.isOpen) db.close()
    }
  })
  afterEach(() => release())

  for (const [signal, exitCode] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const) {
    it(`revokes the token that is created after ${signal} and exits ${exitCode}`, async () => {
      const run = await start()
      run.child.kill(signal)
      await wait(300)
      release()
      const ended = await run.ended
      expect(ended).to.include({exitCode, stdout: ''})
      expect(ended.stderr).to.contain('it was ended again')
      const lists = await bash('tokenry deployment token list --json; tokenry deployment token list --ended', {home})
      expect(lists.stdout)
        .to.contain('"result":[]')
        .and.to.match(/\tci\t/)
    })

    it(`ends the program immediately at the second ${signal} as UNCERTAIN, and names the command to check with`, async () => {
      const run = await start()
      run.child.kill(signal)
      await wait(300)
      const before = performance.now()
      run.child.kill(signal)
      const ended = await run.ended
      expect(performance.now() - before, ended.stderr).to.be.lessThan(1500)
      expect(ended).to.include({exitCode: 12, stdout: ''})
      expect(ended.stderr)
        .to.contain('before the answer came: a new secret may exist\n')
        .and.to.contain('tokenry deployment token list')
    })
  }

  it('ends the program if no answer comes within five seconds, and names the command to check with', async () => {
    const run = await start()
    const before = performance.now()
    run.child.kill('SIGTERM')
    const ended = await run.ended
    expect(performance.now() - before).to.be.within(4500, 7000)
    expect(ended).to.include({exitCode: 12, stdout: ''})
    expect(ended.stderr).to.contain('tokenry deployment token list')
  })

  it('ends a program that creates no token immediately, with the default action of the system', async () => {
    const child = spawn(process.execPath, [BIN, 'token', 'verify'], {
      env: environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    await wait(500)
    child.kill('SIGTERM')
    expect(await once(child, 'close')).to.deep.equal([null, 'SIGTERM'])
  })

  function environment(): Record<string, string> {
    return {PATH: process.env['PATH'] ?? '', HOME: home, TOKENRY_HOME: join(home, 'tokenry')}
  }

  /** Start a create, and wait until it waits for the store. */
  async function start(): Promise<{child: ChildProcess; ended: Promise<Ended>}> {
    const child = spawn(process.execPath, [BIN, ...CREATE], {env: environment(), stdio: ['ignore', 'pipe', 'pipe']})
    const closed = once(child, 'close')
    const ended = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(
      ([[exitCode, signal], stdout, stderr]) => ({exitCode, signal, stdout, stderr}),
    )
    const deadline = performance.now() + READY_WITHIN_MS
    while (!hasStoreOpen(child.pid ?? 0)) {
      if (performance.now() > deadline || child.exitCode !== null) throw new Error('The create never began')
      await wait(5)
    }
    // Between opening the store and waiting for its lock there are only milliseconds.
    await wait(200)
    return {child, ended}
  }
})

/** Return whether the process has the store open, according to /proc. */
function hasStoreOpen(pid: number): boolean {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(join(folder, fd)).endsWith('tokenry.db-wal')
    } catch {
      return false
    }
  })
}
