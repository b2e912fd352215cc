import {EventEmitter} from 'node:events'
import {expect} from 'chai'
import {type Run, type RunOptions, runTokenry} from '../../support/run-tokenry.ts'
import {
  CI_ROW,
  mintedToken,
  NEW_TOKEN,
  openScriptedDeltaStream,
  type ScriptedDeltaStream,
  tokenList,
} from '../../support/scripted-deltastream.ts'
import {answer, HANG, type Step} from '../../support/scripted-server.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const CREATE = 'deltastream token create ci -r sysadmin'
const RENEW = 'deltastream token renew ci -f'
const MINTED = answer(200, mintedToken('ci'))
const LISTED = answer(200, tokenList([CI_ROW]))

describe('a signal while a token of DeltaStream is created', () => {
  let server: ScriptedDeltaStream
  let signals = new EventEmitter()
  beforeEach(() => {
    signals = new EventEmitter()
  })
  afterEach(() => server.close())

  /** Return a step that sends the signals before it goes on. */
  const stopping =
    (sent: string[], step: Step): Step =>
    (req, res) => {
      for (const signal of sent) signals.emit(signal, signal)
      step(req, res)
    }

  const run = (line: string, options: Partial<RunOptions> = {}): Promise<Run> =>
    runTokenry(line.split(' '), {home: tempFolder(), env: server.env, waits: [], signals, ...options})

  it('create waits for the answer, drops the token, and exits 143', async () => {
    server = await openScriptedDeltaStream({'CREATE API_TOKEN': stopping(['SIGTERM'], MINTED)})
    const {exitCode, stdout, stderr} = await run(CREATE)
    expect({exitCode, stdout}).to.deep.equal({exitCode: 143, stdout: ''})
    expect(stderr).to.contain('The new API token ci was not written out: stopped by SIGTERM; it was ended again')
    expect(server.sent().at(-1)).to.equal('DROP API_TOKEN "ci";')
  })

  it('create drops the token if the signal comes while its times are read', async () => {
    server = await openScriptedDeltaStream({'LIST API_TOKENS': stopping(['SIGINT'], LISTED)})
    const {exitCode} = await run(`${CREATE} --json`)
    expect(exitCode).to.equal(130)
    expect(server.sent().at(-1)).to.equal('DROP API_TOKEN "ci";')
  })

  it('create is UNDELIVERED with the name and the command if it is stopped while the token is dropped', async () => {
    server = await openScriptedDeltaStream({
      'CREATE API_TOKEN': stopping(['SIGTERM'], MINTED),
      'DROP API_TOKEN': stopping(['SIGTERM'], HANG),
    })
    const {exitCode, stdout, stderr} = await run(CREATE)
    expect({exitCode, stdout}).to.deep.equal({exitCode: 11, stdout: ''})
    expect(stderr)
      .to.contain('The new token ci was not written out')
      .and.to.contain('End it with: tokenry deltastream token drop ci --force')
  })

  it('renew writes the new secret out, because the old one has ended, and then exits 143', async () => {
    server = await openScriptedDeltaStream({'ALTER API_TOKEN': stopping(['SIGTERM'], MINTED)})
    const {exitCode, stdout, stderr} = await run(`${RENEW} -c`)
    expect({exitCode, stdout}).to.deep.equal({exitCode: 143, stdout: `${NEW_TOKEN}\n`})
    expect(stderr).to.contain('The new secret is written out; then stopped by SIGTERM')
  })

  it('renew is UNDELIVERED if the new secret is not written out in time', async () => {
    server = await openScriptedDeltaStream({'ALTER API_TOKEN': MINTED})
    const stdoutStalls = () => {
      for (const each of ['SIGTERM', 'SIGTERM']) signals.emit(each, each)
    }
    const {exitCode, stderr} = await run(RENEW, {stdoutStalls})
    expect(exitCode).to.equal(11)
    expect(stderr)
      .to.contain('was not written out before the command was stopped; the old one has ended')
      .and.to.contain('Renew it again')
  })

  for (const [line, statement] of [
    [CREATE, 'CREATE API_TOKEN'],
    [RENEW, 'ALTER API_TOKEN'],
  ] as const) {
    it(`${statement} is UNCERTAIN after a second signal`, async () => {
      server = await openScriptedDeltaStream({[statement]: stopping(['SIGTERM', 'SIGTERM'], HANG)})
      const {exitCode, stderr} = await run(line)
      expect(exitCode).to.equal(12)
      expect(stderr).to.contain('may exist')
      expect(server.sent().filter((sent) => sent.startsWith(statement))).to.have.length(1)
    })
  }
})
