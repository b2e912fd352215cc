import {readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type Run, type RunOptions, resultOf, runTokenry} from '../../support/run-tokenry.ts'
import {
  CI_ROW,
  deltaStreamToken,
  failedResult,
  mintedToken,
  NEW_TOKEN,
  OWNER_TOKEN,
  openScriptedDeltaStream,
  resultSet,
  type ScriptedDeltaStream,
  textColumn,
  tokenList,
} from '../../support/scripted-deltastream.ts'
import {answer, DROP, type Step} from '../../support/scripted-server.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const CREATE = 'deltastream token create ci --role sysadmin'
const LIST = 'LIST API_TOKENS;'
const CREATED = `CREATE API_TOKEN "ci" WITH ('token.role_name' = sysadmin, 'token.expires_in_days' = 90);`
const RENEWED = 'ALTER API_TOKEN "ci" RENEW TOKEN;'
const DROPPED = 'DROP API_TOKEN "ci";'
const TIMES = {createdAt: '2026-11-20T12:00:00Z', expiresAt: '2026-12-20T12:00:00Z'}

const listed = (...rows: (string | null)[][]): Step => answer(200, tokenList(rows))
const sqlFailure = (sqlState: string, message?: string): Step => answer(200, failedResult(sqlState, message))

/** Answer with the steps in turn, and with the last one from then on. */
function inTurn(...steps: Step[]): Step {
  let next = 0
  return (req, res) => steps[Math.min(next++, steps.length - 1)]?.(req, res)
}

