import {EventEmitter} from 'node:events'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {MINTED, NEW_SECRET, openScriptedAstro, page, type Route, type ScriptedAstro} from '../support/scripted-astro.ts'
import {answer, DROP, HANG, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = 'deployment token create -n ci -r DEPLOYMENT_ADMIN -e 30'
const ROTATE = 'deployment token rotate ctok --force'
const CREATED = answer(200, MINTED)
const SLOW_DOWN = answer(429, {message: 'slow down'}, {'Retry-After': '20'})

const SIGNALS = [
  ['SIGINT', 130, 'CANCELLED'],
  ['SIGTERM', 143, 'TERMINATED'],
] as const

describe('a signal while a secret is created over HTTP', () => {
  let astro: ScriptedAstro
  let signals = new EventEmitter()
  beforeEach(() => {
    signals = new EventEmitter()
  })
  afterEach(() => astro.close())

  /** Return a step that sends the signals before it goes on. */
  const stopping =
    (sent: string[], step: Step): Step =>
    (req, res) => {
      for (const signal of sent) signals.emit(signal, signal)
      step(req, res)
    }

  const sent = (route: Route) => astro.calls().filter((call) => call === route)

  for (const [signal, exitCode, code] of SIGNALS) {
    it(`${signal}, create: waits for the answer, deletes the token and exits ${exitCode}`, async () => {
      astro = await openScriptedAstro({create: stopping([signal], CREATED)})
      const run = await astro.run(CREATE, {signals})
      expect(run).to.include({exitCode, stdout: ''})
      expect(run.stderr).to.equal(
        'Stopping: waiting for the answer first; send the signal again to stop immediately\n' +
          `Error: The new API token ctok was not written out: stopped by ${signal}; it was ended again\n`,
      )
      expect(astro.calls()).to.deep.equal(['organizations', 'deployments', 'create', 'delete'])
      expect(astro.requests.at(-1)?.path).to.equal('/v1/organizations/corg/tokens/ctok')
    })

    it(`${signal}, create: under --json and --clean-output too`, async () => {
      astro = await openScriptedAstro({create: stopping([signal], CREATED)})
      const json = await astro.run(`${CREATE} --json`, {signals})
      expect(json).to.include({exitCode, stderr: ''})
      expect(JSON.parse(json.stdout).error).to.include({code, exitCode, retryable: false})
      const clean = await astro.run(`${CREATE} -c`, {signals})
      expect(clean).to.include({exitCode, stdout: ''})
      expect(sent('delete')).to.have.length(2)
    })

    it(`${signal}, create: repeats the delete if it is refused for the moment`, async () => {
      const busy = answer(503, {message: 'busy'}, {'Retry-After': '0'})
      astro = await openScriptedAstro({
        create: stopping([signal], CREATED),
        delete: [busy, busy, answer(204, undefined)],
      })
      expect(await astro.run(CREATE, {signals})).to.include({exitCode, stdout: ''})
      expect(sent('delete')).to.have.length(3)
    })

    it(`${signal}, create: is UNDELIVERED with the id if the delete fails`, async () => {
      const failure = answer(500, {message: 'broken', requestId: 'r-9', statusCode: 500})
      astro = await openScriptedAstro({create: stopping([signal], CREATED), delete: failure})
      const run = await astro.run(`${CREATE} --json`, {signals})
      expect(run).to.include({exitCode: 11, stderr: ''})
      const {error} = JSON.parse(run.stdout)
      expect(error).to.include({code: 'UNDELIVERED', exitCode: 11, retryable: false, status: 500, requestId: 'r-9'})
      expect(error.message).to.contain('ctok').and.to.contain('still works')
      expect(error.hint).to.equal('End it with: tokenry deployment token delete ctok --force --deployment-id cdep')
    })

    it(`${signal}, create: is UNDELIVERED with the id if a second signal comes during the delete`, async () => {
      astro = await openScriptedAstro({create: stopping([signal], CREATED), delete: stopping([signal], HANG)})
      const run = await astro.run(CREATE, {signals})
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(run.stderr)
        .to.contain('The new token ctok was not written out')
        .and.to.contain('\nEnd it with: tokenry deployment token delete ctok --force --deployment-id cdep\n')
    })

    it(`${signal}, rotate: writes the new secret out, then exits ${exitCode}`, async () => {
      astro = await openScriptedAstro({rotate: stopping([signal], CREATED)})
      const run = await astro.run(ROTATE, {signals})
      expect(run).to.include({exitCode, stdout: `${NEW_SECRET}\n`})
      expect(run.stderr).to.contain(`Error: The new secret is written out; then stopped by ${signal}\n`)
      expect(sent('delete')).to.deep.equal([])
      const clean = await astro.run(`${ROTATE} -c`, {signals})
      expect(clean).to.include({exitCode, stdout: `${NEW_SECRET}\n`})
    })

    it(`${signal}, rotate: writes the document or the file, then exits ${exitCode}`, async () => {
      astro = await openScriptedAstro({rotate: stopping([signal], CREATED)})
      const json = await astro.run(`${ROTATE} --json`, {signals})
      expect(json.exitCode).to.equal(exitCode)
      expect(JSON.parse(json.stdout)).to.deep.include({ok: true})
      expect(JSON.parse(json.stdout).result.token).to.equal(NEW_SECRET)
      expect(JSON.parse(json.stderr).error).to.include({code, exitCode})
      const file = join(tempFolder(), 'token')
      expect(await astro.run(`${ROTATE} --output ${file}`, {signals})).to.include({exitCode, stdout: ''})
      expect(readFileSync(file, 'utf8')).to.equal(NEW_SECRET)
    })

    for (const [words, route, hint] of [
      [CREATE, 'create', 'look for ci, created at about 2026-11-22T12:00:00Z: tokenry deployment token list'],
      [ROTATE, 'rotate', 'last rotated at about 2026-11-22T12:00:00Z; see with: tokenry deployment token get ctok'],
    ] as const) {
      it(`${signal}, ${route}: is UNCERTAIN without an answer, and after a second signal`, async () => {
        astro = await openScriptedAstro({[route]: [stopping([signal], HANG), stopping([signal, signal], HANG)]})
        const folder = tempFolder()
        for (const options of [{answerWaitMs: 5}, {}]) {
          const run = await astro.run(`${words} --output ${folder}/token`, {signals, ...options})
          expect(run).to.include({exitCode: 12, stdout: ''})
          expect(run.stderr).to.contain('a new secret may exist').and.to.contain(hint)
        }
        expect(sent(route)).to.have.length(2)
        expect(readdirSync(folder)).to.deep.equal([])
      })

      it(`${signal}, ${route}: is UNCERTAIN if the connection is dropped`, async () => {
        astro = await openScriptedAstro({[route]: stopping([signal], DROP)})
        const run = await astro.run(`${words} --json`, {signals})
        expect(run).to.include({exitCode: 12, stderr: ''})
        expect(JSON.parse(run.stdout).error).to.include({code: 'UNCERTAIN', retryable: false})
      })

      it(`${signal}, ${route}: a wait after a 429 ends, and nothing more is sent`, async () => {
        astro = await openScriptedAstro({
          [route]: ((req, res) => {
            res.on('finish', () => setImmediate(() => signals.emit(signal, signal)))
            SLOW_DOWN(req, res)
          }) satisfies Step,
        })
        const run = await astro.run(words, {signals})
        expect(run).to.include({exitCode, stdout: ''})
        expect(run.stderr).to.contain(`Error: Stopped by ${signal}; no secret was created\n`)
        expect(astro.calls().at(-1)).to.equal(route)
        expect(sent(route)).to.have.length(1)
      })
    }

    it(`${signal}: a signal during the check of --unique-name prevents the create`, async () => {
      astro = await openScriptedAstro({list: stopping([signal], page('tokens', []))})
      const run = await astro.run(`${CREATE} --unique-name`, {signals})
      expect(run).to.include({exitCode, stdout: ''})
      expect(run.stderr).to.contain(`Stopped by ${signal}; no secret was created`)
      expect(astro.calls().at(-1)).to.equal('list')
    })

    it(`${signal} twice: exits ${exitCode} if no create was sent yet`, async () => {
      astro = await openScriptedAstro({list: stopping([signal, signal], HANG)})
      const run = await astro.run(`${CREATE} --unique-name`, {signals})
      expect(run).to.include({exitCode, stdout: ''})
      expect(run.stderr).to.contain(`Stopped by ${signal} before the answer came`).and.not.to.contain('may exist')
      expect(sent('create')).to.deep.equal([])
    })

    it(`${signal}, rotate: is UNDELIVERED if the new secret is not written out in time`, async () => {
      astro = await openScriptedAstro({rotate: CREATED})
      const stdoutStalls = () => {
        for (const each of [signal, signal]) signals.emit(each, each)
      }
      const run = await astro.run(ROTATE, {signals, stdoutStalls})
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(run.stderr).to.contain('was not written out before the command was stopped; the old one has ended')
      expect(run.stderr).to.contain('Rotate it again')
    })
  }
})
