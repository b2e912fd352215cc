import {type ChildProcess, spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {MINTED, NEW_SECRET, openScriptedAstro, type Route, type ScriptedAstro} from '../support/scripted-astro.ts'
import {answer, HANG, type Step} from '../support/scripted-server.ts'
import {BIN, bash, type Spawned} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = 'deployment token create -n ci -r DEPLOYMENT_ADMIN -e 30'
const ROTATE = 'deployment token rotate ctok --force'
const CREATED = answer(200, MINTED)

/** Real processes, whose signals, exit codes and pipes are those of the system. */
describe('the built program and a real API', () => {
  let astro: ScriptedAstro
  let child: ChildProcess | undefined
  let waiting = Promise.withResolvers<void>()
  beforeEach(() => {
    waiting = Promise.withResolvers()
  })
  afterEach(async () => {
    child?.kill('SIGKILL')
    await astro.close()
  })

  /** Send a signal, and answer as soon as the command says that it waits for the answer. */
  const stop =
    (signal: NodeJS.Signals): Step =>
    (req, res) => {
      child?.kill(signal)
      void waiting.promise.then(() => CREATED(req, res))
    }

  function run(words: string): Promise<Spawned> {
    const started = spawn(process.execPath, [BIN, ...words.split(' ')], {
      env: {HOME: tempFolder(), TOKENRY_HOME: tempFolder(), ...astro.env},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    let [stdout, stderr] = ['', '']
    started.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    started.stderr.on('data', (chunk) => {
      stderr += chunk
      if (stderr.includes('Stopping: waiting')) waiting.resolve()
    })
    return new Promise((resolve, reject) => {
      started.on('error', reject)
      started.on('close', (exitCode) => resolve({exitCode, stdout, stderr}))
    })
  }

  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`${signal} during a create: the token is deleted again, exit ${exitCode}`, async () => {
      astro = await openScriptedAstro({create: stop(signal)})
      const ended = await run(CREATE)
      expect(ended).to.include({exitCode, stdout: ''})
      expect(ended.stderr).to.contain(`stopped by ${signal}; it was ended again`)
      expect(astro.calls().slice(-2)).to.deep.equal(['create', 'delete'])
    })

    it(`${signal} during a rotation: the new secret is written out, then exit ${exitCode}`, async () => {
      astro = await openScriptedAstro({rotate: stop(signal)})
      expect(await run(ROTATE)).to.include({exitCode, stdout: `${NEW_SECRET}\n`})
      expect(astro.calls().at(-1)).to.equal('rotate')
    })
  }

  it('a second signal ends the wait as UNCERTAIN, with an open connection', async () => {
    const twice: Step = (req, res) => {
      child?.kill('SIGINT')
      void waiting.promise.then(() => child?.kill('SIGINT'))
      HANG(req, res)
    }
    astro = await openScriptedAstro({create: twice})
    const ended = await run(CREATE)
    expect(ended).to.include({exitCode: 12, stdout: ''})
    expect(ended.stderr).to.contain('a new secret may exist')
  })

  it('a signal while a create waits after a 429 ends it immediately', async () => {
    astro = await openScriptedAstro({
      create: (req, res) => {
        res.on('close', () => child?.kill('SIGTERM'))
        answer(429, {message: 'slow down'}, {'Retry-After': '20'})(req, res)
      },
    })
    const ended = await run(CREATE)
    expect(ended).to.include({exitCode: 143, stdout: ''})
    expect(ended.stderr).to.contain('no secret was created')
    expect(astro.calls().at(-1)).to.equal('create')
  })

  it('a signal before a secret is created ends the process as usual', async () => {
    const hanging: Partial<Record<Route, Step>> = {
      organizations: () => {
        child?.kill('SIGTERM')
      },
    }
    astro = await openScriptedAstro(hanging)
    expect(await run(CREATE)).to.include({exitCode: null, stdout: ''})
    expect(astro.calls()).to.deep.equal(['organizations'])
  })

  for (const [words, last, said] of [
    [CREATE, 'delete', 'it was ended again'],
    [ROTATE, 'rotate', 'the old one has ended'],
  ] as const) {
    it(`a reader that has gone is exit 11: ${words}`, async () => {
      const home = tempFolder()
      const answerWithoutReader: Step = (req, res) => {
        const timer = setInterval(() => {
          if (!existsSync(join(home, 'gone'))) return
          clearInterval(timer)
          CREATED(req, res)
        }, 5)
      }
      astro = await openScriptedAstro({create: answerWithoutReader, rotate: answerWithoutReader})
      const script = `{ tokenry ${words}; echo "exit $?" >&2; } | { exec 0<&-; touch gone; }`
      const ended = await bash(script, {home, env: astro.env})
      expect(ended.stdout).to.equal('')
      expect(ended.stderr).to.contain(said).and.to.contain('exit 11\n')
      expect(astro.calls().at(-1)).to.equal(last)
    })
  }
})