describe('tokens of DeltaStream', () => {
  let home = ''
  let server: ScriptedDeltaStream | undefined
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

  async function open(steps: Record<string, Step> = {}): Promise<ScriptedDeltaStream> {
    server = await openScriptedDeltaStream(steps)
    return server
  }

  describe('create', () => {
    const statements: [string, string][] = [
      ['', CREATED],
      ['--expires-in-days 1', CREATED.replace('90', '1')],
      ['--expires-in-days 3650', CREATED.replace('90', '3650')],
      ['-e 30d', CREATED.replace('90', '30')],
      ['--expiration 12w', CREATED.replace('90', '84')],
      ['--expires=1y', CREATED.replace('90', '365')],
      ['--expiration 2026-12-01', CREATED.replace('90', '9')],
    ]
    for (const [flags, statement] of statements) {
      it(`sends the SQL of the documentation with ${flags || 'no lifetime'}, and prints only the token`, async () => {
        const {sent} = await open()
        const created = await run([...CREATE.split(' '), ...flags.split(' ').filter(Boolean), '-c'])
        expect(created).to.include({exitCode: 0, stdout: `${NEW_TOKEN}\n`})
        expect(sent()).to.deep.equal([statement])
      })
    }

    for (const line of [
      'ds token create --name ci -r sysadmin',
      'ds to cr -n ci --role=sysadmin',
      'ds token create ci -n ci -r sysadmin',
    ]) {
      it(`can be typed as ${line}`, async () => {
        const {sent} = await open()
        expect(await run(`${line} --expires-in-days 90 -c`)).to.include({exitCode: 0, stdout: `${NEW_TOKEN}\n`})
        expect(sent()).to.deep.equal([CREATED])
      })
    }

    const quoted: [string, string, string][] = [
      ['a"; DROP API_TOKEN "b', 'sysadmin', `"a""; DROP API_TOKEN ""b" WITH ('token.role_name' = sysadmin`],
      ["it's", 'Role', `"it's" WITH ('token.role_name' = "Role"`],
      ['-- x', 'select', `"-- x" WITH ('token.role_name' = "select"`],
      ['ci', `x') ; DROP ROLE "y`, `"ci" WITH ('token.role_name' = "x') ; DROP ROLE ""y"`],
      ['🦆'.repeat(255), 'sysadmin', `"${'🦆'.repeat(255)}" WITH ('token.role_name' = sysadmin`],
    ]
    for (const [name, role, part] of quoted) {
      it(`quotes the name ${name.slice(0, 24)} and the role ${role}`, async () => {
        const {sent} = await open()
        const {exitCode} = await run(['deltastream', 'token', 'create', '-n', name, '-r', role, '-c'])
        expect(exitCode).to.equal(0)
        expect(sent()).to.deep.equal([`CREATE API_TOKEN ${part}, 'token.expires_in_days' = 90);`])
      })
    }

    const refused: [string[], string][] = [
      [['--expires-in-days', '0'], '--expires-in-days "0" is not a whole number of days (1 to 3650 days)'],
      [['--expires-in-days', '3651'], '1 to 3650'],
      [['--expires-in-days', '1.5'], '1 to 3650'],
      [['--expires-in-days', 'never'], 'every token of DeltaStream ends'],
      [['--expiration', 'never'], 'these tokens always end'],
      [['--expiration', '12h'], '3650 days'],
      [['--expiration', '11y'], '3650 days is the most'],
      [['--expiration', '30d', '--expires-in-days', '30'], 'exclude each other'],
      [['--json', '--clean-output'], 'exclude each other'],
      [['--name', 'other'], 'name different tokens'],
      [['--role', ''], '--role is empty'],
      [['--role', 'a\nb'], 'control characters'],
    ]
    for (const [flags, words] of refused) {
      it(`refuses ${JSON.stringify(flags.join(' '))} before any request`, async () => {
        const {requests} = await open()
        const {exitCode, stdout, stderr} = await run([...CREATE.split(' '), ...flags])
        expect(exitCode).to.equal(2)
        expect(`${stdout}${stderr}`).to.contain(words)
        expect(requests).to.deep.equal([])
      })
    }

    const names: [string, string][] = [
      ['x'.repeat(256), '1 to 255 characters'],
      ['🦆'.repeat(256), '1 to 255 characters'],
      ['a\tb', 'control characters'],
      ['\u007f', 'control characters'],
      ['', 'is empty'],
    ]
    for (const [name, words] of names) {
      for (const verb of ['create', 'get', 'renew', 'drop']) {
        it(`${verb} refuses the name ${JSON.stringify(name.slice(0, 10))} before any request`, async () => {
          const {requests} = await open()
          const rest = {create: ['-r', 'sysadmin'], get: [], renew: ['-f'], drop: ['-f']}[verb] ?? []
          const {exitCode, stderr} = await run(['deltastream', 'token', verb, '-n', name, ...rest])
          expect(exitCode, stderr).to.equal(2)
          expect(stderr).to.contain(words)
          expect(requests).to.deep.equal([])
        })
      }
    }

    it('needs a name and a role if no question may be asked', async () => {
      const {requests} = await open()
      const {exitCode, stderr} = await run('deltastream token create -e 30d')
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('--name and --role are missing')
      expect(requests).to.deep.equal([])
    })

    it('asks a person for the name, for one of the roles, and for the lifetime', async () => {
      const {sent} = await open()
      const created = await run('deltastream token create', {
        tty: true,
        answers: [
          {to: 'Name', answer: 'ci'},
          {to: 'Role', answer: 'sysadmin'},
          {to: 'Expires after', answer: ''},
        ],
      })
      expect(created.exitCode, created.stderr).to.equal(0)
      expect(sent()).to.deep.equal(['LIST ROLES;', CREATED, LIST])
    })

    it('says everything but the token on stderr, with the times of one LIST after the delivery', async () => {
      const {sent} = await open()
      const {stdout, stderr, exitCode} = await run(CREATE)
      expect({exitCode, stdout}).to.deep.equal({exitCode: 0, stdout: `${NEW_TOKEN}\n`})
      expect(stderr).to.contain('API token ci was successfully created').and.to.contain(TIMES.expiresAt)
      expect(sent()).to.deep.equal([CREATED, LIST])
    })

    it('has the name, the role, the days and the times in its document, and no id', async () => {
      const {sent} = await open()
      const made = await run(`${CREATE} --expires-in-days 90 --json`)
      expect(resultOf(made)).to.deep.equal({
        name: 'ci',
        role: 'sysadmin',
        expiresInDays: 90,
        ...TIMES,
        token: NEW_TOKEN,
      })
      expect(sent()).to.deep.equal([CREATED, LIST])
    })

    it('writes the token to a new file of mode 0600, without a newline', async () => {
      await open()
      const file = join(home, 'token.txt')
      const made = await run([...CREATE.split(' '), '--output', file, '--json'])
      expect(resultOf(made)).to.deep.equal({name: 'ci', role: 'sysadmin', expiresInDays: 90, ...TIMES, file})
      expect(readFileSync(file, 'utf8')).to.equal(NEW_TOKEN)
      expect(statSync(file).mode & 0o777).to.equal(0o600)
    })

    const unlisted: [string, Step, string][] = [
      ['a list that fails', answer(500, {message: 'broken'}), 'cannot be listed'],
      ['a list whose connection is closed', DROP, 'cannot be listed'],
      ['a list without the token', listed(), 'is not in the list'],
      ['a list that is refused', answer(403, {message: 'invalid or expired token'}), 'cannot be listed'],
    ]
    for (const [what, step, words] of unlisted) {
      it(`warns, and leaves the times out, after ${what}`, async () => {
        await open({'LIST API_TOKENS': step})
        const {stdout, exitCode} = await run(`${CREATE} --json`)
        const {result, warnings} = JSON.parse(stdout)
        expect(exitCode).to.equal(0)
        expect(result).to.deep.equal({name: 'ci', role: 'sysadmin', expiresInDays: 90, token: NEW_TOKEN})
        expect(warnings).to.have.length(1)
        expect(warnings[0]).to.contain(words)
      })
    }

    it('warns of a date that is rounded down, with --clean-output too', async () => {
      await open()
      const {stderr} = await run(`${CREATE} --expiration 2026-12-01 -c`)
      expect(stderr).to.contain('The token ends at 2026-12-01T12:00:00Z: 2026-12-01 is rounded down')
    })

    it('ends a token whose secret cannot be written', async () => {
      const {sent} = await open()
      const {exitCode, stderr} = await run(CREATE, {stdoutFails: 'EPIPE'})
      expect(exitCode).to.equal(11)
      expect(stderr).to.contain('ci could not be written out').and.to.contain('it was ended again')
      expect(sent()).to.deep.equal([CREATED, DROPPED])
    })

    it('names the command that ends a token that is left over', async () => {
      await open({'DROP API_TOKEN': sqlFailure('XX000')})
      const {exitCode, stderr} = await run(CREATE, {stdoutFails: 'EPIPE'})
      expect(exitCode).to.equal(11)
      expect(stderr).to.contain('End it with: tokenry deltastream token drop ci --force')
    })

    it('is CONFLICT for a name that is taken, with the commands for that token', async () => {
      await open({'CREATE API_TOKEN': sqlFailure('42P09', 'api_token "ci" already exists')})
      const {exitCode, stdout} = await run(`${CREATE} --json`)
      const {error} = JSON.parse(stdout)
      expect(exitCode).to.equal(7)
      expect(error).to.include({code: 'CONFLICT', vendor: 'deltastream', vendorCode: '42P09'})
      expect(error.message).to.contain('An API token named ci already exists in DeltaStream (127.0.0.1:')
      expect(error.hint)
        .to.contain('tokenry deltastream token renew ci --force')
        .and.to.contain('tokenry deltastream token drop ci --force')
    })

    for (const name of ['-x', '--force']) {
      it(`gives commands that can be pasted for a token named ${name}`, async () => {
        await open({'CREATE API_TOKEN': sqlFailure('42P09')})
        const {stdout} = await run(`${CREATE.replace(' ci', ` --name=${name}`)} --json`)
        const {hint} = JSON.parse(stdout).error
        for (const verb of ['renew', 'drop']) {
          expect(hint).to.contain(`tokenry deltastream token ${verb} --name=${name} --force`)
        }
      })
    }

    it('names a token that begins with a dash so that --force is not read from it', async () => {
      await open({'CREATE API_TOKEN': answer(200, mintedToken('--force')), 'DROP API_TOKEN': sqlFailure('XX000')})
      const options = {stdoutFails: 'EPIPE'} as const
      for (const line of [CREATE.replace(' ci', ' --name=--force'), 'ds sql']) {
        const words =
          line === 'ds sql' ? ['ds', 'sql', 'CREATE API_TOKEN "--force" WITH (\'token.role_name\' = x);'] : line
        const {exitCode, stderr} = await run(words, options)
        expect(exitCode).to.equal(11)
        expect(stderr).to.contain('tokenry deltastream token drop --name=--force --force')
      }
    })

    it('is NOT_FOUND for a role that does not exist, with where it looked and how to list', async () => {
      await open({'CREATE API_TOKEN': sqlFailure('3D001')})
      const {exitCode, stderr} = await run(CREATE)
      expect(exitCode).to.equal(6)
      expect(stderr)
        .to.contain('No role sysadmin in DeltaStream (127.0.0.1:')
        .and.to.contain('tokenry deltastream role list')
    })

    const codes: [string, number][] = [
      ['42501', 5],
      ['3D004', 6],
      ['53000', 7],
      ['3D008', 2],
      ['42601', 2],
      ['57014', 12],
      ['XX000', 12],
      ['99ZZ9', 12],
    ]
    for (const [state, exitCode] of codes) {
      it(`exits with ${exitCode} for the SQL state ${state}, which is the vendor code`, async () => {
        const {sent} = await open({'CREATE API_TOKEN': sqlFailure(state)})
        const made = await run(`${CREATE} --json`)
        expect(made.exitCode).to.equal(exitCode)
        expect(JSON.parse(made.stdout).error.vendorCode).to.equal(state)
        expect(sent()).to.deep.equal([CREATED])
      })
    }

    const lost: [string, Step][] = [
      ['is lost', DROP],
      ['does not come', () => {}],
      ['is a 500', answer(500, {message: 'broken'})],
      ['is a 503 with Retry-After', answer(503, {message: 'busy'}, {'Retry-After': '1'})],
      ['is a 429', answer(429, {message: 'slow down'})],
      ['has no token', answer(200, resultSet([textColumn('Name')], [['ci']]))],
    ]
    for (const [what, step] of lost) {
      it(`is UNCERTAIN if the answer ${what}: sent once, with the command that shows what happened`, async () => {
        const {sent} = await open({'CREATE API_TOKEN': step})
        const {exitCode, stderr} = await run(CREATE)
        expect(exitCode, stderr).to.equal(12)
        expect(stderr)
          .to.contain('An API token named ci may exist now')
          .and.to.contain('look for ci, created at about 2026-11-22T12:00:00Z: tokenry deltastream token list')
        expect(sent()).to.deep.equal([CREATED])
      })
    }
  })

  describe('renew', () => {
    const RENEW = 'deltastream token renew ci'

    it('replaces the secret, and prints only the new one', async () => {
      const {sent} = await open()
      expect(await run(`${RENEW} -f -c`)).to.include({exitCode: 0, stdout: `${NEW_TOKEN}\n`, stderr: ''})
      expect(sent()).to.deep.equal([LIST, RENEWED])
    })

    for (const verb of ['rotate', 'ro']) {
      it(`can be typed as ${verb}`, async () => {
        const {sent} = await open()
        expect((await run(`ds token ${verb} ci -f -c`)).exitCode).to.equal(0)
        expect(sent()).to.deep.equal([LIST, RENEWED])
      })
    }

    it('has the name and the times in its document, and neither role nor days', async () => {
      const fresh = ['ci', null, '2026-11-22 12:00:00Z', '2027-02-20 12:00:00Z']
      const {sent} = await open({'LIST API_TOKENS': inTurn(listed(CI_ROW), listed(fresh))})
      const made = await run(`${RENEW} -f --json`)
      expect(resultOf(made)).to.deep.equal({
        name: 'ci',
        createdAt: '2026-11-22T12:00:00Z',
        expiresAt: '2027-02-20T12:00:00Z',
        token: NEW_TOKEN,
      })
      expect(sent()).to.deep.equal([LIST, RENEWED, LIST])
    })

    it('needs a confirmation before anything is sent', async () => {
      const {requests} = await open()
      const {exitCode, stderr} = await run(RENEW)
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('--force')
      expect(requests).to.deep.equal([])
    })

    it('changes nothing with --dry-run', async () => {
      const {sent} = await open()
      const made = await run(`${RENEW} --dry-run --json`)
      expect(resultOf(made)).to.deep.include({dryRun: true, action: 'renew', name: 'ci'})
      expect(sent()).to.deep.equal([LIST])
    })

    it('is NOT_FOUND for a name that does not exist, with where it looked and how to list', async () => {
      const {sent} = await open({'LIST API_TOKENS': listed()})
      const {exitCode, stderr} = await run(`${RENEW} -f`)
      expect(exitCode).to.equal(6)
      expect(stderr)
        .to.contain('No API token ci in DeltaStream (127.0.0.1:')
        .and.to.contain('See them with: tokenry deltastream token list')
      expect(sent()).to.deep.equal([LIST])
    })

    it('is NOT_FOUND for a token that ended after the list was read', async () => {
      await open({'ALTER API_TOKEN': sqlFailure('3D012')})
      const {exitCode, stderr} = await run(`${RENEW} -f`)
      expect(exitCode).to.equal(6)
      expect(stderr).to.contain('No API token ci in DeltaStream')
    })

    it('says that the old secret has ended if the new one cannot be written, and how to renew again', async () => {
      const {sent} = await open()
      const {exitCode, stderr} = await run(`${RENEW} -f`, {stdoutFails: 'EPIPE'})
      expect(exitCode).to.equal(11)
      expect(stderr)
        .to.contain('the old one has ended')
        .and.to.contain('Renew it again: tokenry deltastream token renew ci --force')
      expect(stderr).to.not.match(/rotat/i)
      expect(sent()).to.deep.equal([LIST, RENEWED])
    })

    it('is UNCERTAIN if the answer is lost: sent once, and a renewal shows in the creation time', async () => {
      const {sent} = await open({'ALTER API_TOKEN': DROP})
      const {exitCode, stderr} = await run(`${RENEW} -f`)
      expect(exitCode).to.equal(12)
      expect(stderr)
        .to.contain('ci may have a new secret, and its old one may have ended')
        .and.to.contain('Renew it again if it was created at about 2026-11-22T12:00:00Z')
        .and.to.contain('tokenry deltastream token get ci')
      expect(sent()).to.deep.equal([LIST, RENEWED])
    })

    for (const flags of ['--grace 1h', '--end-all-values', '--token-file FILE']) {
      it(`refuses ${flags}, which DeltaStream cannot do`, async () => {
        const {sent} = await open()
        const line = flags.startsWith('--token-file') ? 'deltastream token renew -f' : `${RENEW} -f`
        const {exitCode, stderr} = await run(`${line} ${flags.replace('FILE', '-')}`, {stdin: NEW_TOKEN})
        expect(exitCode).to.equal(2)
        expect(stderr).to.contain('cannot').and.to.contain(flags.split(' ')[0])
        expect(sent()).to.not.include(RENEWED)
      })
    }
  })

  describe('drop', () => {
    for (const verb of ['drop', 'delete', 'revoke']) {
      it(`can be typed as ${verb}`, async () => {
        const {sent} = await open()
        const made = await run(`deltastream token ${verb} ci -f --json`)
        expect(made.exitCode).to.equal(0)
        expect(resultOf(made)).to.deep.equal({name: 'ci', deletedAt: '2026-11-22T12:00:00Z'})
        expect(sent()).to.deep.equal([LIST, DROPPED])
      })
    }

    it('needs a confirmation before anything is sent', async () => {
      const {requests} = await open()
      expect((await run('deltastream token drop ci')).exitCode).to.equal(2)
      expect(requests).to.deep.equal([])
    })

    it('sends nothing but the list with --dry-run', async () => {
      const {sent} = await open()
      const {stdout} = await run('deltastream token drop ci --dry-run')
      expect(stdout).to.contain('Would drop ci')
      expect(sent()).to.deep.equal([LIST])
    })

    for (const [what, steps] of [
      ['is not in the list', {'LIST API_TOKENS': listed()}],
      ['ended after the list was read', {'DROP API_TOKEN': sqlFailure('3D012')}],
    ] as const) {
      it(`is NOT_FOUND for a token that ${what}, and success with --ignore-not-found`, async () => {
        await open(steps)
        expect((await run('deltastream token drop ci -f')).exitCode).to.equal(6)
        const made = await run('deltastream token drop ci -f --ignore-not-found --json')
        expect(made.exitCode).to.equal(0)
        expect(resultOf(made)).to.include({gone: true, wanted: 'ci'})
      })
    }

    it('refuses a token that was used lately, before it is dropped', async () => {
      const {sent} = await open({
        'LIST API_TOKENS': listed(['ci', '2026-11-22 11:00:00Z', '2026-11-20 12:00:00Z', '2026-12-20 12:00:00Z']),
      })
      const {exitCode, stderr} = await run('deltastream token drop ci -f --unused-for 7d')
      expect(exitCode).to.equal(10)
      expect(stderr).to.contain('API token ci was used')
      expect(sent()).to.deep.equal([LIST])
    })
  })

  describe('list and get', () => {
    it('list has the columns of DeltaStream, and RFC 3339 times in a pipe', async () => {
      const used = ['bi', '2026-11-21 10:00:00.5Z', '2026-11-19 12:00:00Z', '2027-02-17 12:00:00Z']
      await open({'LIST API_TOKENS': listed(CI_ROW, used)})
      const {stdout} = await run('deltastream token list')
      expect(stdout).to.equal(
        [
          'NAME\tLAST USED\tCREATED AT\tEXPIRES AT',
          'bi\t2026-11-21T10:00:00Z\t2026-11-19T12:00:00Z\t2027-02-17T12:00:00Z',
          'ci\tnever\t2026-11-20T12:00:00Z\t2026-12-20T12:00:00Z',
          '',
        ].join('\n'),
      )
    })

    it('list reads columns by name, in any case and order, and year 1 as never used', async () => {
      await open({
        'LIST API_TOKENS': answer(
          200,
          resultSet(
            ['name', 'Created at', 'extra', 'Last used', 'Expires at'].map((name) => textColumn(name)),
            [['ci', '2026-11-20T12:00:00Z', 'x', '0001-01-01T00:00:00Z', '2026-12-20 12:00:00 +0000 UTC']],
          ),
        ),
      })
      const made = await run('deltastream token list --json')
      expect(resultOf(made)).to.deep.equal([{name: 'ci', lastUsedAt: null, ...TIMES, endedAt: null}])
    })

    it('list prints control characters in a name escaped', async () => {
      await open({'LIST API_TOKENS': listed(['a\u001b[31mb\tc', null, '2026-11-20 12:00:00Z', '2026-12-20 12:00:00Z'])})
      const {stdout} = await run('deltastream token list')
      expect(stdout).to.not.contain('\u001b')
      expect(stdout.split('\n')[1]?.split('\t')).to.have.lengthOf(4)
    })

    it('list filters and sorts', async () => {
      const old = ['old', null, '2026-01-01 12:00:00Z', '2026-11-30 12:00:00Z']
      await open({'LIST API_TOKENS': listed(CI_ROW, old)})
      const names = async (flags: string) =>
        resultOf<{name: string}[]>(await run(`deltastream token list --json ${flags}`)).map(({name}) => name)
      expect(await names('--sort -name')).to.deep.equal(['old', 'ci'])
      expect(await names('--sort created')).to.deep.equal(['old', 'ci'])
      expect(await names('--expiring-within 14d')).to.deep.equal(['old'])
      expect(await names('--not-rotated-for 30d')).to.deep.equal(['old'])
    })

    for (const [flags, words] of [
      ['--ended', 'cannot list tokens that have ended'],
      ['--short-token aaaaaaaa', 'cannot report the end of a token'],
    ]) {
      it(`list refuses ${flags}, which DeltaStream does not report`, async () => {
        await open()
        const {exitCode, stderr} = await run(`deltastream token list ${flags}`)
        expect(exitCode).to.equal(2)
        expect(stderr).to.contain(words)
      })
    }

    it('an empty list is success, and says where it looked', async () => {
      await open({'LIST API_TOKENS': listed()})
      const {exitCode, stderr} = await run('deltastream token list')
      expect(exitCode).to.equal(0)
      expect(stderr).to.contain('No API token in DeltaStream (127.0.0.1:')
    })

    it('get shows what is reported, and no id', async () => {
      await open()
      const made = await run('deltastream token get ci --json')
      expect(resultOf(made)).to.deep.equal({name: 'ci', lastUsedAt: null, ...TIMES})
    })
  })

  describe('the credential', () => {
    const authorization = () => server?.requests.map(({headers}) => headers.authorization)

    for (const flag of ['-a', '--token']) {
      it(`${flag} takes the token itself, with one warning that names the variable`, async () => {
        await open()
        const other = deltaStreamToken('other')
        const {exitCode, stderr} = await run(['deltastream', 'token', 'list', flag, other])
        expect(exitCode, stderr).to.equal(0)
        expect(stderr.match(/Warning/g)).to.have.length(1)
        expect(stderr).to.contain('set DS_TOKEN instead')
        expect(stderr).to.not.contain(other)
        expect(authorization()).to.deep.equal([`Bearer ${other}`])
      })
    }

    it('-a - reads standard input, without a warning', async () => {
      await open()
      const other = deltaStreamToken('other')
      const {exitCode, stderr} = await run('deltastream token list -a -', {stdin: `${other}\n`})
      expect({exitCode, stderr}).to.deep.equal({exitCode: 0, stderr: ''})
      expect(authorization()).to.deep.equal([`Bearer ${other}`])
    })

    it('-a does not take the name of a variable', async () => {
      const {requests} = await open()
      const {exitCode, stderr} = await run('deltastream token list -a DS_TOKEN')
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('DS_TOKEN is the name of a variable')
      expect(requests).to.deep.equal([])
    })

    it('a hint does not repeat the token of -a', async () => {
      await open({'LIST API_TOKENS': listed()})
      const other = deltaStreamToken('other')
      const {exitCode, stderr} = await run(['deltastream', 'token', 'get', 'ci', '-a', other])
      expect(exitCode).to.equal(6)
      expect(stderr).to.contain('tokenry deltastream token list --token TOKEN').and.to.not.contain(other)
    })

    it('DS_TOKEN comes before the other variables', async () => {
      await open()
      const {exitCode} = await run('deltastream token list', {env: {DELTASTREAM_TOKEN: deltaStreamToken('other')}})
      expect(exitCode).to.equal(0)
      expect(authorization()).to.deep.equal([`Bearer ${OWNER_TOKEN}`])
    })

    const wrong: [string, Record<string, string>, string][] = [
      ['an empty DS_TOKEN', {DS_TOKEN: ''}, 'DS_TOKEN is set but empty'],
      ['an empty DELTASTREAM_AUTH_TOKEN', {DELTASTREAM_AUTH_TOKEN: ' '}, 'DELTASTREAM_AUTH_TOKEN is set but empty'],
      ['DS_ENDPOINT without a token', {DS_ENDPOINT: 'https://api.deltastream.io/v2'}, 'DS_ENDPOINT is set without'],
      [
        'DS_ENDPOINT with /statements without a token',
        {DS_ENDPOINT: 'https://api.deltastream.io/v2/statements'},
        'DS_ENDPOINT is set without',
      ],
      ['DS_ENDPOINT elsewhere', {DS_TOKEN: OWNER_TOKEN, DS_ENDPOINT: 'https://example.com/v2'}, 'DS_ENDPOINT'],
    ]
    for (const [what, env, words] of wrong) {
      it(`is CONFIG for ${what}`, async () => {
        const {exitCode, stderr} = await runTokenry(['deltastream', 'token', 'list'], {home, env})
        expect(exitCode, stderr).to.equal(3)
        expect(stderr).to.contain(words)
      })
    }

    for (const status of [401, 403]) {
      it(`is UNAUTHENTICATED for a ${status}`, async () => {
        await open({'LIST API_TOKENS': answer(status, {message: 'invalid or expired token'})})
        expect((await run('deltastream token list')).exitCode).to.equal(4)
      })
    }
  })

  describe('a context of DeltaStream', () => {
    it('has its role and its places sent with each statement; the role is not that of new tokens', async () => {
      const {env, sent, requests} = await open()
      const add = ['context', 'add', 'prod', '--vendor', 'deltastream', '--api-url', `${env['DS_ENDPOINT']}`]
      const places = ['--role', 'orgadmin', '--organization', 'acme', '--database', 'db', '--schema', 'pub']
      const added = await runTokenry([...add, ...places, '--credential-env', 'PROD_TOKEN'], {home})
      expect(added.exitCode, added.stderr).to.equal(0)
      const created = await runTokenry([...CREATE.split(' '), '--context', 'prod', '--json'], {
        home,
        env: {PROD_TOKEN: OWNER_TOKEN},
      })
      expect(created.exitCode, created.stdout).to.equal(0)
      expect(sent()).to.deep.equal([CREATED, LIST])
      const session = {role: 'orgadmin', organization: 'acme', database: 'db', schema: 'pub'}
      for (const {body} of requests) expect(JSON.parse(body)).to.deep.include(session)
    })

    it('shows the stderr of its credential command to a person only', async () => {
      const {env} = await open({'LIST API_TOKENS': listed(CI_ROW)})
      const add = ['context', 'add', 'ours', '--vendor', 'deltastream', '--api-url', `${env['DS_ENDPOINT']}`]
      await runTokenry([...add, '--credential-command', 'op read x'], {home})
      const shown: boolean[] = []
      const credentials: RunOptions['credentials'] = {
        async runCredentialCommand(_, {showStderr}) {
          shown.push(showStderr)
          return OWNER_TOKEN
        },
      }
      for (const [line, isShown] of [
        ['deltastream token list', true],
        ['deltastream token list --json', false],
        [`${CREATE} -c`, false],
      ] as const) {
        const done = await runTokenry(`${line} --context ours`.split(' '), {home, tty: true, credentials})
        expect(done, done.stderr).to.include({exitCode: 0})
        expect(shown.splice(0), line).to.deep.equal([isShown])
      }
    })
  })
})
