import {expect} from 'chai'
import {before} from 'mocha'
import {type DoneRun, runEmbedded, runOverHttp} from '../support/both-implementations.ts'
import {type AstroId, type AstroRun, listAstroRuns} from './astro-runs.ts'
import {type AstroWorld, prepareAstroWorld, toOptions} from './astro-world.ts'

/** What the embedded service reports beyond Astro's API. */
const BEYOND_ASTRO = new Set(['graceUntil', 'unfinishedRotationAt', 'endedAt'])

const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g
const ID = /\bc[0-9a-z]{24}\b/g

describe('the commands of Astro, on the embedded service and over HTTP', () => {
  let world: AstroWorld
  before(async () => {
    world = await prepareAstroWorld()
  })

  for (const {id, run} of listAstroRuns()) {
    it(`do the same: tokenry ${describeRun(id, run)}`, async () => {
      for (const flags of listModes(id, run)) {
        const options = toOptions(world, {id, run, flags})
        const [embedded, http] = [await runEmbedded(world, options), await runOverHttp(world, options)]
        const {exitCode = 0, overHttp} = run
        expect(embedded.exitCode, embedded.stdout + embedded.stderr).to.equal(exitCode)
        expect(http.exitCode, http.stdout + http.stderr).to.equal(overHttp?.exitCode ?? exitCode)
        expect(http.files, 'files of the client').to.deep.equal({})
        // --clean-output silences warnings.
        const isSilent = flags.includes('--clean-output') && http.exitCode === 0
        if (overHttp && !isSilent) expect(http.stdout + http.stderr).to.contain(overHttp.words)
        if (overHttp?.exitCode === undefined) expect(http.state).to.deep.equal(embedded.state)
        if (overHttp) continue
        expect(summarise(http, world, flags)).to.deep.equal(summarise(embedded, world, flags))
      }
    })
  }

  it('protect the token that they sign in with', async () => {
    const env = {ASTRO_API_TOKEN: world.caller}
    for (const [argv, exitCode] of [
      [['-t', 'caller', '-f'], 2],
      [['-t', 'caller', '-f', '--self'], 0],
    ] as const) {
      const options = toOptions(world, {id: 'organization:token:delete', run: {argv: [...argv]}, flags: ['--json']})
      const embedded = await runEmbedded(world, {...options, env})
      const http = await runOverHttp(world, options)
      expect([embedded.exitCode, http.exitCode]).to.deep.equal([exitCode, exitCode])
      expect(summarise(http, world, ['--json'])).to.deep.equal(summarise(embedded, world, ['--json']))
      expect(http.state).to.deep.equal(embedded.state)
    }
  })
})

function describeRun(id: AstroId, {argv, secretOf, answers}: AstroRun): string {
  const words = [id.replaceAll(':', ' '), ...argv.map((word) => (word.length > 40 ? `${word.slice(0, 40)}…` : word))]
  const file = secretOf === undefined ? [] : [`of ${secretOf}`]
  return [...words, ...file, ...(answers ?? []).map(({to, answer}) => `${to}: ${String(answer)}`)].join(' ')
}

/**
 * Return the flags to add, for each mode: JSON, text in a pipe, and the secret alone. Questions
 * need a terminal. The text of a refusal is that of its document.
 */
function listModes(id: AstroId, {answers, argv, exitCode = 0}: AstroRun): string[][] {
  if (answers) return [[]]
  if (exitCode !== 0) return [['--json']]
  const mints = /:(create|rotate)$/.test(id) && !argv.includes('--output') && !argv.includes('--dry-run')
  return [['--json'], [], ...(mints ? [['--clean-output']] : [])]
}

/** What both implementations must have in common. */
function summarise(run: DoneRun, world: AstroWorld, flags: string[]): unknown {
  const {stdout, stderr, newFile} = run
  if (flags.includes('--clean-output') && run.exitCode === 0) expect(stdout).to.match(new RegExp(`^${JWT.source}\n$`))
  if (newFile !== null) expect(newFile).to.match(new RegExp(`^${JWT.source}$`))
  return {
    stdout: flags.includes('--json') ? summariseDocument(stdout, world) : normalise(stdout, world),
    stderr: normalise(stderr, world),
    wroteFile: newFile !== null,
  }
}

function summariseDocument(stdout: string, world: AstroWorld): unknown {
  const text = normalise(stdout, world)
  const {result} = JSON.parse(stdout)
  const isNew = result?.id !== undefined && ![...world.ids.values()].includes(result.id)
  // Several tokens have one result each.
  const results = Array.isArray(result) ? result.map((outcome) => outcome.result) : [result]
  const hasNewSecret = results.some((each) => each?.token !== undefined || each?.file !== undefined)
  return JSON.parse(text, (key, value: unknown) => {
    if (BEYOND_ASTRO.has(key)) return undefined
    if (key === 'error') return withoutAnswer(value)
    // On the command line, the owner of the store creates it; over HTTP, the caller's token does.
    if (key === 'createdBy' && isNew) return expect(value).to.be.oneOf(['tester', 'caller']) && 'the creator'
    if (key === 'shortToken' && hasNewSecret) return expect(value).to.have.length(8) && 'a fragment'
    return value
  })
}

/**
 * Remove what an error tells about the answer that it comes from: there is none on the embedded
 * service.
 */
function withoutAnswer(error: unknown): unknown {
  const {vendor, status, requestId, ...rest} = error as Record<string, unknown>
  return rest
}

/** Replace what differs between two runs of the same command, and where the command went. */
function normalise(text: string, {ids}: AstroWorld): string {
  const known = new Set(ids.values())
  return (
    text
      .replaceAll(' --context embedded', '')
      // It ends tokens of the embedded service only.
      .replaceAll('; or end it with: tokenry token revoke --token-file FILE', '')
      .replaceAll(/the context embedded|Astro \(127\.0\.0\.1:PORT\)/gi, 'the target')
      .replaceAll(/[^\s"]*\/tokenry-test-\w+/g, 'HOME')
      .replaceAll(JWT, '[secret]')
      .replaceAll(ID, (id) => (known.has(id) ? id : '[new id]'))
  )
}
