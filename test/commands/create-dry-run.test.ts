import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, callsOf, openAstroHome} from '../support/astro-home.ts'
import {type Run, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {openScriptedAstro, page, refuse, type ScriptedAstro, TOKEN} from '../support/scripted-astro.ts'
import {openScriptedDeltaStream, type ScriptedDeltaStream} from '../support/scripted-deltastream.ts'
import {notFound, openScriptedMotherDuck, type ScriptedMotherDuck} from '../support/scripted-motherduck.ts'
import {answer} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

const fields = (values: Record<string, string>) =>
  Object.entries(values).map(([field, after]) => ({field, before: null, after}))

const IN_30_DAYS = {lifetime: '30 days', expiresAt: '2026-12-22T12:00:00Z'}
const AN_HOUR = {lifetime: '3600 seconds', expiresAt: '2026-11-22T13:00:00Z'}

const MOTHERDUCK = 'motherduck token create --user etl --name new'
const DELTASTREAM = 'deltastream token create new --role sysadmin'

describe('create --dry-run in the embedded service', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  /** Return the plan. Check that nothing was written. */
  async function plan(line: string, flags = ''): Promise<object> {
    const before = astro.snapshot()
    const planned = await astro.json<object>(`${line} --dry-run${flags}`)
    expect(astro.snapshot(), line).to.equal(before)
    return planned
  }

  for (const scope of ['deployment', 'workspace', 'organization'] as const) {
    it(`shows what a new token of one ${scope} would be, and writes neither a token nor an audit row`, async () => {
      const role = `${scope.toUpperCase()}_${scope === 'deployment' ? 'ADMIN' : 'OWNER'}`
      expect(await plan(`${scope} token create -n new -r ${role} -d text -e 30`)).to.deep.equal({
        dryRun: true,
        action: 'create',
        name: 'new',
        scope: scope.toUpperCase(),
        entityId: astro[`${scope}Id`],
        entityName: 'default',
        changes: fields({role, kind: 'STANDARD', description: 'text', ...IN_30_DAYS}),
      })
    })
  }

  it('calls no method that writes', async () => {
    const run = await astro.run('workspace token create -n new -r WORKSPACE_OWNER -e 1 --dry-run --debug')
    expect(callsOf(run).filter((call) => /^(create|update|rotate|delete|begin)/.test(call))).to.deep.equal([])
    expect(callsOf(run).at(-1)).to.match(/^listLiveTokens/)
  })

  it('shows an agent token without a role or a kind', async () => {
    const planned = await plan('deployment token create --agent -n remote -e 30')
    expect(planned).to.deep.include({scope: 'DEPLOYMENT', changes: fields(IN_30_DAYS)})
  })

  it('prints the plan as text, alone on stdout', async () => {
    const line = 'workspace token create -n new -r WORKSPACE_OWNER -k DIRECT_ACCESS -e 30 --dry-run'
    expect(await astro.run(line.replace('-k', '--kind'))).to.include({
      exitCode: 0,
      stderr: '',
      stdout: [
        `Would create new in workspace default (${astro.workspaceId}); nothing was created`,
        '  role      WORKSPACE_OWNER',
        '  kind      DIRECT_ACCESS',
        '  lifetime  30 days',
        '  expires   2026-12-22T12:00:00Z',
        '',
      ].join('\n'),
    })
  })

  it('says that a token would never expire, with the warning of create', async () => {
    const before = astro.snapshot()
    for (const line of ['workspace token create -n new -r WORKSPACE_OWNER', 'deployment token create --agent -n new']) {
      const {stdout, stderr, exitCode} = await astro.run(`${line} --dry-run`)
      expect(exitCode).to.equal(0)
      expect(stdout)
        .to.match(/lifetime +never\n/)
        .and.to.not.contain('expires')
      expect(stderr).to.contain('The token never expires; give --expiration')
    }
    expect(astro.snapshot()).to.equal(before)
  })

  it('warns of a date that is rounded down to whole days', async () => {
    for (const line of ['workspace token create -n new -r WORKSPACE_OWNER', DELTASTREAM]) {
      const run = await astro.run(`${line} -e 2026-12-01 --dry-run`)
      expect(run.stderr, line).to.contain('ends at 2026-12-01T12:00:00Z: 2026-12-01 is rounded down to whole days')
    }
  })

  it('asks for what is missing at a terminal', async () => {
    const before = astro.snapshot()
    const answers = [
      {to: 'Name', answer: 'asked'},
      {to: 'Role', answer: 'WORKSPACE_MEMBER'},
      {to: 'Expires', answer: '30'},
    ]
    const run = await astro.run('workspace token create --dry-run', {tty: true, answers})
    expect(run.exitCode).to.equal(0)
    expect(run.stdout).to.contain('Would create asked').and.to.contain('WORKSPACE_MEMBER').and.to.contain('30 days')
    expect(astro.snapshot()).to.equal(before)
  })

  it('shows what MotherDuck and DeltaStream would get', async () => {
    await astro.json('motherduck user create etl')
    expect(await plan(`${MOTHERDUCK} --type read_scaling -d text -e 1h`)).to.deep.equal({
      dryRun: true,
      action: 'create',
      name: 'new',
      username: 'etl',
      changes: fields({type: 'read_scaling', description: 'text', ...AN_HOUR}),
    })
    const text = await astro.run(`${MOTHERDUCK} -e 1h --dry-run`)
    expect(text.stdout).to.contain('Would create new for the user etl; nothing was created\n  type      read_write\n')
    expect(await plan(`${DELTASTREAM} -e 30d`)).to.deep.equal({
      dryRun: true,
      action: 'create',
      name: 'new',
      where: 'the context embedded',
      changes: fields({role: 'sysadmin', ...IN_30_DAYS}),
    })
    const sql = await astro.run(`${DELTASTREAM} -e 30d --dry-run`)
    expect(sql.stdout).to.contain(
      'Would create new in the context embedded; nothing was created\n  role      sysadmin\n',
    )
  })

  it('refuses what create refuses, in the same words', async () => {
    await astro.make('workspace', 'taken')
    await astro.json('deployment token create --agent -n taken -e 1')
    await astro.json('motherduck user create etl')
    await astro.json(`${MOTHERDUCK} -e 1h`)
    await astro.json(`${DELTASTREAM} -e 1d`)
    const existing = join(astro.home, 'data', 'tokenry.db')
    const workspace = 'workspace token create -r WORKSPACE_OWNER -e 1'
    for (const [line, exitCode, word] of [
      [`${workspace} -n taken --unique-name`, 7, 'already exists'],
      [`${workspace} -n ${'x'.repeat(257)}`, 2, 'name'],
      [`${workspace} -n new --output ${existing}`, 7, 'exists'],
      [`${workspace} -n new --output ${astro.home}/none/new.txt`, 3, 'ENOENT'],
      [`${workspace} -n new --output ${existing}/new.txt`, 3, 'ENOTDIR'],
      [`${workspace} -n new --workspace-id none`, 6, 'none'],
      ['workspace token create -n new -r BAD -e 1', 2, 'BAD is not a role'],
      ['workspace token create -n new -r WORKSPACE_OWNER -e 0', 2, '--expiration'],
      ['workspace token create -r WORKSPACE_OWNER', 2, '--name'],
      ['deployment token create --agent -n taken -e 1 --unique-name', 7, 'already exists'],
      [`deployment token create --agent -n new -e 1 --output ${astro.home}/none/new.txt`, 3, 'ENOENT'],
      [`workspace token rotate taken -f --output ${astro.home}/none/new.txt`, 3, 'ENOENT'],
      ['deployment token create --agent -n new -r DEPLOYMENT_ADMIN', 2, 'An agent token has no role'],
      [`${MOTHERDUCK} -e 1h --unique-name`, 7, 'already exists'],
      ['motherduck token create --user none --name new -e 1h', 6, 'No user none'],
      [`${MOTHERDUCK} --output ${astro.home}/none/new.txt`, 3, 'ENOENT'],
      [`${MOTHERDUCK} --ttl 299`, 2, '300 is the least'],
      [`${DELTASTREAM} -e 1d`, 7, 'already exists'],
      [`deltastream token create other --role sysadmin --output ${astro.home}/none/new.txt`, 3, 'ENOENT'],
      ['deltastream token create other --role none', 6, 'No role none'],
      [`${DELTASTREAM} -e never`, 2, 'never'],
    ] as const) {
      const dry = await astro.refused(`${line} --dry-run`, {exitCode, words: [word]})
      const real = await astro.refused(line, {exitCode})
      expect(normalise(dry), line).to.equal(normalise(real))
    }
  })

  it('excludes --clean-output, and creates no file for --output', async () => {
    await astro.json('motherduck user create etl')
    for (const line of [
      'organization token create -n new -r ORGANIZATION_OWNER -e 1',
      'deployment token create --agent -n new -e 1',
      `${MOTHERDUCK} -e 1h`,
      DELTASTREAM,
    ]) {
      const words = ['--dry-run and --clean-output exclude each other']
      await astro.refused(`${line} --dry-run -c`, {exitCode: 2, words})
      const file = join(astro.home, 'new.txt')
      const before = astro.snapshot()
      expect(await astro.run(`${line} --dry-run --output ${file}`), line).to.include({exitCode: 0})
      expect(existsSync(file), line).to.equal(false)
      expect(astro.snapshot(), line).to.equal(before)
    }
  })
})

