import {expect} from 'chai'
import {type Run, type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {
  motherDuckToken,
  notFound,
  openScriptedMotherDuck,
  type ScriptedMotherDuck,
} from '../support/scripted-motherduck.ts'
import {answer, answerText, DROP, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('users and ducklings of MotherDuck', () => {
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

  it('list shows id and name first', async () => {
    const {sent} = await open()
    const {stdout} = await run('md user list')
    expect(stdout.split('\n').map((line) => line.split('\t').slice(0, 3).join(' '))).to.deep.equal([
      'ID NAME KIND',
      'id-of-admin admin person',
      'id-of-etl etl service account',
      '',
    ])
    expect(sent()).to.deep.equal(['GET /v1/users?limit=1000'])
  })

  it('list asks for one kind', async () => {
    const {sent} = await open()
    await run('motherduck user list --kind service-account')
    expect(sent()).to.deep.equal(['GET /v1/users?is_service_account=true&limit=1000'])
  })

  it('list asks for the users who have lost their access', async () => {
    const {sent} = await open()
    await run('motherduck user list --deprovisioned')
    await run('motherduck user list --deprovisioned --kind person')
    expect(sent()).to.deep.equal([
      'GET /v1/users?is_deprovisioned=true&limit=1000',
      'GET /v1/users?is_deprovisioned=true&is_service_account=false&limit=1000',
    ])
  })

  it('create makes a service account', async () => {
    const {sent} = await open()
    expect(resultOf(await run('motherduck user create etl --json'))).to.deep.equal({username: 'etl'})
    expect(sent()).to.deep.equal(['POST /v1/users {"username":"etl"}'])
  })

  for (const name of ['ab', '1etl', 'e-t-l', 'e/t', 'x'.repeat(256)]) {
    it(`create refuses the name ${name.slice(0, 10)} before any request`, async () => {
      const {requests} = await open()
      expect((await run(`motherduck user create ${name}`)).exitCode).to.equal(2)
      expect(requests).to.deep.equal([])
    })
  }

  it('create without an answer is UNCERTAIN, and not sent again', async () => {
    const {requests} = await open({'POST /v1/users': DROP})
    expect((await run('motherduck user create etl')).exitCode).to.equal(12)
    expect(requests).to.have.lengthOf(1)
  })

  describe('delete', () => {
    it('needs --force and --confirm with the name in a script', async () => {
      const {requests} = await open()
      for (const flags of ['', ' --force', ' --confirm etl', ' --force --confirm ETL', ' --force --confirm other']) {
        const {exitCode} = await run(`motherduck user delete etl${flags}`)
        expect(exitCode, flags).to.equal(2)
      }
      expect(requests).to.deep.equal([])
    })

    it('deletes with --force and --confirm', async () => {
      const {sent} = await open()
      const deleted = await run('motherduck user delete etl --force --confirm etl --json')
      expect(resultOf(deleted)).to.deep.equal({username: 'etl', deletedAt: '2026-11-22T12:00:00Z'})
      expect(sent()).to.deep.equal(['DELETE /v1/users/etl'])
    })

    it('takes the typed name at a terminal, and no other', async () => {
      const {sent} = await open()
      const type = (answer: string) => [{to: 'Type the name of the user', answer}]
      expect((await run('md user delete etl', {tty: true, answers: type('y')})).exitCode).to.equal(130)
      expect(sent()).to.deep.equal([])
      expect((await run('md user delete etl', {tty: true, answers: type('etl')})).exitCode).to.equal(0)
      expect(sent()).to.deep.equal(['DELETE /v1/users/etl'])
    })

    it('of a user who is gone is exit code 6, and success with --ignore-not-found', async () => {
      await open({'DELETE /v1/users/etl': notFound()})
      const line = 'motherduck user delete etl --force --confirm etl'
      expect((await run(line)).exitCode).to.equal(6)
      expect(resultOf(await run(`${line} --ignore-not-found --json`))).to.include({gone: true, wanted: 'etl'})
    })

    it('with --ignore-not-found still fails if the path is not routed', async () => {
      await open({'DELETE /v1/users/etl': answerText(404, 'Not Found')})
      const {exitCode} = await run('motherduck user delete etl --force --confirm etl --ignore-not-found')
      expect(exitCode).to.equal(3)
    })
  })

  describe('duckling', () => {
    const READ = 'GET /v1/users/etl/instances'

    it('get shows the sizes', async () => {
      await open()
      expect(resultOf(await run('motherduck duckling get --user etl --json'))).to.deep.equal({
        username: 'etl',
        readWrite: {size: 'standard', cooldownSeconds: 60},
        readScaling: {size: 'pulse', cooldownSeconds: null, flockSize: 4},
      })
    })

    const changes: [string, string][] = [
      [
        '--read-write jumbo',
        '{"read_write":{"instance_size":"jumbo","cooldown_seconds":60},"read_scaling":{"instance_size":"pulse","flock_size":4}}',
      ],
      [
        '--read-write pulse',
        '{"read_write":{"instance_size":"pulse"},"read_scaling":{"instance_size":"pulse","flock_size":4}}',
      ],
      [
        '--read-scaling standard --read-scaling-cooldown 300 --flock-size 0',
        '{"read_write":{"instance_size":"standard","cooldown_seconds":60},"read_scaling":{"instance_size":"standard","cooldown_seconds":300,"flock_size":0}}',
      ],
    ]
    for (const [flags, config] of changes) {
      it(`set ${flags} reads, merges and writes everything`, async () => {
        const {sent} = await open()
        expect((await run(`motherduck duckling set --user etl ${flags}`)).exitCode).to.equal(0)
        expect(sent()).to.deep.equal([READ, `PUT /v1/users/etl/instances {"config":${config}}`])
      })
    }

    it('set shows the change', async () => {
      await open()
      const {changes: made} = resultOf<{changes: object[]}>(
        await run('motherduck duckling set --user etl --read-write jumbo --json'),
      )
      expect(made).to.deep.equal([{field: 'readWrite.size', before: 'standard', after: 'jumbo'}])
    })

    for (const flags of ['--read-write standard', '--read-write jumbo --dry-run']) {
      it(`set ${flags} writes nothing`, async () => {
        const {sent} = await open()
        expect((await run(`motherduck duckling set --user etl ${flags}`)).exitCode).to.equal(0)
        expect(sent()).to.deep.equal([READ])
      })
    }

    for (const flags of ['', '--read-write tiny', '--flock-size 65', '--flock-size 2.5', '--read-write-cooldown 59']) {
      it(`set refuses ${flags || 'nothing to change'} before any request`, async () => {
        const {requests} = await open()
        expect((await run(`motherduck duckling set --user etl ${flags}`.trim())).exitCode).to.equal(2)
        expect(requests).to.deep.equal([])
      })
    }

    it('set refuses a cooldown for a pulse before it writes', async () => {
      const {sent} = await open()
      expect((await run('motherduck duckling set --user etl --read-scaling-cooldown 60')).exitCode).to.equal(2)
      expect(sent()).to.deep.equal([READ])
    })

    it('set without an answer is exit code 8, because it may be repeated', async () => {
      await open({'PUT /v1/users/etl/instances': DROP})
      expect((await run('motherduck duckling set --user etl --read-write jumbo')).exitCode).to.equal(8)
    })
  })

  it('account list shows the running ducklings', async () => {
    await open()
    expect((await run('motherduck account list')).stdout).to.equal(
      'ID\tNAME\tTYPE\tSTATUS\nrw\tetl\tread_write\tactive\n',
    )
  })

  it('account list of a member names what is missing', async () => {
    await open({'GET /v1/active_accounts': answer(403, {code: 'FORBIDDEN', message: 'Unauthorized', issues: []})})
    expect((await run('motherduck account list')).exitCode).to.equal(5)
  })

  describe('whoami', () => {
    it('shows what the token says of itself, and sends nothing', async () => {
      const {requests} = await open()
      const token = motherDuckToken('ann', {tokenType: 'read_write', iat: 1_795_348_800, exp: 1_795_435_200})
      const {stdout} = await run('motherduck whoami --json', {env: {MOTHERDUCK_TOKEN: token}})
      expect(JSON.parse(stdout).result).to.deep.include({
        context: null,
        credential: 'MOTHERDUCK_TOKEN',
        username: null,
        claims: {
          email: 'ann@example.com',
          userId: 'id-of-ann',
          tokenType: 'read_write',
          issuedAt: '2026-11-22T12:00:00Z',
          expiresAt: '2026-11-23T12:00:00Z',
        },
        notReported: ['username', 'role', 'whether the token was revoked'],
      })
      expect(stdout).to.not.contain('pat-of-ann')
      expect(requests).to.deep.equal([])
    })

    for (const exp of [1e300, 253_402_300_800, -1, '1795435200', null]) {
      it(`leaves out times that are none: ${JSON.stringify(exp)}`, async () => {
        await open()
        const token = motherDuckToken('ann', {iat: exp, exp})
        const {stdout} = await run('motherduck whoami --json', {env: {MOTHERDUCK_TOKEN: token}})
        expect(JSON.parse(stdout).result.claims).to.deep.equal({
          email: 'ann@example.com',
          userId: 'id-of-ann',
          expiresAt: null,
        })
      })
    }
  })

  describe('on the embedded service', () => {
    async function create(user: string, more = ''): Promise<string> {
      return String(resultOf(await run(`motherduck token create --user ${user} -n ci -e 1h --json${more}`))['token'])
    }

    it('a token acts as its user', async () => {
      await run('motherduck user create etl')
      const token = await create('etl')
      const options = {env: {MD: token}}
      expect((await run('motherduck whoami --token MD', options)).stdout).to.contain('etl')
      expect((await run('motherduck token list --token MD', options)).stdout).to.contain('ci')
      expect((await run('motherduck token list --token MD --user admin', options)).exitCode).to.equal(5)
      expect((await run('motherduck user create other --token MD', options)).exitCode).to.equal(5)
    })

    it('an Admin has tokens for itself and for service accounts, and none for another person', async () => {
      await run('service user create bob@example.com --vendor motherduck')
      await run('motherduck user create etl')
      const options = {env: {MD: await create('admin')}}
      const line = (user: string) => `motherduck token create --user ${user} -n x -e 1h --token MD`
      expect((await run(line('admin'), options)).exitCode).to.equal(0)
      expect((await run(line('etl'), options)).exitCode).to.equal(0)
      const {exitCode, stdout, stderr} = await run(line('bob'), options)
      expect({exitCode, stdout}).to.deep.equal({exitCode: 5, stdout: ''})
      expect(stderr).to.contain('service accounts, not those of other members')
      expect((await run('motherduck token list --user bob')).stdout).to.not.contain('read_write')
    })

    it('a token that is not valid there is exit code 4', async () => {
      const {exitCode, stderr} = await run('motherduck token list --token MD', {env: {MD: motherDuckToken('x')}})
      expect(exitCode).to.equal(4)
      expect(stderr).to.contain('embedded service')
    })

    it('rotate with --grace keeps the id and the old secret', async () => {
      const old = await create('admin')
      const rotated = resultOf(await run('motherduck token rotate ci --user admin --grace 24h --force --json'))
      expect(rotated['previousId']).to.equal(rotated['id'])
      expect(rotated['graceUntil']).to.equal('2026-11-22T13:00:00Z')
      for (const secret of [old, String(rotated['token'])]) {
        expect((await run('token verify', {stdin: secret})).exitCode).to.equal(0)
      }
    })

    it('rotate leaves both tokens valid until the old one is deleted', async () => {
      const old = await create('admin')
      const {token, previousId} = resultOf(await run('motherduck token rotate ci --user admin --json'))
      for (const secret of [old, String(token)]) {
        expect((await run('token verify', {stdin: secret})).exitCode).to.equal(0)
      }
      await run(`motherduck token delete ${previousId} --user admin --force`)
      expect((await run('token verify', {stdin: old})).exitCode).to.equal(10)
    })

    it('delete of the token that is signed in needs --self', async () => {
      const token = await create('admin')
      const options = {env: {MD: token}}
      expect((await run('motherduck token delete ci --token MD --force', options)).exitCode).to.equal(2)
      expect((await run('motherduck token delete ci --token MD --force --self', options)).exitCode).to.equal(0)
    })

    it('create --unique-name refuses a name that is taken', async () => {
      await create('admin')
      const {exitCode} = await run('motherduck token create --user admin -n ci -e 1h --unique-name')
      expect(exitCode).to.equal(7)
    })

    it('list --ended shows deleted tokens', async () => {
      await create('admin')
      await run('motherduck token delete ci --user admin --force')
      const [ended] = resultOf<{name: string; endedAt: string}[]>(
        await run('motherduck token list --user admin --ended --json'),
      )
      expect(ended).to.include({name: 'ci', endedAt: '2026-11-22T12:00:00Z'})
    })
  })
})
