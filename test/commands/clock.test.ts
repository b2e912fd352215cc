import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import {openEphemeralService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../support/rejection.ts'
import {resultOf, runTokenry, stopSoon, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {issueTestToken, openTestService} from '../support/test-service.ts'

const DAY_MS = 86_400_000
const CREATE = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '30', '-c']
const ROTATE = ['deployment', 'token', 'rotate', '-t', 'ci', '-f', '-c']

describe('a clock that jumps back', () => {
  for (const [jump, backMs] of [
    ['a second', 1000],
    ['a day', DAY_MS],
    ['to 1970', TEST_NOW],
  ] as const) {
    describe(jump, () => {
      let home = ''
      let secret = ''
      const later = (argv: string[], stdin = '') => runTokenry(argv, {home, stdin, nowMs: TEST_NOW - backMs})

      beforeEach(async () => {
        home = tempFolder()
        secret = (await runTokenry(CREATE, {home})).stdout
      })

      it('does not make a valid token invalid', async () => {
        const run = await later(['token', 'verify', '--json'], secret)
        expect(resultOf(run)).to.include({valid: true, expiresAt: '2026-12-22T12:00:00Z'})
      })

      it('allows a new token, which works from then on and expires by the clock that created it', async () => {
        const made = await later(CREATE)
        expect(made).to.include({exitCode: 0, stderr: ''})
        expect((await later(['token', 'verify'], made.stdout)).exitCode).to.equal(0)
        expect((await runTokenry(['token', 'verify'], {home, stdin: made.stdout})).exitCode).to.equal(
          backMs > 30 * DAY_MS ? 10 : 0,
        )
      })

      it('allows a rotation: the new secret works, the old one does not', async () => {
        const rotated = await later(ROTATE)
        expect(rotated).to.include({exitCode: 0, stderr: ''})
        expect((await later(['token', 'verify'], rotated.stdout)).exitCode).to.equal(0)
        expect((await later(['token', 'verify'], secret)).exitCode).to.equal(10)
      })

      it('allows a list and a deletion, and shows the time of the deletion', async () => {
        expect((await later(['deployment', 'token', 'list'])).exitCode).to.equal(0)
        expect((await later(['deployment', 'token', 'delete', '-t', 'ci', '-f'])).exitCode).to.equal(0)
        expect((await later(['token', 'verify'], secret)).exitCode).to.equal(10)
        const [ended] = resultOf<{endedAt: string}[]>(await later(['deployment', 'token', 'list', '--ended', '--json']))
        expect(Date.parse(ended?.endedAt ?? '')).to.equal(TEST_NOW - backMs)
      })
    })
  }
})

describe('a clock far ahead', () => {
  const LAST = Date.UTC(9990, 0, 1) - 1
  const LONGEST = CREATE.map((word) => (word === '30' ? '3650' : word))

  it('allows new tokens while the longest lifetime ends in the year 9999 or earlier', async () => {
    for (const nowMs of [LAST, Date.UTC(9989, 5, 1)]) {
      const home = tempFolder()
      const made = await runTokenry(LONGEST, {home, nowMs})
      expect(made).to.include({exitCode: 0, stderr: ''})
      const verified = resultOf<{expiresAt: string}>(
        await runTokenry(['token', 'verify', '--json'], {home, nowMs, stdin: made.stdout}),
      )
      expect(verified.expiresAt).to.match(/^999\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    }
  })

  for (const argv of [
    CREATE,
    ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '--json'],
    ROTATE,
    ['deployment', 'token', 'update', '-t', 'ci', '--new-name', 'x'],
    ['deployment', 'token', 'delete', '-t', 'ci', '-f'],
    ['deployment', 'token', 'list'],
    ['service', 'organization', 'create', 'acme'],
    ['service', 'user', 'create', 'ann@example.com'],
    ['service', 'start', '--port', '0'],
    ['service', 'start', '--port', '0', '--ephemeral', '--ready-file', 'READY'],
  ]) {
    it(`is a CONFIG error from the year 9990 on, before anything is created: ${argv.slice(0, 4).join(' ')}`, async () => {
      for (const nowMs of [LAST + 1, Date.UTC(9991, 0, 1), Date.UTC(12_000, 0, 1)]) {
        const home = join(tempFolder(), 'home')
        const words = argv.map((word) => (word === 'READY' ? `${home}-ready.json` : word))
        const run = await runTokenry(words, {home, nowMs, signals: stopSoon()})
        expect(run.exitCode).to.equal(3)
        expect(run.stdout + run.stderr).to.contain('The clock of this machine says')
        expect([existsSync(home), existsSync(`${home}-ready.json`)]).to.deep.equal([false, false])
      }
    })
  }

  it('changes nothing in an existing store', async () => {
    const home = tempFolder()
    await runTokenry(CREATE, {home})
    const before = rowsOf(home)
    for (const argv of [CREATE, ROTATE, ['deployment', 'token', 'delete', '-t', 'ci', '-f']]) {
      expect((await runTokenry(argv, {home, nowMs: Date.UTC(9991, 0, 1)})).exitCode).to.equal(3)
    }
    expect(rowsOf(home)).to.equal(before)
    expect(readdirSync(join(home, 'data'))).to.deep.equal(['tokenry.db'])
  })

  it('prevents a running service from creating anything', async () => {
    const test = await openTestService()
    const rows = async () => JSON.stringify(await test.service.read.listAudit(test.organizationId))
    const before = await rows()
    test.clock.nowMs = LAST + 1
    await expectFailure(issueTestToken(test), 'CONFIG')
    expect(await rows()).to.equal(before)
    await test.service.close()
    await expectFailure(
      openEphemeralService(() => LAST + 1, ASTRO_POLICY),
      'CONFIG',
    )
  })

  it('allows no token that ends after the year 9999', async () => {
    const test = await openTestService({nowMs: LAST})
    const lifetimeMs = Date.UTC(10_000, 0, 1) - LAST
    expect((await expectFailure(issueTestToken(test, {lifetimeMs}), 'INVALID')).message).to.contain('9999')
    const {token} = await issueTestToken(test, {lifetimeMs: lifetimeMs - 1})
    expect(token.validUntil).to.equal(Date.UTC(10_000, 0, 1) - 1)
    await test.service.close()
  })
})

describe('a clock that is not set', () => {
  const ADDED = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '30']
  const UNSET = [0, 1000, Date.UTC(2020, 0, 1) - 1]

  it('causes a warning before 2020: on stderr in human mode, in warnings under --json', async () => {
    for (const nowMs of UNSET) {
      const home = tempFolder()
      const made = await runTokenry(ADDED, {home, nowMs})
      expect(made.exitCode).to.equal(0)
      expect(made.stderr).to.match(/^Warning: The clock of this machine says (1970|2019)-/)
      for (const argv of [
        [...ADDED, '--json'],
        ['deployment', 'token', 'list', '--json'],
        ['token', 'verify', '--json'],
      ]) {
        const {stdout, stderr} = await runTokenry(argv, {home, nowMs, stdin: made.stdout})
        expect(stderr).to.equal('')
        expect(JSON.parse(stdout).warnings[0]).to.contain('The clock of this machine says')
      }
      expect((await runTokenry(CREATE, {home, nowMs})).stderr).to.equal('')
    }
  })

  it('causes no warning from 2020 on, or for a command that does not use the time', async () => {
    expect(
      (await runTokenry([...ADDED, '--json'], {home: tempFolder(), nowMs: Date.UTC(2020, 0, 1)})).stdout,
    ).to.contain('"warnings":[]')
    for (const argv of [['help'], ['completion', 'bash']]) {
      expect(await runTokenry(argv, {home: tempFolder(), nowMs: 0})).to.include({exitCode: 0, stderr: ''})
    }
  })
})

function rowsOf(home: string): string {
  const db = new DatabaseSync(join(home, 'data', 'tokenry.db'))
  try {
    const tables = ['token', 'token_value', 'audit', 'organization']
    return JSON.stringify(tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all()))
  } finally {
    db.close()
  }
}
