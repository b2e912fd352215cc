import {expect} from 'chai'
import {resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

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

      it('takes no valid token for an invalid one', async () => {
        const run = await later(['token', 'verify', '--json'], secret)
        expect(resultOf(run)).to.include({valid: true, expiresAt: '2026-12-22T12:00:00Z'})
      })

      it('lets a new token be made, which works from then on and expires by the clock that made it', async () => {
        const made = await later(CREATE)
        expect(made).to.include({exitCode: 0, stderr: ''})
        expect((await later(['token', 'verify'], made.stdout)).exitCode).to.equal(0)
        expect((await runTokenry(['token', 'verify'], {home, stdin: made.stdout})).exitCode).to.equal(
          backMs > 30 * DAY_MS ? 10 : 0,
        )
      })

      it('lets a token be rotated: the new value works, the old one does not', async () => {
        const rotated = await later(ROTATE)
        expect(rotated).to.include({exitCode: 0, stderr: ''})
        expect((await later(['token', 'verify'], rotated.stdout)).exitCode).to.equal(0)
        expect((await later(['token', 'verify'], secret)).exitCode).to.equal(10)
      })

      it('lets a token be listed and deleted, and shows when', async () => {
        expect((await later(['deployment', 'token', 'list'])).exitCode).to.equal(0)
        expect((await later(['deployment', 'token', 'delete', '-t', 'ci', '-f'])).exitCode).to.equal(0)
        expect((await later(['token', 'verify'], secret)).exitCode).to.equal(10)
        const [ended] = resultOf<{endedAt: string}[]>(await later(['deployment', 'token', 'list', '--ended', '--json']))
        expect(Date.parse(ended?.endedAt ?? '')).to.equal(TEST_NOW - backMs)
      })
    })
  }
})
