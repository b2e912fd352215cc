import {EventEmitter} from 'node:events'
import {readdirSync} from 'node:fs'
import {expect} from 'chai'
import type {TokenService} from '../../src/service/token-service.ts'
import {type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1']
const ROTATE = ['deployment', 'token', 'rotate', '-t', 'ci', '-f']
const HOW_TO_LOOK = 'look for ci, created at about 2026-11-22T12:00:00Z: tokenry deployment token list'

/**
 * Return a wrapper that emits the signals while the service creates a token. If not `answers`, the
 * service never answers.
 */
function interrupted(signals: EventEmitter, sent: string[], answers = true): (real: TokenService) => TokenService {
  function send(): Promise<void> {
    for (const signal of sent) signals.emit(signal, signal)
    return answers ? Promise.resolve() : new Promise(() => {})
  }
  return (real) => ({
    ...real,
    issue: (...args) => send().then(() => real.issue(...args)),
    beginRotation: (...args) => send().then(() => real.beginRotation(...args)),
  })
}

describe('a signal while a token is created', () => {
  let home = ''
  let signals = new EventEmitter()
  beforeEach(() => {
    home = tempFolder()
    signals = new EventEmitter()
  })

  for (const [signal, exitCode, code] of [
    ['SIGHUP', 129, 'TERMINATED'],
    ['SIGINT', 130, 'CANCELLED'],
    ['SIGQUIT', 131, 'TERMINATED'],
    ['SIGTERM', 143, 'TERMINATED'],
  ] as const) {
    it(`${signal}: waits for the answer, ends the new token and exits ${exitCode}`, async () => {
      const run = await stopped(CREATE, [signal])
      expect(run).to.include({exitCode, stdout: ''})
      expect(run.stderr).to.match(
        /^Stopping: waiting for the answer.*\nError: The new API token \w+ was not written out/,
      )
      expect(run.stderr).to.contain(`stopped by ${signal}; it was ended again\n`)
      expect(await list()).to.deep.equal([])
      expect(await list('--ended')).to.have.lengthOf(1)
    })

    it(`${signal}: keeps the old secret of a rotated token valid`, async () => {
      const {stdout: old} = await runTokenry([...CREATE, '-c'], {home})
      const run = await stopped([...ROTATE, '--json'], [signal])
      expect(run).to.include({exitCode, stderr: ''})
      expect(JSON.parse(run.stdout).error).to.include({code, exitCode, retryable: false})
      expect(await verify(old)).to.equal(true)
      expect(await list()).to.have.nested.property('[0].unfinishedRotationAt', null)
    })

    it(`${signal} twice: stops immediately, as UNCERTAIN, and says how to check`, async () => {
      const run = await stopped([...CREATE, '-c'], [signal, signal], false)
      const message = `Error: Stopped by ${signal} before the answer came: a new secret may exist\n`
      expect(run).to.include({exitCode: 12, stdout: ''})
      expect(run.stderr).to.contain(message).and.to.contain(HOW_TO_LOOK)
    })

    it(`${signal}: gives up as UNCERTAIN if the answer does not come in time, and says how to check`, async () => {
      const run = await stopped([...ROTATE], [signal], false, {answerWaitMs: 5})
      expect(run).to.include({exitCode: 12, stdout: ''})
      expect(run.stderr)
        .to.contain('after 0.005 seconds without an answer')
        .and.to.contain('tokenry deployment token get ')
    })
  }

  it('is UNCERTAIN too if the second signal is another one', async () => {
    expect(await stopped(CREATE, ['SIGINT', 'SIGTERM'], false)).to.include({exitCode: 12})
    expect(await stopped(CREATE, ['SIGTERM', 'SIGHUP'], false)).to.include({exitCode: 12})
  })

  it('does not undo a rotation whose secret was already written out', async () => {
    const fakeService = (real: TokenService): TokenService => ({
      ...real,
      beginRotation: async (...args) => {
        const staged = await real.beginRotation(...args)
        const finish = () => {
          signals.emit('SIGINT', 'SIGINT')
          return staged.finish()
        }
        return {...staged, finish}
      },
    })
    const {stdout: old} = await runTokenry([...CREATE, '-c'], {home})
    const run = await runTokenry([...ROTATE, '-c'], {home, signals, fakeService})
    expect(run).to.include({exitCode: 0, stderr: ''})
    expect([await verify(old), await verify(run.stdout)]).to.deep.equal([false, true])
  })

  it('leaves no draft of --output', async () => {
    const folder = tempFolder()
    await stopped([...CREATE, '--output', `${folder}/token.txt`], ['SIGINT', 'SIGINT'], false)
    await stopped([...CREATE, '--output', `${folder}/token.txt`], ['SIGINT'])
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('says that a token which could not be ended still works', async () => {
    const fakeService = (real: TokenService): TokenService => ({
      ...interrupted(signals, ['SIGINT'])(real),
      delete: () => Promise.reject(new Error('no')),
    })
    const run = await runTokenry(CREATE, {home, signals, fakeService})
    expect(run.exitCode).to.equal(11)
    expect(run.stderr)
      .to.contain('still works')
      .and.to.match(/tokenry deployment token delete \w+ /)
  })

  it('has a listener only while a token is created', async () => {
    const during: number[] = []
    const count = () => signals.eventNames().reduce((sum, name) => sum + signals.listenerCount(name), 0)
    const fakeService = (real: TokenService): TokenService => ({
      ...real,
      issue(...args) {
        during.push(count())
        return real.issue(...args)
      },
    })
    await runTokenry(CREATE, {home, signals, fakeService})
    expect([during, count()]).to.deep.equal([[4], 0])
  })

  async function stopped(argv: string[], sent: string[], answers = true, options: Partial<RunOptions> = {}) {
    if (argv.includes('rotate') && (await list()).length === 0) await runTokenry(CREATE, {home})
    return runTokenry(argv, {home, signals, fakeService: interrupted(signals, sent, answers), ...options})
  }

  async function list(...flags: string[]): Promise<Record<string, unknown>[]> {
    return resultOf(await runTokenry(['deployment', 'token', 'list', '--json', ...flags], {home}))
  }

  async function verify(secret: string): Promise<boolean> {
    return (await runTokenry(['token', 'verify'], {home, stdin: secret})).exitCode === 0
  }
})
