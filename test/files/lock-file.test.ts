import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {withLock} from '../../src/files/lock-file.ts'
import {isRoot, OTHER_USER} from '../support/foreign-owner.ts'
import {expectFailure} from '../support/rejection.ts'
import {tempFolder} from '../support/temp-folder.ts'

/** Above every process id of Linux and macOS. */
const NO_PID = 2 ** 30

describe('a lock file', () => {
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = tempFolder()
    file = join(folder, 'x.lock')
  })

  const lock = <Result>(work: () => Promise<Result>, waitMs = 100) => withLock(file, work, {what: 'the thing', waitMs})
  const holder = (changes: object = {}) =>
    writeFileSync(file, JSON.stringify({id: 'a', pid: process.pid, host: hostname(), ...changes}))

  it('runs one work at a time, also in one process, and is removed', async () => {
    let running = 0
    const work = async () => {
      expect(++running).to.equal(1)
      await new Promise((resolve) => setImmediate(resolve))
      running--
    }
    await Promise.all(Array.from({length: 10}, () => lock(work, 10_000)))
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('is removed if the work throws', async () => {
    expect(await lock(async () => Promise.reject(new Error('no'))).catch((err: Error) => err.message)).to.equal('no')
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('is TIMEOUT if a process that lives holds it, and stays', async () => {
    holder()
    const {message} = await expectFailure(
      lock(async () => {}),
      'TIMEOUT',
    )
    expect(message).to.equal(`Another process is changing the thing (${file})`)
    expect(readFileSync(file, 'utf8')).to.contain('"id":"a"')
  })

  for (const [what, changes] of [
    ['of a process on another machine', {pid: NO_PID, host: 'elsewhere'}],
    ['without content yet', null],
  ] as const) {
    it(`${what} is respected, and taken over after a minute`, async () => {
      if (changes) holder(changes)
      else writeFileSync(file, '')
      await expectFailure(
        lock(async () => {}),
        'TIMEOUT',
      )
      const old = Date.now() / 1000 - 61
      utimesSync(file, old, old)
      expect(await lock(async () => 'done')).to.equal('done')
      expect(readdirSync(folder)).to.deep.equal([])
    })
  }

  it('of a dead process is taken over, even if the process that took it over died too', async () => {
    holder({pid: NO_PID})
    writeFileSync(`${file}.a`, JSON.stringify({id: 'b', pid: NO_PID, host: hostname()}))
    expect(await lock(async () => 'done')).to.equal('done')
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('that another process has taken over fails at the check, and is not removed', async () => {
    const work = withLock(
      file,
      async ({check}) => {
        rmSync(file)
        holder()
        check()
      },
      {what: 'the thing'},
    )
    await expectFailure(work, 'TIMEOUT')
    expect(readFileSync(file, 'utf8')).to.contain('"id":"a"')
  })

  it('can be read by its owner, even if the umask forbids that', async () => {
    const before = process.umask(0o477)
    try {
      await lock(async () => expect(statSync(file).mode & 0o777).to.equal(0o600))
    } finally {
      process.umask(before)
    }
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('that may not be read is respected, and taken over after a minute', async () => {
    holder()
    chmodSync(file, 0o200)
    chmodSync(folder, 0o777)
    try {
      // Root may read every file.
      if (isRoot) process.seteuid?.(OTHER_USER)
      await expectFailure(
        lock(async () => {}),
        'TIMEOUT',
      )
      if (isRoot) process.seteuid?.(0)
      const old = Date.now() / 1000 - 61
      utimesSync(file, old, old)
      if (isRoot) process.seteuid?.(OTHER_USER)
      expect(await lock(async () => 'done')).to.equal('done')
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
    expect(readdirSync(folder)).to.deep.equal([])
  })

  for (const [what, create] of [
    ['a folder', () => mkdirSync(file)],
    ['a FIFO', () => spawnSync('mkfifo', [file])],
  ] as const) {
    it(`is CONFIG that names the file if ${what} has its name`, async () => {
      create()
      const {message, details} = await expectFailure(
        lock(async () => {}),
        'CONFIG',
      )
      expect(message).to.contain(file)
      expect(details.hint).to.contain(`mv ${file}`)
    })
  }

  it('that cannot be removed does not replace the result or the error of the work', async () => {
    const replace = () => {
      rmSync(file)
      mkdirSync(file)
    }
    const failed = lock(async () => {
      replace()
      throw new Error('no')
    })
    expect(await failed.catch((err: Error) => err.message)).to.equal('no')
    rmSync(file, {recursive: true})
    expect(
      await lock(async () => {
        replace()
        return 'done'
      }),
    ).to.equal('done')
  })
})
