import {expect} from 'chai'
import {type Run, type RunOptions, resultOf, runTokenry} from '../../support/run-tokenry.ts'
import {
  deltaStreamToken,
  failedResult,
  OWNER_TOKEN,
  openScriptedDeltaStream,
  resultSet,
  type ScriptedDeltaStream,
  textColumn,
} from '../../support/scripted-deltastream.ts'
import {answer, DROP, type Step} from '../../support/scripted-server.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const sqlFailure = (sqlState: string): Step => answer(200, failedResult(sqlState))

describe('roles of DeltaStream, and whoami', () => {
  let server: ScriptedDeltaStream | undefined
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  async function open(steps: Record<string, Step> = {}): Promise<ScriptedDeltaStream> {
    server = await openScriptedDeltaStream(steps)
    return server
  }

  const run = (line: string | string[], options: Partial<RunOptions> = {}): Promise<Run> =>
    runTokenry(typeof line === 'string' ? line.split(' ') : line, {
      home: tempFolder(),
      waits: [],
      ...options,
      env: {...server?.env, ...options.env},
    })

  it('role list has the name first, and the role of the session', async () => {
    await open()
    expect((await run('ds role list')).stdout).to.equal(
      ['NAME\tCURRENT\tCREATED AT', 'public\tno\t2026-01-01T00:00:00Z', 'sysadmin\tyes\t2026-01-01T00:00:00Z', ''].join(
        '\n',
      ),
    )
  })

  it('role list reads the tick of older services, and leaves out times that are not reported', async () => {
    const columns = ['Name', 'Current'].map((name) => textColumn(name))
    await open({
      'LIST ROLES': answer(
        200,
        resultSet(columns, [
          ['a', '✓'],
          ['b', null],
        ]),
      ),
    })
    expect(resultOf(await run('ds role list --json'))).to.deep.equal([
      {name: 'a', current: true},
      {name: 'b', current: false},
    ])
  })

  it('role create quotes the name', async () => {
    const {sent} = await open()
    const made = await run(['deltastream', 'role', 'create', 'a"; DROP ROLE "b', '--json'])
    expect(resultOf(made)).to.deep.equal({name: 'a"; DROP ROLE "b'})
    expect(sent()).to.deep.equal(['CREATE ROLE "a""; DROP ROLE ""b";'])
  })

  for (const verb of ['create', 'drop']) {
    for (const [name, words] of [
      ['x'.repeat(256), '1 to 255 characters'],
      ['a\nb', 'control characters'],
      ['', 'is empty'],
    ] as const) {
      it(`role ${verb} refuses the name ${JSON.stringify(name.slice(0, 5))} before any request`, async () => {
        const {requests} = await open()
        const {exitCode, stderr} = await run(['ds', 'role', verb, name, ...(verb === 'drop' ? ['-f'] : [])])
        expect(exitCode).to.equal(2)
        expect(stderr).to.contain(words)
        expect(requests).to.deep.equal([])
      })
    }
  }

  it('role create is CONFLICT for a name that exists, and sends nothing twice', async () => {
    const {sent} = await open({'CREATE ROLE': sqlFailure('42P011')})
    const {exitCode, stderr} = await run('ds role create ops')
    expect(exitCode).to.equal(7)
    expect(stderr).to.contain('A role named ops already exists in DeltaStream').and.to.contain('deltastream role list')
    expect(sent()).to.have.length(1)
  })

  it('role create is not sent again if its answer is lost', async () => {
    const {sent} = await open({'CREATE ROLE': DROP})
    expect((await run('ds role create ops')).exitCode).to.equal(8)
    expect(sent()).to.deep.equal(['CREATE ROLE "ops";'])
  })

  it('role drop needs a confirmation before anything is sent', async () => {
    const {requests} = await open()
    const {exitCode, stderr} = await run('ds role drop ops')
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('--force')
    expect(requests).to.deep.equal([])
  })

  it('role drop offers the roles at a terminal', async () => {
    const {sent} = await open()
    const answers = [
      {to: 'Which role', answer: 'public'},
      {to: 'Drop the role public?', answer: true},
    ]
    expect((await run('ds role drop', {tty: true, answers})).exitCode).to.equal(0)
    expect(sent()).to.deep.equal(['LIST ROLES;', 'DROP ROLE "public";'])
  })

  it('role drop is NOT_FOUND with where it looked, and success with --ignore-not-found', async () => {
    await open({'DROP ROLE': sqlFailure('3D001')})
    const {exitCode, stderr} = await run('ds role drop ops -f')
    expect(exitCode).to.equal(6)
    expect(stderr).to.contain('No role ops in DeltaStream').and.to.contain('tokenry deltastream role list')
    const ignored = await run('ds role drop ops -f --ignore-not-found --json')
    expect(ignored.exitCode).to.equal(0)
    expect(resultOf(ignored)).to.include({gone: true, wanted: 'ops'})
  })

  it('role drop with --ignore-not-found still fails if it is the organization that does not exist', async () => {
    await open({'DROP ROLE': sqlFailure('3D004')})
    expect((await run('ds role drop ops -f --ignore-not-found')).exitCode).to.equal(6)
  })

  it('role drop is CONFLICT for a role that a token has', async () => {
    await open({'DROP ROLE': sqlFailure('2BP01')})
    const {exitCode, stderr} = await run('ds role drop ops -f')
    expect(exitCode).to.equal(7)
    expect(stderr).to.contain('The role ops is in use').and.to.contain('tokenry deltastream token list')
  })

  it('whoami shows what the token says of itself, and sends nothing', async () => {
    const {requests, env} = await open()
    const token = deltaStreamToken('ann', {iss: 'https://issuer', iat: 1_700_000_000, exp: 4_000_000_000, x: 'hidden'})
    const made = await run('ds whoami --json', {env: {DS_TOKEN: token}})
    expect(resultOf(made)).to.deep.equal({
      context: null,
      url: `${env['DS_ENDPOINT']}`.replace('/statements', ''),
      credential: 'DS_TOKEN',
      session: {},
      claims: {
        issuer: 'https://issuer',
        subject: 'ann',
        issuedAt: '2023-11-14T22:13:20Z',
        expiresAt: '2096-10-02T07:06:40Z',
      },
    })
    expect(requests).to.deep.equal([])
  })

  it('whoami --check asks for the version, with the token', async () => {
    const {requests, sent} = await open()
    const {exitCode, stdout} = await run('ds whoami --check')
    expect(exitCode).to.equal(0)
    expect(stdout).to.contain('API version  2.1.0')
    expect(sent()).to.deep.equal(['GET /v2/version'])
    expect(requests[0]?.headers.authorization).to.equal(`Bearer ${OWNER_TOKEN}`)
  })

  it('whoami --check is UNAUTHENTICATED for a token that the service refuses', async () => {
    await open({'GET /v2/version': answer(403, {message: 'invalid or expired token'})})
    expect((await run('ds whoami --check')).exitCode).to.equal(4)
  })
})
