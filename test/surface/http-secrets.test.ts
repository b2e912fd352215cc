import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {before} from 'mocha'
import {openEmbeddedService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {answerRequest} from '../support/answer-request.ts'
import {createAstroHandlers} from '../support/astro-server.ts'
import {readFiles, runOverHttp} from '../support/both-implementations.ts'
import {type Run, runTokenry} from '../support/run-tokenry.ts'
import {longestRepeated, sampleSignature} from '../support/sample-token.ts'
import {answer, answerText, openScriptedServer, type ReceivedRequest, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {listAstroRuns} from './astro-runs.ts'
import {ASTRO_RUNS_AT, type AstroWorld, prepareAstroWorld, toOptions} from './astro-world.ts'

const SOURCES = join(import.meta.dirname, '../../src')
const MODES = [['--debug'], ['--json', '--debug']]
const LIST = ['deployment', 'token', 'list']
const CREATE = ['deployment', 'token', 'create', '-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1']
const ROTATE = ['deployment', 'token', 'rotate', '-t', 'known', '-f']

const NOT_HTTP = 'what is not HTTP'

const REPETITIONS: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  'with words around it': (secret) => `The header "Bearer ${secret}" is wrong (${secret.slice(20)})`,
  'in lines': (secret) => (secret.match(/.{1,60}/g) ?? []).join('\n'),
  'cut off': (secret) => secret.slice(-150),
}

const HOSTILE: Record<string, (text: string) => Step> = {
  'the message of a 400': (message) => answer(400, {message, requestId: 'r', statusCode: 400}),
  'the message of a 401': (message) => answer(401, {message, requestId: 'r', statusCode: 401}),
  'the message of a 404': (message) => answer(404, {message, requestId: 'r', statusCode: 404}),
  'the message of a 500': (message) => answer(500, {message, requestId: 'r', statusCode: 500}),
  'the field errors of a 400': (text) => {
    const error = {field: text, code: text, message: text}
    return answer(400, {message: 'No', requestId: 'r', statusCode: 400, fieldErrors: [error, {code: text}]})
  },
  'the request id of a 403': (requestId) => answer(403, {message: 'No', requestId, statusCode: 403}),
  'the headers of a 401': (text) => {
    const line = text.replaceAll('\n', ' ')
    return answer(401, {message: 'No'}, {'X-Request-Id': line, 'WWW-Authenticate': line})
  },
  'the location of a 302': (text) => answerText(302, text, {Location: `/${text.replaceAll(/\s/g, '%20')}`}),
  'the HTML of a 404': (text) => answerText(404, `<h1>${text}</h1>`),
  'the JSON of a 200': (text) =>
    answer(200, {message: text, [text]: text}, {'X-Request-Id': text.replaceAll('\n', ' ')}),
  [NOT_HTTP]: (text) => (_, res) => void res.socket?.end(text),
}

describe('secrets over HTTP', () => {
  let world: AstroWorld
  let known: string[]
  before(async () => {
    world = await prepareAstroWorld()
    known = [world.caller, ...Object.values(world.secrets)]
  })

  for (const {id, run} of listAstroRuns().filter(({run: {exitCode = 0, answers}}) => exitCode === 0 && !answers)) {
    it(`appear only where they may: tokenry ${id.replaceAll(':', ' ')} ${run.argv.join(' ').slice(0, 80)}`, async () => {
      for (const flags of MODES) {
        const options = toOptions(world, {id, run, flags})
        const {stdout, stderr, newFile, files} = await runOverHttp(world, {...options, env: {DEBUG: '*'}})
        const mints = /:(create|rotate)$/.test(id)
        const minted: string[] = mints ? (stdout.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []) : []
        if (newFile !== null) minted.push(newFile)
        expectNowhere(known, {stdout, stderr, ...files})
        expectNowhere(minted, {stderr, ...files})
        if (newFile !== null) expectNowhere(minted, {stdout})
      }
    })
  }

  it('are in no argument of another process: only one file starts any, for credentials', () => {
    const importing = readdirSync(SOURCES, {recursive: true, encoding: 'utf8'}).filter(
      (name) => name.endsWith('.ts') && readFileSync(join(SOURCES, name), 'utf8').includes('child_process'),
    )
    // Its callers write secrets to stdin and read them from stdout (test/config/credentials).
    expect(importing).to.deep.equal(['config/credentials/bounded-process.ts'])
  })

  describe('that the server repeats', () => {
    for (const [how, repeat] of Object.entries(REPETITIONS)) {
      for (const [where, hostile] of Object.entries(HOSTILE)) {
        it(`appear nowhere: ${how}, in ${where}`, async () => {
          for (const [argv, isHostile] of [
            // After an answer that is not HTTP, it is sent again, and the pauses are real.
            ...(where === NOT_HTTP ? [] : ([[LIST, () => true]] as const)),
            [CREATE, isWrite],
            [ROTATE, isWrite],
          ] as const) {
            for (const flags of MODES) {
              // As the server got it: it might differ from what the test expects.
              const step: Step = (req, res) => hostile(repeat(readSent(req)))(req, res)
              const {run, files} = await runAgainst(world, [...argv, ...flags], {step, isHostile})
              expect(run.exitCode, run.stdout + run.stderr).to.not.equal(0)
              expectNowhere(known, {stdout: run.stdout, stderr: run.stderr, ...files})
            }
          }
        })
      }
    }
  })

  describe('that an answer holds which is not the token', () => {
    const secret = `${sampleSignature('header')}.${sampleSignature('payload')}.${sampleSignature('signature')}`
    const cases: Record<string, Step> = {
      'a 200 with a list': answer(200, [{token: secret}]),
      'a 200 with a secret in two parts': answer(200, {token: `${secret} ${secret}`}),
      'a 200 with HTML': answerText(200, `<p>${secret}</p>`),
      'a 200 that is cut off': (_, res) => {
        res.writeHead(200, {'Content-Type': 'application/json', 'Content-Length': '5000'})
        res.write(JSON.stringify({token: secret}), () => res.destroy())
      },
      'a 500': answer(500, {message: `Created ${secret}`, requestId: secret, token: secret}),
      'an answer that is not HTTP': (_, res) => void res.socket?.end(`HTTP/1.1 200 OK\r\nX: ${secret}\0\r\n\r\n`),
    }
    for (const [title, step] of Object.entries(cases)) {
      it(`appears nowhere: ${title}`, async () => {
        for (const argv of [CREATE, ROTATE]) {
          for (const flags of [...MODES, ['--clean-output', '--debug']]) {
            const {run, files} = await runAgainst(world, [...argv, ...flags], {step, isHostile: isWrite})
            expect(run.exitCode, run.stdout + run.stderr).to.equal(12)
            expectNowhere([secret, ...known], {stdout: run.stdout, stderr: run.stderr, ...files})
          }
        }
      })
    }
  })

  describe('in a variable that cannot be used', () => {
    const cases: [title: string, env: (secret: string) => Record<string, string>, exitCode: number][] = [
      ['in quotes', (secret) => ({ASTRO_API_TOKEN: `"${secret}"`}), 4],
      ['with Bearer', (secret) => ({ASTRO_API_TOKEN: `Bearer ${secret}`}), 4],
      ['twice', (secret) => ({ASTRO_API_TOKEN: `${secret}\n${secret}`}), 4],
      ['with a letter that no header can hold', (secret) => ({ASTRO_API_TOKEN: `${secret}é`}), 4],
      ['as the domain', (secret) => ({ASTRO_DOMAIN: secret}), 3],
      ['in the domain', (secret) => ({ASTRO_DOMAIN: `https://user:${secret}@astronomer.io`}), 3],
      ['as the timeout', (secret) => ({TOKENRY_HTTP_TIMEOUT: secret}), 3],
      ['as the context', (secret) => ({TOKENRY_CONTEXT: secret}), 3],
    ]
    for (const [title, toEnv, exitCode] of cases) {
      it(`appear nowhere: ${title}`, async () => {
        for (const flags of MODES) {
          const home = tempFolder()
          const env = {ASTRO_API_TOKEN: world.caller, ASTRO_DOMAIN: '127.0.0.1:1', ...toEnv(world.caller), DEBUG: '*'}
          const run = await runTokenry([...LIST, ...flags], {home, env, nowMs: ASTRO_RUNS_AT})
          expect(run.exitCode, run.stdout + run.stderr).to.equal(exitCode)
          expectNowhere(known, {stdout: run.stdout, stderr: run.stderr, ...readFiles(home, [])})
        }
      })
    }
  })
})

interface Hostility {
  step: Step
  /** Whether a request gets that answer, and not the one of the service. */
  isHostile(req: ReceivedRequest): boolean
}

/** Run a command over HTTP, against a server that gives hostile answers to some requests. */
async function runAgainst(
  {folder, caller}: AstroWorld,
  argv: string[],
  {step, isHostile}: Hostility,
): Promise<{run: Run; files: Record<string, string>}> {
  const now = () => ASTRO_RUNS_AT
  // Nothing is changed there: every write is answered by the hostile step.
  const {service} = await openEmbeddedService(join(folder, 'data'), now, ASTRO_POLICY)
  const handlers = createAstroHandlers(service, {now})
  const server = await openScriptedServer([
    async (req, res) => {
      if (isHostile(req)) return step(req, res)
      const {authorization = ''} = req.headers
      const request = new Request(`http://localhost${req.path}`, {headers: {authorization}})
      const response = await answerRequest(handlers, request, req.path)
      res.writeHead(response.status, Object.fromEntries(response.headers))
      res.end(await response.text())
    },
  ])
  const home = tempFolder()
  try {
    const env = {ASTRO_API_TOKEN: caller, ASTRO_DOMAIN: server.url.host, DEBUG: '*'}
    return {run: await runTokenry(argv, {home, env, nowMs: ASTRO_RUNS_AT}), files: readFiles(home, [])}
  } finally {
    await server.close()
    await service.close()
  }
}

function isWrite({method}: ReceivedRequest): boolean {
  return method === 'POST'
}

function readSent({headers}: ReceivedRequest): string {
  return (headers.authorization ?? '').replace('Bearer ', '')
}

/**
 * Expect no text to hold a piece of a secret from which it could be guessed. Its first parts are
 * the same in every token.
 */
function expectNowhere(secrets: string[], texts: Record<string, string>): void {
  for (const secret of secrets) {
    for (const [place, text] of Object.entries(texts)) {
      expect(longestRepeated(secret.slice(-125), text), `${place}: ${text.slice(0, 2000)}`).to.be.lessThan(33)
    }
  }
}
