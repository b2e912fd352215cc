import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1']
const ROTATE = ['deployment', 'token', 'rotate', '-t', 'ci', '-f']

describe('standard output that is closed', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  for (const flags of [[], ['-c'], ['--output', '-']]) {
    it(`is refused before a token is created: create ${flags.join(' ')}`, async () => {
      const run = await runTokenry([...CREATE, ...flags], {home, stdoutClosed: true})
      expect(run).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.match(/^Error: Standard output is closed.*no token was created\n.*--output FILE\n/)
      expect(await list('--ended')).to.deep.equal([])
      expect(await list()).to.deep.equal([])
    })
  }

  it('is refused before a token is rotated', async () => {
    await runTokenry(CREATE, {home})
    const run = await runTokenry(ROTATE, {home, stdoutClosed: true})
    expect(run.exitCode).to.equal(3)
    expect((await list())[0]).to.include({lastRotatedAt: null, unfinishedRotationAt: null})
  })

  it('causes a JSON error on one line of stderr', async () => {
    const run = await runTokenry([...CREATE, '--json'], {home, stdoutClosed: true})
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(JSON.parse(run.stderr).error).to.include({code: 'CONFIG'})
  })

  it('causes a JSON error on stderr too if it is a pipe that the reader has closed', async () => {
    const run = await runTokenry([...CREATE, '--json'], {home, stdoutFails: 'EPIPE'})
    expect(run.exitCode).to.equal(11)
    expect(JSON.parse(run.stderr).error).to.include({code: 'UNDELIVERED', exitCode: 11})
  })

  it('does not matter with --output FILE, or for a command that prints no secret', async () => {
    const file = join(tempFolder(), 'token.txt')
    for (const argv of [
      [...CREATE, '--output', file],
      ['deployment', 'token', 'delete', '-t', 'ci', '-f'],
    ]) {
      expect((await runTokenry(argv, {home, stdoutClosed: true})).exitCode).to.equal(0)
    }
    expect(existsSync(file)).to.equal(true)
  })

  async function list(...flags: string[]): Promise<Record<string, unknown>[]> {
    return resultOf(await runTokenry(['deployment', 'token', 'list', '--json', ...flags], {home}))
  }
})