/** Without the article, which the service does not vary. */
function normalise({stderr}: Run): string {
  return stderr.replace(/\b(An?) /g, '').replace(/(API|agent|access) token/g, 'token')
}

describe('create --dry-run over HTTP', () => {
  let server: ScriptedAstro | ScriptedMotherDuck | ScriptedDeltaStream | undefined
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  const run = (line: string) => runTokenry(line.split(' '), {home: tempFolder(), waits: [], env: {...server?.env}})

  const CREATE = 'deployment token create -n new -r DEPLOYMENT_ADMIN -e 30'

  async function openAstro(steps: Parameters<typeof openScriptedAstro>[0] = {}): Promise<ScriptedAstro> {
    const opened = await openScriptedAstro(steps)
    server = opened
    return opened
  }

  it('sends Astro only requests that read', async () => {
    const {requests} = await openAstro()
    for (const line of [CREATE, 'deployment token create --agent -n new -e 30']) {
      expect(resultOf(await run(`${line} --dry-run --json`)), line).to.include({entityId: 'cdep', action: 'create'})
    }
    expect(new Set(requests.map(({method}) => method))).to.deep.equal(new Set(['GET']))
    expect(requests.map(({path}) => path.split('/').at(-1)?.split('?')[0])).to.include.members([
      'tokens',
      'agent-tokens',
    ])
  })

  it('finds a taken name and an unknown role at Astro', async () => {
    const {requests} = await openAstro({list: page('tokens', [{...TOKEN, name: 'new'}])})
    const taken = await run(`${CREATE} --unique-name --dry-run`)
    expect(taken).to.include({exitCode: 7, stdout: ''})
    expect(taken.stderr).to.contain('An API token named new already exists: ctok')
    const role = await run(`${CREATE.replace('DEPLOYMENT_ADMIN', 'ADMIN')} --dry-run`)
    expect(role).to.include({exitCode: 2, stdout: ''})
    expect(role.stderr).to.contain('--role ADMIN is not a role')
    expect(requests.filter(({method}) => method !== 'GET')).to.deep.equal([])
  })

  it('accepts the name of a token that only has a role in the deployment', async () => {
    await openAstro({list: page('tokens', [{...TOKEN, name: 'new', scope: 'WORKSPACE'}])})
    expect((await run(`${CREATE} --unique-name --dry-run`)).exitCode).to.equal(0)
  })

  it('fails as the list does', async () => {
    await openAstro({list: refuse(403)})
    expect((await run(`${CREATE} --dry-run`)).exitCode).to.equal(5)
  })

  it('sends MotherDuck only the request for the tokens of the user', async () => {
    const opened = await openScriptedMotherDuck()
    server = opened
    expect(resultOf(await run(`${MOTHERDUCK} -e 1h --dry-run --json`))).to.deep.include({
      username: 'etl',
      changes: fields({type: 'read_write', ...AN_HOUR}),
    })
    const taken = await run('motherduck token create --user etl --name ci -e 1h --unique-name --dry-run')
    expect(taken.exitCode).to.equal(7)
    expect(taken.stderr).to.contain('A token named ci already exists')
    expect(opened.sent()).to.deep.equal(['GET /v1/users/etl/tokens', 'GET /v1/users/etl/tokens'])
  })

  it('is NOT_FOUND for a user that MotherDuck does not have', async () => {
    server = await openScriptedMotherDuck({'GET /v1/users/etl/tokens': notFound()})
    const {exitCode, stderr} = await run(`${MOTHERDUCK} -e 1h --dry-run`)
    expect(exitCode).to.equal(6)
    expect(stderr).to.contain('No user etl')
  })

  it('sends DeltaStream only LIST', async () => {
    const opened = await openScriptedDeltaStream()
    server = opened
    const planned = resultOf<{where: string}>(await run(`${DELTASTREAM} --dry-run --json`))
    expect(planned.where).to.match(/^DeltaStream \(127\.0\.0\.1:\d+\)$/)
    expect(planned).to.deep.include({
      changes: fields({role: 'sysadmin', lifetime: '90 days', expiresAt: '2027-02-20T12:00:00Z'}),
    })
    const taken = await run('deltastream token create ci --role sysadmin --dry-run')
    expect(taken.exitCode).to.equal(7)
    expect(taken.stderr).to.contain('An API token named ci already exists').and.to.contain('token renew ci --force')
    const role = await run('deltastream token create new --role SYSADMIN --dry-run')
    expect(role.exitCode).to.equal(6)
    expect(role.stderr).to.contain('No role SYSADMIN')
    expect(new Set(opened.sent())).to.deep.equal(new Set(['LIST ROLES;', 'LIST API_TOKENS;']))
  })
})

