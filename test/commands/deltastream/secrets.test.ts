import {expect} from 'chai'
import {readFiles} from '../../support/both-implementations.ts'
import {runTokenry} from '../../support/run-tokenry.ts'
import {longestRepeated, sampleSignature} from '../../support/sample-token.ts'
import {
  deltaStreamToken,
  failedResult,
  mintedToken,
  openScriptedDeltaStream,
  resultSet,
  type ScriptedDeltaStream,
  textColumn,
  tokenList,
} from '../../support/scripted-deltastream.ts'
import {answer, answerText, type Step} from '../../support/scripted-server.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const MODES = [['--debug'], ['--json', '--debug'], []]

/** Each with the statement that gets the hostile answer. */
const COMMANDS: [line: string, statement: string][] = [
  ['token list', 'LIST API_TOKENS'],
  ['token create new -r sysadmin', 'CREATE API_TOKEN'],
  ['token renew ci -f', 'ALTER API_TOKEN'],
  ['token drop ci -f', 'DROP API_TOKEN'],
  ['role list', 'LIST ROLES'],
  ['role create ops', 'CREATE ROLE'],
  ['role drop ops -f', 'DROP ROLE'],
  ['whoami --check', 'GET /v2/version'],
]

const HOSTILE: Record<string, (text: string) => Step> = {
  'the message of a 400': (message) => answer(400, {message}),
  'the message of a 403': (message) => answer(403, {message, traceID: message}),
  'the message of a 500': (message) => answer(500, {message}),
  'the HTML of a 404': (text) => answerText(404, `<h1>${text}</h1>`),
  'the message of a SQL failure': (message) => answer(200, failedResult('42601', message)),
  'the state of a SQL failure': (state) => answer(200, failedResult(state)),
  'a time of a list': (text) => answer(200, tokenList([['ci', null, text, text]])),
  'the type of the answer': (text) => answer(200, {[text]: text, sqlState: 7}),
}

const REPETITIONS: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  'with words around it': (secret) => `The header "Bearer ${secret}" is wrong`,
  'cut off': (secret) => secret.slice(-80),
}

describe('secrets of DeltaStream', () => {
  let server: ScriptedDeltaStream | undefined
  afterEach(() => server?.close())
  const secret = `${deltaStreamToken('owner').split('.').slice(0, 2).join('.')}.${sampleSignature('owner')}`

  for (const [where, hostile] of Object.entries(HOSTILE)) {
    for (const [how, repeat] of Object.entries(REPETITIONS)) {
      it(`appear nowhere if the service repeats the credential: ${how}, in ${where}`, async () => {
        for (const [line, statement] of COMMANDS) {
          server = await openScriptedDeltaStream({[statement]: hostile(repeat(secret))})
          for (const flags of MODES) {
            const home = tempFolder()
            const env = {...server.env, DS_TOKEN: secret, DEBUG: '*'}
            const argv = ['deltastream', ...line.split(' '), ...flags]
            const {exitCode, stdout, stderr} = await runTokenry(argv, {home, env, waits: []})
            // For CREATE and the like, a list is a success.
            if (where !== 'a time of a list') expect(exitCode, `${line} ${stdout}${stderr}`).to.not.equal(0)
            expectNowhere(secret, {stdout, stderr, ...readFiles(home, [])})
          }
          await server.close()
        }
      })
    }
  }

  it('appear on stdout alone if they are new, whatever is shown', async () => {
    const created = `${deltaStreamToken('new').split('.').slice(0, 2).join('.')}.${sampleSignature('new')}`
    server = await openScriptedDeltaStream({
      'CREATE API_TOKEN': answer(200, mintedToken('new', created)),
      'ALTER API_TOKEN': answer(200, mintedToken('ci', created, 'ALTER')),
    })
    for (const line of ['token create new -r sysadmin', 'token renew ci -f']) {
      for (const flags of [...MODES, ['--clean-output', '--debug']]) {
        const home = tempFolder()
        const env = {...server.env, DEBUG: '*'}
        const {exitCode, stdout, stderr} = await runTokenry(['deltastream', ...line.split(' '), ...flags], {home, env})
        expect(exitCode, stderr).to.equal(0)
        expect(stdout).to.contain(created)
        expectNowhere(created, {stderr, ...readFiles(home, [])})
      }
    }
    await server.close()
  })

  it('appear nowhere if an answer has more than one', async () => {
    const columns = ['Name', 'Token'].map((name) => textColumn(name))
    const other = `${deltaStreamToken('x').split('.').slice(0, 2).join('.')}.${sampleSignature('x')}`
    for (const rows of [
      [
        ['ci', secret],
        ['ci', other],
      ],
      [['ci', `${secret} ${other}`]],
    ]) {
      server = await openScriptedDeltaStream({'CREATE API_TOKEN': answer(200, resultSet(columns, rows))})
      const {exitCode, stdout, stderr} = await runTokenry(
        'deltastream token create ci -r sysadmin --debug'.split(' '),
        {
          home: tempFolder(),
          env: {...server.env, DEBUG: '*'},
        },
      )
      expect(exitCode).to.equal(12)
      for (const each of [secret, other]) expectNowhere(each, {stdout, stderr})
      await server.close()
    }
  })
})

/** Expect no text to hold a piece of a secret from which it could be guessed. */
function expectNowhere(secret: string, texts: Record<string, string>): void {
  for (const [place, text] of Object.entries(texts)) {
    expect(longestRepeated(secret.slice(-86), text), `${place}: ${text.slice(0, 2000)}`).to.be.lessThan(33)
  }
}
