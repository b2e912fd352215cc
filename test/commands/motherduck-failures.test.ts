import {expect} from 'chai'
import {type Run, type RunOptions, runTokenry} from '../support/run-tokenry.ts'
import {
  ADMIN_TOKEN,
  motherDuckToken,
  NEW,
  NEW_TOKEN,
  OLD,
  openScriptedMotherDuck,
  type ScriptedMotherDuck,
} from '../support/scripted-motherduck.ts'
import {answer, answerText, DROP, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

/** What goes wrong between tokenry and MotherDuck, and what a script must be able to rely on. */
describe('a command for MotherDuck', () => {
  let home = ''
  let server: ScriptedMotherDuck | undefined
  beforeEach(() => {
    home = tempFolder()
  })
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  async function run(line: string, options: Partial<RunOptions> = {}): Promise<Run> {
    return runTokenry(line.split(' '), {home, waits: [], ...options, env: {...server?.env, ...options.env}})
  }

  async function open(steps: Record<string, Step> = {}): Promise<ScriptedMotherDuck> {
    server = await openScriptedMotherDuck(steps)
    return server
  }

  describe('without an answer', () => {
    for (const [line, route] of [
      ['token delete ci --user etl --force', `DELETE /v1/users/etl/tokens/${OLD.id}`],
      ['user delete etl --force --confirm etl', 'DELETE /v1/users/etl'],
      ['duckling set --user etl --read-write jumbo', 'PUT /v1/users/etl/instances'],
      ['token list --user etl', 'GET /v1/users/etl/tokens'],
    ] as const) {
      it(`is worth a retry: ${line}`, async () => {
        await open({[route]: DROP})
        expect(await run(`motherduck ${line}`)).to.include({exitCode: 8, stdout: ''})
      })
    }

    for (const line of ['token create --user etl -n ci -e 1h', 'token rotate ci --user etl']) {
      for (const step of [
        DROP,
        answer(500, {code: 'INTERNAL_SERVER_ERROR', message: 'no'}),
        answerText(200, '<html>'),
      ]) {
        it(`may have minted, and the hint shows how to look: ${line}`, async () => {
          const {sent} = await open({'POST /v1/users/etl/tokens': step})
          const {exitCode, stdout, stderr} = await run(`motherduck ${line}`)
          expect({exitCode, stdout}).to.deep.equal({exitCode: 12, stdout: ''})
          expect(stderr).to.contain('tokenry motherduck token list --user etl')
          expect(sent().filter((request) => request.startsWith('POST'))).to.have.lengthOf(1)
        })
      }
    }

    it('rotate does not delete the old token if the new one may not exist', async () => {
      const {sent} = await open({'POST /v1/users/etl/tokens': DROP})
      expect((await run('motherduck token rotate ci --user etl --revoke-old --force')).exitCode).to.equal(12)
      expect(sent().filter((request) => request.startsWith('DELETE'))).to.deep.equal([])
    })
  })

  it('prints the document of a rotation, and then one line of JSON if the old token cannot be deleted', async () => {
    await open({[`DELETE /v1/users/etl/tokens/${OLD.id}`]: answer(403, {code: 'FORBIDDEN', message: 'Unauthorized'})})
    const {exitCode, stdout, stderr} = await run('motherduck token rotate ci --user etl --revoke-old --force --json')
    expect(exitCode).to.equal(9)
    expect(JSON.parse(stdout).result).to.include({id: NEW.id, previousId: OLD.id, token: NEW_TOKEN})
    const {error} = JSON.parse(stderr)
    expect(error.message).to.contain(NEW.id).and.contain(OLD.id)
    expect(error.hint).to.contain(`delete ${OLD.id}`)
    expect(stderr).to.not.contain(NEW_TOKEN)
  })

  it('ends for a list of users whose pages never end, each with another name', async () => {
    let pages = 0
    const {requests} = await open({
      'GET /v1/users': (req, res) =>
        answer(200, {users: [], total_count: 0, next_page_token: `page-${++pages}`})(req, res),
    })
    const {exitCode, stderr} = await run('motherduck user list')
    expect(exitCode).to.equal(8)
    expect(stderr).to.contain('does not end')
    expect(requests.length).to.be.below(200)
  })

  it('shows the stderr of the credential command to a person only', async () => {
    const url = (await open()).env['MOTHERDUCK_API_BASE_URL']
    const add = ['context', 'add', 'ours', '--vendor', 'motherduck', '--api-url', `${url}`]
    await runTokenry([...add, '--credential-command', 'op read x'], {home})
    const shown: boolean[] = []
    const credentials: RunOptions['credentials'] = {
      async runCredentialCommand(_, {showStderr}) {
        shown.push(showStderr)
        return ADMIN_TOKEN
      },
    }
    for (const [line, isShown] of [
      ['md token list --user etl', true],
      ['md token list --user etl --json', false],
      ['md token create --user etl -n x -e 1h -c', false],
    ] as const) {
      const done = await runTokenry(`${line} --context ours`.split(' '), {home, tty: true, credentials})
      expect(done, done.stderr).to.include({exitCode: 0})
      expect(shown.splice(0), line).to.deep.equal([isShown])
    }
  })

  describe('with both spellings of a variable', () => {
    const LIST = 'motherduck token list --user etl'
    const other = motherDuckToken('other')

    it('uses the one that is not empty', async () => {
      const {requests} = await open()
      for (const env of [{motherduck_token: ''}, {motherduck_token: ' \n'}]) {
        expect((await run(LIST, {env})).exitCode).to.equal(0)
      }
      expect(requests.at(-1)?.headers.authorization).to.equal(`Bearer ${ADMIN_TOKEN}`)
    })

    it('uses the one in lower case if both hold a token, and names the other', async () => {
      const {requests} = await open()
      expect((await run(LIST, {env: {motherduck_token: other}})).stderr).to.contain(
        'MOTHERDUCK_TOKEN holds a different',
      )
      expect(requests.at(-1)?.headers.authorization).to.equal(`Bearer ${other}`)
    })

    it('is CONFIG if both are empty, also if an API key is set', async () => {
      const {requests} = await open()
      const env = {motherduck_token: '', MOTHERDUCK_TOKEN: '', motherduck_api_key: other}
      const {exitCode, stderr} = await run(LIST, {env})
      expect(exitCode).to.equal(3)
      expect(stderr).to.contain('motherduck_token is set but empty')
      expect(requests).to.deep.equal([])
    })
  })
})
