import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type MotherDuckHttp, openMotherDuckHttp} from '../support/motherduck-http.ts'
import {type Run, type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {ADMIN_TOKEN, openScriptedMotherDuck} from '../support/scripted-motherduck.ts'
import {tempFolder} from '../support/temp-folder.ts'

const NOW_MS = Date.parse('2026-11-22T12:00:00Z')

describe('a token of MotherDuck that --token-file names', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  function run(line: string, options: Partial<RunOptions> = {}): Promise<Run> {
    return runTokenry(line.split(' '), {home, waits: [], ...options})
  }

  function write(text: string): string {
    const file = join(tempFolder(), 'token.txt')
    writeFileSync(file, text, {mode: 0o600})
    return file
  }

  interface Made {
    id: string
    token: string
    file: string
  }

  async function make(user: string, more = ''): Promise<Made> {
    const made = resultOf<{id: string; token: string}>(
      await run(`md token create --user ${user} -n ci -e 1h --json${more}`),
    )
    return {...made, file: write(`${made.token}\n`)}
  }

  async function refused(line: string, exitCode: number, words: string, options: Partial<RunOptions> = {}) {
    const {stderr, stdout, ...rest} = await run(line, options)
    expect({exitCode: rest.exitCode, stdout}, stderr).to.deep.equal({exitCode, stdout: ''})
    expect(stderr).to.contain(words)
    return stderr
  }

  describe('on the embedded service', () => {
    beforeEach(() => run('md user create etl'))

    it('is shown, rotated and deleted, also without the name of its user', async () => {
      const {id, file, token} = await make('etl')
      expect(resultOf(await run(`md token get --token-file ${file} --json`))).to.include({id, username: 'etl'})
      expect(resultOf(await run('md token get --token-file - --json', {stdin: token}))).to.include({id})
      const rotated = resultOf(await run(`md token rotate --token-file ${file} --json`))
      expect(rotated).to.include({previousId: id, username: 'etl'})
      expect(resultOf(await run(`md token delete --token-file ${file} --force --json`))).to.include({id})
      expect((await run('token verify', {stdin: token})).exitCode).to.equal(10)
      expect((await run('token verify', {stdin: String(rotated['token'])})).exitCode).to.equal(0)
    })

    it('may also be named by its id, its name or its user, but by no other', async () => {
      const {id, file} = await make('etl')
      const other = await make('admin')
      for (const words of [id, 'ci', '--name ci', '--user etl', '--user ETL']) {
        expect(resultOf(await run(`md token get ${words} --token-file ${file} --json`)), words).to.include({id})
      }
      await refused(`md token get ${other.id} --token-file ${file}`, 2, 'not both')
      await refused(`md token get --name other --token-file ${file}`, 2, 'not both')
      await refused(`md token get --user admin --token-file ${file}`, 6, '--user etl')
      const line = `md token delete --user admin --token-file ${file} --force --ignore-not-found`
      await refused(line, 6, '--user etl')
    })

    it('is gone with --ignore-not-found if it was deleted, also with its user, or has expired', async () => {
      const deleted = await make('etl')
      await run(`md token delete ${deleted.id} --user etl --force`)
      const line = ({file}: Made) => `md token delete --token-file ${file} --force --ignore-not-found --json`
      await refused(`md token delete --token-file ${deleted.file} --force`, 6, 'deleted')
      expect(resultOf(await run(line(deleted)))).to.include({gone: true, wanted: deleted.id})
      const expired = await make('etl')
      const later = {nowMs: NOW_MS + 3_600_000}
      await refused(`md token delete --token-file ${expired.file} --force`, 6, 'expired', later)
      expect(resultOf(await run(line(expired), later))).to.include({gone: true, wanted: expired.id})
      const orphan = await make('etl')
      await run('md user delete etl --force --confirm etl')
      expect(resultOf(await run(line(orphan)))).to.include({gone: true, wanted: orphan.id})
    })

    it('is not gone if the secret was only rotated, or if another token is named too', async () => {
      const {file} = await make('admin')
      await run('md token rotate ci --user admin --grace 1h --force')
      const line = `md token delete --token-file ${file} --force --ignore-not-found`
      await refused(line, 6, 'rotated', {nowMs: NOW_MS + 3_600_001})
      const deleted = await make('etl')
      await run(`md token delete ${deleted.id} --user etl --force`)
      await refused(`md token delete other --token-file ${deleted.file} --force --ignore-not-found`, 6, 'deleted')
    })

    it('is USAGE if the file holds no token or a damaged one', async () => {
      const {token} = await make('etl')
      for (const verb of ['get', 'rotate', 'delete --force']) {
        const line = `md token ${verb} --token-file`
        await refused(`${line} ${write('ci')}`, 2, 'not a token')
        await refused(`${line} ${write(token.slice(0, -4))}`, 2, 'does not hold one of its secrets')
      }
    })

    it('is not one of another vendor', async () => {
      const {token} = resultOf<{token: string}>(
        await run('deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1 --json'),
      )
      const line = `md token delete --token-file ${write(token)} --force --ignore-not-found`
      await refused(line, 6, 'of another vendor')
    })

    it('does not let a member delete the token of someone else', async () => {
      const {token} = await make('etl')
      const {file} = await make('admin')
      await refused(`md token delete --token-file ${file} --force --token MD`, 5, 'org_admin', {env: {MD: token}})
      expect((await run(`token verify --token-file ${file}`)).exitCode).to.equal(0)
    })
  })

  it('is USAGE at MotherDuck, whose tokens do not name their ids, before a request', async () => {
    const server = await openScriptedMotherDuck()
    try {
      const file = write(ADMIN_TOKEN)
      for (const verb of ['get', 'rotate', 'delete --force --ignore-not-found']) {
        await refused(`md token ${verb} --user etl --token-file ${file}`, 2, 'Give the id of the token', {
          env: server.env,
        })
      }
      expect(server.requests).to.deep.equal([])
    } finally {
      await server.close()
    }
  })

  describe('at a token service of tokenry', () => {
    let http: MotherDuckHttp
    let env: Record<string, string>
    let close: () => Promise<void>
    beforeEach(async () => {
      http = await openMotherDuckHttp({inMemory: true, nowMs: NOW_MS})
      const server = await http.listen()
      env = {MOTHERDUCK_TOKEN: http.adminToken.token, MOTHERDUCK_API_BASE_URL: `http://127.0.0.1:${server.port}`}
      await http.owner.createUser({username: 'etl'})
      close = async () => {
        await server.stop(0)
        await http.service.close()
      }
    })
    afterEach(() => close())

    it('is found by what it claims, shown, rotated and deleted', async () => {
      const {id, token} = await http.owner.createToken('etl', {name: 'ci', ttl: 3600})
      const file = write(token)
      expect(resultOf(await run(`md token get --token-file ${file} --json`, {env}))).to.include({id, username: 'etl'})
      const rotated = await run(`md token rotate --token-file ${file} --revoke-old --force --json`, {env})
      expect(resultOf(rotated)).to.include({previousId: id})
      expect((await http.service.verify(token)).valid).to.equal(false)
      const line = `md token delete --token-file ${file} --force`
      await refused(line, 6, 'unknown', {env})
      expect(resultOf(await run(`${line} --ignore-not-found --json`, {env}))).to.include({gone: true})
    })

    it('is gone if its user was deleted', async () => {
      const {token} = await http.owner.createToken('etl', {name: 'ci'})
      await http.owner.deleteUser('etl')
      const line = `md token delete --token-file ${write(token)} --force --ignore-not-found --json`
      expect(resultOf(await run(line, {env}))).to.include({gone: true})
    })

    it('of another installation is not gone', async () => {
      const other = await openMotherDuckHttp({inMemory: true, nowMs: NOW_MS})
      const line = `md token delete --token-file ${write(other.adminToken.token)} --force --ignore-not-found`
      await refused(line, 6, 'not ours', {env})
      await other.service.close()
    })
  })
})
