import {readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type Run, type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {
  ADMIN_TOKEN,
  MINTED,
  motherDuckToken,
  NEW,
  NEW_TOKEN,
  notFound,
  OLD,
  openScriptedMotherDuck,
  type ScriptedMotherDuck,
} from '../support/scripted-motherduck.ts'
import {answer, answerText, DROP, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = 'motherduck token create --user etl --name temp_token'

describe('tokens of MotherDuck', () => {
  let home = ''
  let server: ScriptedMotherDuck | undefined
  beforeEach(() => {
    home = tempFolder()
  })
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  async function run(line: string | string[], options: Partial<RunOptions> = {}): Promise<Run> {
    const argv = typeof line === 'string' ? line.split(' ') : line
    return runTokenry(argv, {home, waits: [], ...options, env: {...server?.env, ...options.env}})
  }

  async function open(steps: Record<string, Step> = {}): Promise<ScriptedMotherDuck> {
    server = await openScriptedMotherDuck(steps)
    return server
  }

  describe('create sends what the REST API documents', () => {
    const bodies: [string, string][] = [
      ['', '{"name":"temp_token","token_type":"read_write"}'],
      ['--ttl 3600', '{"name":"temp_token","ttl":3600,"token_type":"read_write"}'],
      ['--ttl 300', '{"name":"temp_token","ttl":300,"token_type":"read_write"}'],
      ['--ttl 31536000', '{"name":"temp_token","ttl":31536000,"token_type":"read_write"}'],
      ['-e 1h', '{"name":"temp_token","ttl":3600,"token_type":"read_write"}'],
      ['--expires 52w', '{"name":"temp_token","ttl":31449600,"token_type":"read_write"}'],
      ['--expires=1y', '{"name":"temp_token","ttl":31536000,"token_type":"read_write"}'],
      ['--expiration never', '{"name":"temp_token","token_type":"read_write"}'],
      ['--type read_scaling -e 1h', '{"name":"temp_token","ttl":3600,"token_type":"read_scaling"}'],
      ['-d nightly -e 1h', '{"name":"temp_token","ttl":3600,"token_type":"read_write","description":"nightly"}'],
      ['--expiration-number 1 --expiration-unit hours', '{"name":"temp_token","ttl":3600,"token_type":"read_write"}'],
      ['--expiration-number 0.1 --expiration-unit Day', '{"name":"temp_token","ttl":8640,"token_type":"read_write"}'],
      ['--expiration-unit never', '{"name":"temp_token","token_type":"read_write"}'],
    ]
    for (const [flags, body] of bodies) {
      it(`with ${flags || 'no lifetime'}`, async () => {
        const {sent} = await open()
        const created = await run([...CREATE.split(' '), ...flags.split(' ').filter(Boolean), '-c'])
        expect(created).to.include({exitCode: 0, stdout: `${NEW_TOKEN}\n`})
        expect(sent()).to.deep.equal([`POST /v1/users/etl/tokens ${body}`])
      })
    }
  })

  it('runs the example of the R package, with the name of a variable', async () => {
    const {requests, sent} = await open()
    const line =
      'md token create --user alejandro_hagan --type read_write --name temp_token --expiration-number 1 --expiration-unit hours --token MOTHERDUCK_TOKEN'
    await run(line)
    expect(sent()).to.deep.equal([
      'POST /v1/users/alejandro_hagan/tokens {"name":"temp_token","ttl":3600,"token_type":"read_write"}',
    ])
    expect(requests[0]?.headers.authorization).to.equal(`Bearer ${ADMIN_TOKEN}`)
  })

  const refused: [string, string][] = [
    ['--ttl 299', '299 seconds; 300 is the least'],
    ['--ttl 31536001', '31536001 seconds'],
    ['--expiration 365', 'Write 365d for days, or --ttl 365 for seconds'],
    ['--expiration 4m', '240 seconds'],
    ['--expiration-number 2 --expiration-unit years', '63072000 seconds'],
    ['--expiration-number 13 --expiration-unit months', '33696000 seconds'],
    ['--expiration-number -1 --expiration-unit days', 'is not above 0'],
    ['--ttl 3600 --expiration 1h', 'exclude each other'],
    ['--type admin', '--type must be one of read_write, read_scaling'],
  ]
  for (const [flags, words] of refused) {
    it(`create refuses ${flags} before any request`, async () => {
      const {requests} = await open()
      const {exitCode, stderr, stdout} = await run(`${CREATE} ${flags}`)
      expect({exitCode, stdout}).to.deep.equal({exitCode: 2, stdout: ''})
      expect(stderr).to.contain(words)
      expect(requests).to.deep.equal([])
    })
  }

  const refusedNames: [string, string][] = [
    ['MotherDuck Extension', 'reserved'],
    ['MotherDuck Flights', 'reserved'],
    [' ', 'blank'],
    ['x'.repeat(256), '1 to 255 characters'],
  ]
  for (const [name, words] of refusedNames) {
    it(`create refuses the name ${JSON.stringify(name.slice(0, 30))}`, async () => {
      const {requests} = await open()
      const {exitCode, stderr} = await run(['motherduck', 'token', 'create', '--user', 'etl', '-n', name, '-e', '1h'])
      expect(exitCode, stderr).to.equal(2)
      expect(stderr).to.contain(words)
      expect(requests).to.deep.equal([])
    })
  }

  it('list prints control characters in a name escaped', async () => {
    await open({'GET /v1/users/etl/tokens': answer(200, {tokens: [{...OLD, name: 'a\u001b[31mb\tc'}]})})
    const {stdout} = await run('motherduck token list --user etl')
    expect(stdout).to.not.contain('\u001b')
    expect(stdout.split('\n')[1]?.split('\t')).to.have.lengthOf(8)
  })

  for (const name of ['..', '.', 'x'.repeat(256)]) {
    it(`refuses the user ${name.slice(0, 10)} in a path`, async () => {
      const {requests} = await open()
      const {exitCode} = await run(['motherduck', 'token', 'list', '--user', name])
      expect(exitCode).to.equal(2)
      expect(requests).to.deep.equal([])
    })
  }

  it('create without a lifetime warns that the token never expires, also with --clean-output', async () => {
    await open()
    for (const flags of ['', ' --clean-output']) {
      expect((await run(`${CREATE}${flags}`)).stderr).to.contain('The token never expires; give --expiration')
    }
    expect((await run(`${CREATE} -e never --clean-output`)).stderr).to.equal('')
  })

  it('create says whose the token is, and what a read scaling token needs', async () => {
    await open({'POST /v1/users/etl/tokens': answer(200, {...MINTED, token_type: 'read_scaling', read_only: true})})
    const {stdout, stderr} = await run(`${CREATE} --type read_scaling -e 1h`)
    expect(stdout).to.equal(`${NEW_TOKEN}\n`)
    expect(stderr).to.contain("The token is etl's own").and.contain('a read/write token of the account must have')
  })

  it('create has the username in its document', async () => {
    await open()
    const created = await run(`${CREATE} -e 1h --json`)
    expect(resultOf(created)).to.deep.include({
      id: NEW.id,
      name: 'ci',
      username: 'etl',
      type: 'read_write',
      token: NEW_TOKEN,
      expiresAt: '2026-12-20T12:00:00Z',
    })
  })

  it('create writes the token to a new file that only the owner can read', async () => {
    await open()
    const file = join(home, 'token.txt')
    const created = await run([...CREATE.split(' '), '-e', '1h', '--output', file])
    expect(created).to.include({exitCode: 0, stdout: ''})
    expect(readFileSync(file, 'utf8')).to.equal(NEW_TOKEN)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('create asks for user, name and lifetime at a terminal', async () => {
    const {sent} = await open()
    const answers = [
      {to: 'Which user?', answer: 'etl'},
      {to: 'Name of the new token', answer: 'ci'},
      {to: 'Expires after', answer: '30d'},
    ]
    expect((await run('motherduck token create', {tty: true, answers})).exitCode).to.equal(0)
    expect(sent().at(-1)).to.equal('POST /v1/users/etl/tokens {"name":"ci","ttl":2592000,"token_type":"read_write"}')
  })

  it('names the users if none is named and no question may be asked', async () => {
    await open()
    const {exitCode, stderr} = await run('motherduck token list')
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('There are 2 users, and none is named: admin, etl')
  })

  it('uses the user of the context', async () => {
    const {sent, env} = await open()
    const url = env['MOTHERDUCK_API_BASE_URL'] ?? ''
    const options = {env: {MD: ADMIN_TOKEN, MOTHERDUCK_TOKEN: '', MOTHERDUCK_API_BASE_URL: ''}}
    await run(`context add md --vendor motherduck --api-url ${url} --user etl --credential-env MD`, options)
    expect((await run('motherduck token list --context md', options)).stdout).to.contain(OLD.id)
    expect(sent()).to.deep.equal(['GET /v1/users/etl/tokens'])
  })

  it('a lost answer to create is UNCERTAIN, and not sent again', async () => {
    const {requests} = await open({'POST /v1/users/etl/tokens': DROP})
    const {exitCode, stderr} = await run(`${CREATE} -e 1h`)
    expect(exitCode).to.equal(12)
    expect(stderr).to.contain('look for temp_token').and.contain('tokenry motherduck token list --user etl')
    expect(requests).to.have.lengthOf(1)
  })

  it('a 429 to create is sent again', async () => {
    let tries = 0
    await open({
      'POST /v1/users/etl/tokens': (req, res) =>
        (tries++ === 0 ? answer(429, undefined, {'Retry-After': '1'}) : answer(200, MINTED))(req, res),
    })
    expect(await run(`${CREATE} -e 1h -c`)).to.include({exitCode: 0, stdout: `${NEW_TOKEN}\n`})
    expect(tries).to.equal(2)
  })

  it('a 404 in plain text is CONFIG, the one of the API is NOT_FOUND', async () => {
    await open({'GET /v1/users/etl/tokens': answerText(404, 'Not Found')})
    expect((await run('motherduck token list --user etl')).exitCode).to.equal(3)
    await server?.close()
    await open({'GET /v1/users/etl/tokens': notFound()})
    const {exitCode, stderr} = await run('motherduck token list --user etl')
    expect(exitCode).to.equal(6)
    expect(stderr).to.contain('No user etl in MotherDuck (').and.contain('tokenry motherduck user list')
  })

  it('a 200 with HTML is not a list', async () => {
    await open({'GET /v1/users/etl/tokens': answerText(200, '<html>')})
    expect((await run('motherduck token list --user etl')).exitCode).to.equal(8)
  })

  for (const wanted of [[OLD.id], ['ci'], ['--name', 'ci'], ['-n', 'ci'], [OLD.id, '-n', 'ci']]) {
    it(`delete finds a token by ${wanted.join(' ')}, and sends its id`, async () => {
      const {sent} = await open()
      const deleted = await run(['motherduck', 'token', 'delete', ...wanted, '--user', 'etl', '--force', '--json'])
      expect(resultOf(deleted)).to.include({id: OLD.id, name: 'ci', username: 'etl'})
      expect(sent()).to.deep.equal(['GET /v1/users/etl/tokens', `DELETE /v1/users/etl/tokens/${OLD.id}`])
    })
  }

  it('delete refuses an ambiguous name with the ids', async () => {
    const {sent} = await open({'GET /v1/users/etl/tokens': answer(200, {tokens: [OLD, NEW]})})
    const {exitCode, stderr} = await run('motherduck token delete ci --user etl --force')
    expect(exitCode).to.equal(7)
    expect(stderr).to.contain(OLD.id).and.contain(NEW.id)
    expect(sent()).to.have.lengthOf(1)
  })

  it('delete of a token that is gone is exit code 6, and success with --ignore-not-found', async () => {
    await open()
    expect((await run('motherduck token delete none --user etl --force')).exitCode).to.equal(6)
    const ignored = await run('motherduck token delete none --user etl --force --ignore-not-found --json')
    expect(resultOf(ignored)).to.include({gone: true, wanted: 'none'})
  })

  it('delete --ignore-not-found still fails for a user that does not exist', async () => {
    await open({'GET /v1/users/etl/tokens': notFound()})
    const {exitCode} = await run('motherduck token delete ci --user etl --force --ignore-not-found')
    expect(exitCode).to.equal(6)
  })

  it('delete needs --force in a script', async () => {
    const {requests} = await open()
    const {exitCode, stderr} = await run('motherduck token delete ci --user etl')
    expect({exitCode, requests}).to.deep.equal({exitCode: 2, requests: []})
    expect(stderr).to.contain('--force')
  })

  it('a condition on the last use is USAGE, because MotherDuck does not report it', async () => {
    await open()
    const {exitCode, stderr} = await run('motherduck token list --user etl --unused-for 7d')
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('cannot report when a token was used')
  })

  describe('list --all-users', () => {
    it('reads the tokens of each user of each page', async () => {
      const [admin, etl] = (await usersOf(['admin', 'etl'])) as [object, object]
      const {sent} = await open({
        'GET /v1/users': ({path}, res) =>
          answer(200, {
            users: path.includes('page_token=2') ? [etl, admin] : [admin],
            total_count: 2,
            next_page_token: path.includes('page_token=2') ? null : '2',
          })({} as never, res),
      })
      const listed = resultOf<{username: string}[]>(await run('motherduck token list --all-users --json'))
      expect(listed.map(({username}) => username)).to.deep.equal(['etl'])
      expect(sent()).to.deep.equal([
        'GET /v1/users?limit=1000',
        'GET /v1/users?limit=1000&page_token=2',
        'GET /v1/users/admin/tokens',
        'GET /v1/users/etl/tokens',
      ])
    })

    it('leaves out a user who is deleted meanwhile, and reports any other failure', async () => {
      await open({'GET /v1/users/admin/tokens': notFound()})
      expect((await run('motherduck token list --all-users')).exitCode).to.equal(0)
      await server?.close()
      await open({'GET /v1/users/admin/tokens': answer(403, {code: 'FORBIDDEN', message: 'Unauthorized', issues: []})})
      const {exitCode, stderr} = await run('motherduck token list --all-users')
      expect(exitCode).to.equal(5)
      expect(stderr).to.contain('The tokens of admin cannot be listed')
    })

    it('ends for pages that name each other', async () => {
      await open({'GET /v1/users': answer(200, {users: [], total_count: 0, next_page_token: 'again'})})
      const {exitCode, stderr} = await run('motherduck token list --all-users')
      expect(exitCode).to.equal(8)
      expect(stderr).to.contain('does not end')
    })

    it('asks four users at a time', async () => {
      let [open4, most] = [0, 0]
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
      const slow: Step = (req, res) => {
        most = Math.max(most, ++open4)
        setTimeout(() => {
          open4--
          answer(200, {tokens: []})(req, res)
        }, 20)
      }
      await open({
        'GET /v1/users': answer(200, {users: await usersOf(names), total_count: 8, next_page_token: null}),
        ...Object.fromEntries(names.map((name) => [`GET /v1/users/${name}/tokens`, slow])),
      })
      expect((await run('motherduck token list --all-users')).exitCode).to.equal(0)
      expect(most).to.equal(4)
    })
  })

  describe('rotate', () => {
    const ROTATE = 'motherduck token rotate ci --user etl'
    const READ = 'GET /v1/users/etl/tokens'
    const MINT =
      'POST /v1/users/etl/tokens {"name":"ci","ttl":2592000,"token_type":"read_write","description":"pipeline"}'
    const END = `DELETE /v1/users/etl/tokens/${OLD.id}`

    it('creates the new token, and prints the command that deletes the old one', async () => {
      const {sent} = await open()
      const {exitCode, stdout, stderr} = await run(ROTATE)
      expect({exitCode, stdout}).to.deep.equal({exitCode: 0, stdout: `${NEW_TOKEN}\n`})
      expect(stderr).to.contain(`tokenry motherduck token delete ${OLD.id} --force --user etl`)
      expect(sent()).to.deep.equal([READ, MINT])
    })

    it('deletes the old token with --revoke-old, after the new one', async () => {
      const {sent} = await open()
      const rotated = await run(`${ROTATE} --revoke-old --force --json`)
      expect(resultOf(rotated)).to.include({id: NEW.id, previousId: OLD.id, revokeCommand: null, token: NEW_TOKEN})
      expect(sent()).to.deep.equal([READ, MINT, END])
    })

    it('needs --force for --revoke-old, but not without it', async () => {
      const {requests} = await open()
      expect((await run(`${ROTATE} --revoke-old`)).exitCode).to.equal(2)
      expect(requests).to.deep.equal([])
    })

    it('asks at a terminal before the old token ends, and does nothing after a no', async () => {
      const {sent} = await open()
      const confirm = (answer: boolean) => ({tty: true, answers: [{to: 'Rotate the token ci', answer}]})
      expect((await run(`${ROTATE} --revoke-old`, confirm(false))).exitCode).to.equal(130)
      expect(sent()).to.deep.equal([READ])
      expect((await run(`${ROTATE} --revoke-old`, confirm(true))).exitCode).to.equal(0)
      expect(sent().slice(1)).to.deep.equal([READ, MINT, END])
    })

    it('gives the new token another lifetime', async () => {
      const {sent} = await open()
      await run(`${ROTATE} --expiration never`)
      expect(sent().at(-1)).to.equal(
        'POST /v1/users/etl/tokens {"name":"ci","token_type":"read_write","description":"pipeline"}',
      )
    })

    it('deletes nothing if the new token cannot be created', async () => {
      const {sent} = await open({
        'POST /v1/users/etl/tokens': answer(403, {code: 'FORBIDDEN', message: 'Unauthorized'}),
      })
      expect((await run(`${ROTATE} --revoke-old --force`)).exitCode).to.equal(5)
      expect(sent()).to.not.include(END)
    })

    it('deletes nothing if the new secret cannot be written out, and ends the new token', async () => {
      const {sent} = await open()
      const {exitCode} = await run(`${ROTATE} --revoke-old --force`, {stdoutFails: 'EPIPE'})
      expect(exitCode).to.equal(11)
      expect(sent()).to.deep.equal([READ, MINT, `DELETE /v1/users/etl/tokens/${NEW.id}`])
    })

    it('names both ids and exits with 9 if the old token cannot be deleted', async () => {
      await open({
        [`DELETE /v1/users/etl/tokens/${OLD.id}`]: answer(500, {code: 'INTERNAL_SERVER_ERROR', message: 'no'}),
      })
      const {exitCode, stdout, stderr} = await run(`${ROTATE} --revoke-old --force`)
      expect({exitCode, stdout}).to.deep.equal({exitCode: 9, stdout: `${NEW_TOKEN}\n`})
      expect(stderr).to.contain(OLD.id).and.contain(NEW.id)
    })

    it('succeeds if someone else deleted the old token first', async () => {
      await open({[`DELETE /v1/users/etl/tokens/${OLD.id}`]: notFound()})
      expect((await run(`${ROTATE} --revoke-old --force`)).exitCode).to.equal(0)
    })

    it('tries once more with another name if MotherDuck refuses the same one', async () => {
      const names: string[] = []
      await open({
        'POST /v1/users/etl/tokens': (req, res) => {
          const {name} = JSON.parse(req.body)
          names.push(name)
          const taken = {code: 'BAD_REQUEST', message: 'Bad Request', issues: [{message: 'name taken'}]}
          ;(name === 'ci' ? answer(400, taken) : answer(200, {...MINTED, name}))(req, res)
        },
      })
      const {exitCode, stderr} = await run(ROTATE)
      expect(exitCode).to.equal(0)
      expect(names).to.have.lengthOf(2)
      expect(names[1]).to.match(/^ci-/)
      expect(stderr).to.contain(`The new token is named ${names[1]}`)
    })

    it('refuses --grace, which MotherDuck cannot do, before anything is created', async () => {
      const {sent} = await open()
      const {exitCode, stderr} = await run(`${ROTATE} --grace 24h --force`)
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('--grace')
      expect(sent()).to.deep.equal([READ])
    })

    it('shows with --dry-run what would change', async () => {
      const {sent} = await open()
      const {changes} = resultOf<{changes: object[]}>(await run(`${ROTATE} --revoke-old --dry-run --json`))
      expect(changes).to.deep.include({
        field: 'oldValueEndsAt',
        before: '2026-12-20T12:00:00Z',
        after: '2026-11-22T12:00:00Z',
      })
      expect(sent()).to.deep.equal([READ])
    })
  })

  describe('the credential', () => {
    const LIST = 'motherduck token list --user etl'
    const bearer = () => server?.requests[0]?.headers.authorization
    const other = motherDuckToken('other')

    it('is the first variable that is set, and is named if another one is different', async () => {
      await open()
      const {stderr} = await run(LIST, {env: {MOTHERDUCK_ADMIN_TOKEN: other}})
      expect(bearer()).to.equal(`Bearer ${other}`)
      expect(stderr).to.contain('The token in MOTHERDUCK_ADMIN_TOKEN is used; MOTHERDUCK_TOKEN holds a different one')
    })

    it('that is the same in two variables is not mentioned', async () => {
      await open()
      expect((await run(LIST, {env: {MOTHERDUCK_ADMIN_TOKEN: ADMIN_TOKEN}})).stderr).to.equal('')
    })

    it('is not a personal token if the admin variable is empty', async () => {
      const {requests} = await open()
      const {exitCode, stderr} = await run(LIST, {env: {MOTHERDUCK_ADMIN_TOKEN: ''}})
      expect(exitCode).to.equal(3)
      expect(stderr).to.contain('MOTHERDUCK_ADMIN_TOKEN is set but empty')
      expect(requests).to.deep.equal([])
    })

    for (const name of ['motherduck_token', 'motherduck_api_key', 'MOTHERDUCK_API_KEY']) {
      it(`is read from ${name}`, async () => {
        const {env} = await open()
        const {MOTHERDUCK_TOKEN: _, ...rest} = env
        await runTokenry(LIST.split(' '), {home, env: {...rest, [name]: other}})
        expect(bearer()).to.equal(`Bearer ${other}`)
      })
    }

    it('comes from the variable that --token names', async () => {
      await open()
      expect((await run(`${LIST} --token MY_ADMIN`, {env: {MY_ADMIN: ` ${other}\n`}})).stderr).to.equal('')
      expect(bearer()).to.equal(`Bearer ${other}`)
    })

    it('comes from standard input with --token -', async () => {
      await open()
      await run(`${LIST} --token -`, {stdin: `${other}\n`})
      expect(bearer()).to.equal(`Bearer ${other}`)
    })

    it('may be the token itself, with one warning', async () => {
      await open()
      const {exitCode, stderr} = await run(`${LIST} --token ${other}`)
      expect(exitCode).to.equal(0)
      expect(stderr.match(/Warning/g)).to.have.lengthOf(1)
      expect(stderr).to.contain('Others on this machine can read the token in --token').and.not.contain(other)
      expect(bearer()).to.equal(`Bearer ${other}`)
    })

    it('is refused in any other flag', async () => {
      const {requests} = await open()
      const {exitCode, stderr} = await run(`motherduck token list --user ${other}`)
      expect(exitCode).to.equal(2)
      expect(stderr).to.not.contain(other)
      expect(requests).to.deep.equal([])
    })

    it('is not the name of a variable that is not set', async () => {
      const {requests} = await open()
      const {exitCode, stderr} = await run(`${LIST} --token MY_ADMIN`)
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('MY_ADMIN is not set')
      expect(requests).to.deep.equal([])
    })

    it('is not an empty variable', async () => {
      const {requests} = await open()
      expect((await run(`${LIST} --token MY_ADMIN`, {env: {MY_ADMIN: ' '}})).exitCode).to.equal(3)
      expect(requests).to.deep.equal([])
    })

    it('is needed next to MOTHERDUCK_API_BASE_URL', async () => {
      const {env} = await open()
      const {MOTHERDUCK_TOKEN: _, ...rest} = env
      expect((await runTokenry(LIST.split(' '), {home, env: rest})).exitCode).to.equal(3)
    })

    it('is not sent to a host of MOTHERDUCK_API_BASE_URL that is not of MotherDuck', async () => {
      const env = {MOTHERDUCK_TOKEN: ADMIN_TOKEN, MOTHERDUCK_API_BASE_URL: 'https://tokens.example.com'}
      expect((await runTokenry(LIST.split(' '), {home, env})).exitCode).to.equal(3)
    })

    it('in a variable is ignored with --context embedded', async () => {
      const {requests} = await open()
      expect((await run('motherduck token list --context embedded')).exitCode).to.equal(0)
      expect(requests).to.deep.equal([])
    })
  })
})

/** Return users with these names, as the API lists them. */
async function usersOf(names: string[]): Promise<object[]> {
  return names.map((username) => ({
    id: `id-of-${username}`,
    username,
    email: `${username}@example.com`,
    first_name: null,
    last_name: null,
    is_service_account: true,
    is_deprovisioned: false,
    roles: [],
  }))
}