describe('rotate of a token that never expires', () => {
  const WARNING = 'never expires, as before'

  it('warns of that, also with --clean-output, on Astro', async () => {
    const astro = await openAstroHome()
    await astro.run('workspace token create -n endless -r WORKSPACE_OWNER -e never -c')
    await astro.make('workspace', 'ending')
    const rotate = 'workspace token rotate -f -t'
    expect((await astro.run(`${rotate} endless -c`)).stderr).to.contain(WARNING)
    expect((await astro.run(`${rotate} endless`)).stderr).to.contain(WARNING)
    expect((await astro.run(`${rotate} ending -c`)).stderr).to.equal('')
    const opened = await openScriptedAstro({get: answer(200, withoutEnd(TOKEN))})
    try {
      expect((await opened.run('deployment token rotate ctok -f -c')).stderr).to.contain(WARNING)
    } finally {
      await opened.close()
    }
  })

  it('warns of that, also with --clean-output, on MotherDuck, unless never was typed', async () => {
    const astro = await openAstroHome()
    await astro.json('motherduck user create etl')
    await astro.run(`${MOTHERDUCK} -e never -c`)
    const rotate = 'motherduck token rotate --user etl -n new -f --revoke-old -c'
    expect((await astro.run(rotate)).stderr).to.contain(`${WARNING}; give --expiration`)
    expect((await astro.run(`${rotate} -e never`)).stderr).to.equal('')
    const graced = await astro.run('motherduck token rotate --user etl -n new -f --grace 1h -c')
    expect(graced.stderr).to.contain(WARNING)
    expect((await astro.run(`${rotate} -e 1h`)).stderr).to.equal('')
  })
})

function withoutEnd<Token extends {endAt?: unknown; expiryPeriodInDays?: unknown}>(token: Token) {
  const {endAt: _end, expiryPeriodInDays: _days, ...rest} = token
  return rest
}
