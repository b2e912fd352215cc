import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import type {MotherDuckMintedToken} from '../../../src/vendors/motherduck/api.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../support/motherduck-http.ts'
import {runClient} from './run-client.ts'

/**
 * The folder of the code of MotherDuck's R package, or of the whole package. Rscript runs it, with
 * httr2, dplyr, purrr and assertthat. The repository contains no part of it.
 */
const PACKAGE = process.env['TEST_MOTHERDUCK_R']

const SCRIPT = fileURLToPath(new URL('call-r-function.R', import.meta.url))

interface Called {
  exitCode: number | null
  stderr: string
  /** What the function returned: a table, a list, or null. */
  // biome-ignore lint/suspicious/noExplicitAny: what a function returns is what the tests are about
  result: any
  /** The answers that the package got, such as `200 {}`. */
  answers: string[]
}

if (!PACKAGE) console.log('Skipped: the real R package, because TEST_MOTHERDUCK_R is not set')
else
  describe('the real R package', () => {
    let http: MotherDuckHttp
    let server: HttpServer
    let ci: MotherDuckMintedToken
    beforeEach(async () => {
      http = await openMotherDuckHttp({inMemory: true, nowMs: Date.now()})
      await http.owner.createUser({username: 'etl'})
      ci = await http.owner.createToken('etl', {name: 'ci', description: 'nightly'})
      server = await http.listen()
    })
    afterEach(async () => {
      await server.stop(0)
      await http.service.close()
    })

    async function call(text: string): Promise<Called> {
      const code = existsSync(join(PACKAGE ?? '', 'R')) ? join(PACKAGE ?? '', 'R') : (PACKAGE ?? '')
      const args = ['--vanilla', SCRIPT, code, `http://127.0.0.1:${server.port}`, text]
      const env = {MOTHERDUCK_TOKEN: http.adminToken.token, LC_ALL: 'C.UTF-8'}
      const {exitCode, stdout, stderr} = await runClient('Rscript', args, {env})
      const answers = [...stderr.matchAll(/^answer (.*\S) *$/gm)].map(([, answer]) => answer ?? '')
      return {exitCode, stderr, answers, result: exitCode === 0 ? JSON.parse(stdout) : undefined}
    }

    /** Call a function that succeeds, and return its table as one object. */
    async function callTable(text: string): Promise<Record<string, string>> {
      const {exitCode, stderr, result} = await call(text)
      expect(exitCode, stderr).to.equal(0)
      return Object.fromEntries(result.map((row: Record<string, string>) => Object.values(row)))
    }

    async function isValid(secret: string): Promise<boolean> {
      return (await http.service.verify(secret)).valid
    }

    const namesOf = async () => (await http.owner.listTokens('etl')).tokens.map(({name}) => name)

    it('create_md_user creates a service account', async () => {
      expect(await callTable('create_md_user("loader")')).to.deep.equal({username: 'loader'})
      expect((await http.owner.listUsers({})).users.map(({username}) => username)).to.include('loader')
    })

    it('create_md_user of a name that is taken returns NULL for a 400', async () => {
      const {result, answers} = await call('create_md_user("etl")')
      expect(result).to.equal(null)
      expect(answers).to.deep.equal([
        '400 {"code":"BAD_REQUEST","message":"Bad Request","issues":[{"message":"username etl is already taken"}]}',
      ])
    })

    it('delete_md_user deletes the user with its tokens', async () => {
      expect(await callTable('delete_md_user("etl")')).to.deep.equal({username: 'etl'})
      expect(await isValid(ci.token)).to.equal(false)
    })

    it('create_md_access_token returns a secret that works, with its lifetime', async () => {
      const table = await callTable('create_md_access_token("etl", "read_write", "temp_token", 5, "minutes")')
      expect(table).to.include({name: 'temp_token', read_only: 'FALSE', token_type: 'read_write'})
      expect(Date.parse(table['expire_at'] ?? '') - Date.parse(table['created_ts'] ?? '')).to.equal(300_000)
      expect(await isValid(table['token'] ?? '')).to.equal(true)
    })

    it('create_md_access_token creates a token that never expires, with a name that is not ASCII', async () => {
      const table = await callTable('create_md_access_token("etl", "read_scaling", "Zürich 🦆", 1, "never")')
      expect(table).to.include({name: 'Zürich 🦆', read_only: 'TRUE'}).and.not.have.property('expire_at')
      expect(await isValid(table['token'] ?? '')).to.equal(true)
    })

    it('create_md_access_token of 2 years returns NULL for a 400, and creates nothing', async () => {
      const {result, answers} = await call('create_md_access_token("etl", "read_write", "n", 2, "years")')
      expect(result).to.equal(null)
      expect(answers.at(-1)).to.contain('400 {"code":"BAD_REQUEST"').and.contain('ttl must be a whole number')
      expect(await namesOf()).to.deep.equal(['ci'])
    })

    it('create_md_access_token refuses hours itself, although its example uses them', async () => {
      const {exitCode, answers} = await call('create_md_access_token("etl", "read_write", "n", 1, "hours")')
      expect(exitCode).to.not.equal(0)
      expect(answers).to.deep.equal([])
    })

    it('delete_md_access_token sends its admin token, which is not found, or the name', async () => {
      const {result, answers} = await call('delete_md_access_token("etl", "ci")')
      const [answer] = answers
      if (answer === '200 {}') {
        // Version 0.2.2.
        expect(await namesOf()).to.deep.equal([])
        return
      }
      // Version 0.2.0.
      expect({result, answer}).to.deep.equal({result: null, answer: '404 {"code":"NOT_FOUND","message":"Not Found"}'})
      expect(await namesOf()).to.deep.equal(['ci'])
      const {token} = http.adminToken
      expect(JSON.stringify(http.log.map((entry) => ({...entry, path: entry.path})))).to.not.contain(token.slice(-40))
    })

    it('list_md_user_tokens lists the tokens without their secrets', async () => {
      const table = await callTable('list_md_user_tokens("etl")')
      expect(table).to.deep.equal({
        'tokens.id': ci.id,
        'tokens.name': 'ci',
        'tokens.description': 'nightly',
        'tokens.created_ts': ci.created_ts,
        'tokens.read_only': 'FALSE',
        'tokens.token_type': 'read_write',
      })
    })

    it('list_md_user_tokens returns the empty list as it is', async () => {
      await http.owner.deleteToken('etl', ci.id)
      expect(await call('list_md_user_tokens("etl")')).to.deep.include({exitCode: 0, result: {tokens: []}})
    })

    it('list_md_user_tokens of an unknown user returns NULL for the 404 of the API', async () => {
      const {result, answers} = await call('list_md_user_tokens("stranger")')
      expect({result, answers}).to.deep.equal({
        result: null,
        answers: ['404 {"code":"NOT_FOUND","message":"Not Found"}'],
      })
    })

    it('list_md_active_accounts returns the empty list as it is', async () => {
      expect(await call('list_md_active_accounts()')).to.deep.include({exitCode: 0, result: {accounts: []}})
    })

    it('list_md_user_instance lists the ducklings, or sends the name of the variable as the token', async () => {
      const {result, answers} = await call('list_md_user_instance("etl")')
      if (answers[0]?.startsWith('200')) {
        // Version 0.2.2.
        expect(JSON.stringify(result)).to.contain('standard')
        return
      }
      // Version 0.2.0.
      expect({result, answers}).to.deep.equal({
        result: null,
        answers: ['401 {"code":"UNAUTHORIZED","message":"Invalid Credentials"}'],
      })
    })

    it('list_md_user_instance lists the ducklings if it is given the token itself', async () => {
      // Version 0.2.2 has no such argument, and always sends the token.
      const table = await callTable(
        'do.call(list_md_user_instance, as.list(c("etl", if ("motherduck_token" %in% names(formals(list_md_user_instance))) Sys.getenv("MOTHERDUCK_TOKEN"))))',
      )
      expect(table).to.deep.equal({
        'read_write.instance_size': 'standard',
        'read_write.cooldown_seconds': '60',
        'read_scaling.instance_size': 'standard',
        'read_scaling.flock_size': '4',
        'read_scaling.cooldown_seconds': '60',
      })
    })

    it('configure_md_user_settings returns NULL for a 400 with two issues, and changes nothing', async () => {
      const before = await http.snapshot()
      const {result, answers} = await call('configure_md_user_settings("etl", instance_size = "jumbo")')
      expect(result).to.equal(null)
      expect(answers).to.deep.equal([
        '400 {"code":"BAD_REQUEST","message":"Bad Request","issues":[{"message":"read_write is required"},{"message":"read_scaling is required"}]}',
      ])
      expect(await http.snapshot()).to.equal(before)
    })

    it('show_current_user, which asks with SQL, sends nothing', async () => {
      expect(await call('show_current_user(motherduck_token = "MOTHERDUCK_TOKEN")')).to.deep.include({
        exitCode: 0,
        answers: [],
      })
    })
  })
