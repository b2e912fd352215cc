import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'
import {type Run, resultOf} from '../support/run-tokenry.ts'
import {openScriptedAstro, page, type Route, refuse, TOKEN} from '../support/scripted-astro.ts'
import type {Step} from '../support/scripted-server.ts'

interface Listed {
  id: string
  name: string
}

describe('a place that is named by its name', () => {
  let at: AstroHome
  let other: Listed & {workspaceId: string; deploymentId: string}
  let data: Listed
  let far: Listed

  beforeEach(async () => {
    at = await openAstroHome()
    data = await at.json('service workspace create data')
    far = await at.json('service deployment create far --workspace-id data')
    other = await at.json('service organization create beta')
  })

  it('is found by every flag, and by every variable', async () => {
    const org = '--organization-id default'
    for (const [line, env] of [
      [`deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1 ${org} --deployment-id far`, {}],
      [`deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1 ${org} --workspace-id data`, {}],
      [`deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1 ${org} --workspace-id data --deployment-id far`, {}],
      [
        'deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1',
        {TOKENRY_ORGANIZATION_ID: 'default', TOKENRY_DEPLOYMENT_ID: 'far'},
      ],
      [
        'deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1',
        {TOKENRY_ORGANIZATION_ID: 'default', TOKENRY_WORKSPACE_ID: 'data'},
      ],
    ] as const) {
      expect(await at.json(line, {env}), line).to.include({entityId: far.id})
    }
    const ofWorkspace = 'workspace token create -n ci -r WORKSPACE_OWNER -e 1'
    expect(await at.json(`${ofWorkspace} ${org} --workspace-id data`)).to.include({entityId: data.id})
    const env = {TOKENRY_ORGANIZATION_ID: 'default', TOKENRY_WORKSPACE_ID: 'data'}
    expect(await at.json(ofWorkspace, {env})).to.include({entityId: data.id})
    const ofOrganization = 'organization token create -n ci -r ORGANIZATION_OWNER -e 1 --organization-id beta'
    expect(await at.json(ofOrganization)).to.include({entityId: other.id})
  })

  it('is found by every list, and by the commands of the service', async () => {
    const ids = async (line: string, env = {}) => (await at.json<Listed[]>(line, {env})).map(({id}) => id)
    expect(await ids('deployment list --organization-id default --workspace-id data')).to.deep.equal([far.id])
    expect(await ids('deployment list --organization-id beta')).to.deep.equal([other.deploymentId])
    expect(await ids('workspace list', {TOKENRY_ORGANIZATION_ID: 'beta'})).to.deep.equal([other.workspaceId])
    expect(await at.json<Listed[]>('role list --organization-id beta')).to.not.deep.equal([])
    expect(await ids('service workspace list --organization-id beta')).to.deep.equal([other.workspaceId])
    const made = await at.json('service deployment create more --organization-id default --workspace-id data')
    expect(made).to.include({workspaceId: data.id})
    const env = {TOKENRY_ORGANIZATION_ID: 'default', TOKENRY_WORKSPACE_ID: 'data'}
    expect(await at.json('service deployment create most', {env})).to.include({workspaceId: data.id})
    await at.make('organization', 'ops', '--organization-id beta')
    await at.make('organization', 'here', '--organization-id default')
    const listed = await at.json<Listed[]>('token list', {env: {TOKENRY_ORGANIZATION_ID: 'beta'}})
    expect(listed.map(({name}) => name).filter((name) => ['ops', 'here'].includes(name))).to.deep.equal(['ops'])
  })

  it('is found by the places of a context, by its commands and by token list', async () => {
    const places = '--organization-id default --workspace-id data --deployment-id far'
    await at.json(`context add named --vendor embedded ${places}`)
    const context = '--context named'
    expect(await at.json(`deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1 ${context}`)).to.include({
      entityId: far.id,
    })
    expect(await at.json(`workspace token create -n ci -r WORKSPACE_OWNER -e 1 ${context}`)).to.include({
      entityId: data.id,
    })
    await at.make('organization', 'elsewhere', '--organization-id beta')
    const names = (await at.json<Listed[]>(`token list ${context} --vendor astro`)).map(({name}) => name)
    expect(names).to.deep.equal(['ci', 'ci'])
  })

  it('gives way to an id', async () => {
    const here = '--organization-id default'
    const decoy = await at.json<Listed>(`service deployment create ${far.id} --workspace-id default ${here}`)
    expect(await at.json(`deployment token create -n a -r DEPLOYMENT_ADMIN -e 1 --deployment-id ${far.id} ${here}`))
      .to.include({entityId: far.id})
      .and.not.include({entityId: decoy.id})
    const named = await at.json<Listed>(`service workspace create ${data.id} ${here}`)
    expect(await at.json(`workspace token create -n a -r WORKSPACE_OWNER -e 1 --workspace-id ${data.id} ${here}`))
      .to.include({entityId: data.id})
      .and.not.include({entityId: named.id})
  })

  it('is the workspace that owns a token, in the commands for its roles elsewhere', async () => {
    const here = '--organization-id default'
    const {id} = await at.make('workspace', 'team', `--workspace-id data ${here}`)
    await at.make('workspace', 'team', `--workspace-id default ${here}`)
    const flags = `--deployment-id default --workspace-id data ${here}`
    const group = 'deployment token workspace-token'
    expect(await at.json(`${group} add team -r DEPLOYMENT_ADMIN ${flags}`)).to.include({id})
    expect(await at.json(`${group} update team -r DEPLOYMENT_ADMIN ${flags}`)).to.include({id})
    expect(await at.json(`${group} remove team ${flags}`)).to.include({id, role: null})
    await at.refused(`${group} remove team --deployment-id default --workspace-id nope ${here} --ignore-not-found`, {
      exitCode: 6,
      words: ['No workspace nope'],
    })
  })

  it('is NOT_FOUND, never gone, if nothing has the id or the name', async () => {
    const here = '--organization-id default'
    for (const line of [
      `deployment token delete ci -f --ignore-not-found ${here} --deployment-id nope`,
      `workspace token delete ci -f --ignore-not-found ${here} --workspace-id nope`,
      'organization token delete ci -f --ignore-not-found --organization-id nope',
      `deployment list ${here} --workspace-id nope`,
      `service deployment create x ${here} --workspace-id nope`,
      'service workspace create x --organization-id nope',
    ]) {
      await at.refused(line, {exitCode: 6, words: ['nope', ' list']})
    }
  })

  it('is listed if there are several and none is named, with the flag, the variable and the command', async () => {
    for (const [line, noun, words] of [
      ['organization token list', 'organization', ['default (', `beta (${other.id})`]],
      ['service workspace create x', 'organization', [`beta (${other.id})`]],
      ['deployment token list --organization-id default', 'deployment', ['default (', `far (${far.id})`]],
      ['workspace token list --organization-id default', 'workspace', ['default (', `data (${data.id})`]],
      ['service deployment create x --organization-id default', 'workspace', [`data (${data.id})`]],
    ] as const) {
      await at.refused(line, {
        exitCode: 2,
        words: [
          `There are 2 ${noun}s, and none is named`,
          ...words,
          `--${noun}-id`,
          `TOKENRY_${noun.toUpperCase()}_ID`,
          'tokenry context use',
        ],
      })
    }
  })

  it('is cut off in that list after 20, and says how many more there are', async () => {
    for (let index = 0; index < 20; index += 1) {
      await at.json(`service workspace create w${index} --organization-id default`)
    }
    const {stderr} = await at.refused('workspace token list --organization-id default', {exitCode: 2})
    expect(stderr).to.match(/There are 22 workspaces.*, and 2 more\n/)
  })
})

describe('a name over HTTP', () => {
  type Changes = Partial<Record<Route, Step | Step[]>>

  async function run(words: string, changes: Changes): Promise<Run & {calls: string[]}> {
    const astro = await openScriptedAstro(changes)
    try {
      return {...(await astro.run(words, {waits: []})), calls: astro.calls()}
    } finally {
      await astro.close()
    }
  }

  const TIME = '2026-11-22T12:00:00Z'
  const deployment = (id: string, name: string) => ({
    ...{id, name, organizationId: 'corg', workspaceId: 'cwsp', status: 'HEALTHY'},
    createdAt: TIME,
    updatedAt: TIME,
  })
  const workspace = (id: string, name: string) => ({id, name, createdAt: TIME, updatedAt: TIME})
  const noDeployment = page('deployments', [])

  it('costs no more requests for an id, and one more for a name', async () => {
    const byId = await run('deployment token get ctok --deployment-id cdep', {})
    expect(byId.calls).to.deep.equal(['organizations', 'deployments', 'get'])
    const byName = await run('deployment token get ci --deployment-id default', {
      deployments: [noDeployment, page('deployments', [deployment('cdep', 'default')])],
      get: refuse(404),
    })
    expect(byName).to.include({exitCode: 0})
    expect(byName.calls).to.deep.equal(['organizations', 'deployments', 'deployments', 'get', 'list'])
    const ofWorkspace = await run('workspace token list --workspace-id default', {
      workspaces: [page('workspaces', []), page('workspaces', [workspace('cwsp', 'default')])],
    })
    expect(ofWorkspace.calls.slice(0, 4)).to.deep.equal(['organizations', 'workspaces', 'workspaces', 'list'])
  })

  it('is found too if the vendor refuses it where it expects an id', async () => {
    const done = await run('deployment token get ci --deployment-id default --json', {
      deployments: [refuse(400), page('deployments', [deployment('cdep', 'default')])],
      get: refuse(400),
    })
    expect(done).to.include({exitCode: 0, stderr: ''})
    expect(resultOf(done)).to.include({id: 'ctok', entityId: 'cdep'})
  })

  it('is CONFLICT, with ids and creation of each, for a place whose name several have', async () => {
    const twice = page('deployments', [deployment('cone', 'prod'), deployment('ctwo', 'prod')])
    const done = await run('deployment token list --deployment-id prod --json', {deployments: [noDeployment, twice]})
    expect(done).to.include({exitCode: 7, stderr: ''})
    expect(done.stdout).to.contain('2 deployments are named prod')
    for (const id of ['cone', 'ctwo']) expect(done.stdout).to.contain(`${id} (created ${TIME})`)
    const workspaces = [
      page('workspaces', []),
      page('workspaces', [workspace('cone', 'prod'), workspace('ctwo', 'prod')]),
    ]
    const other = await run('workspace token list --workspace-id prod', {workspaces})
    expect(other).to.include({exitCode: 7, stdout: ''})
    const organizations = page(
      'organizations',
      ['cone', 'ctwo'].map((id) => ({...workspace(id, 'prod'), product: 'HOSTED'})),
    )
    for (const line of ['organization token list --organization-id prod', 'role list --organization-id prod']) {
      expect(await run(line, {organizations}), line).to.include({exitCode: 7, stdout: ''})
    }
  })

  it('is CONFLICT, with id, creation and last use of each, for a token whose name several have', async () => {
    const used = {...TOKEN, id: 'cone', lastUsedAt: '2026-11-20T00:00:00Z'}
    const list = page('tokens', [used, {...TOKEN, id: 'ctwo'}])
    for (const verb of ['get', 'delete -f', 'rotate -f', 'update -n x']) {
      const done = await run(`deployment token ${verb} ci --deployment-id cdep --json`, {get: refuse(404), list})
      expect(done, verb).to.include({exitCode: 7, stderr: ''})
      expect(done.stdout, verb).to.contain(
        `cone (created ${TIME}, last used 2026-11-20T00:00:00Z), ctwo (created ${TIME}`,
      )
      expect(done.calls, verb).to.deep.equal(['organizations', 'deployments', 'get', 'list'])
    }
  })

  it('is not gone if the list of tokens changed while it was read, or nothing was seen', async () => {
    const line = 'deployment token delete none -f --ignore-not-found --deployment-id cdep'
    const empty = page('tokens', [])
    expect(await run(line, {get: refuse(404), list: empty})).to.include({exitCode: 0})
    expect(await run(line, {get: refuse(400), list: empty})).to.include({exitCode: 0})
    const [first, end] = [page('tokens', [TOKEN], 2), page('tokens', [], 2)]
    const unstable = [first, end, first, end]
    expect(await run(line, {get: refuse(404), list: unstable})).to.include({exitCode: 6, stdout: ''})
    const unseen = await run(line, {get: refuse(404), list: empty, deployments: refuse(403)})
    expect(unseen).to.include({exitCode: 6, stdout: ''})
  })

  it('of an organization is looked up for token list, and its id is not', async () => {
    const id = `c${'a'.repeat(24)}`
    const organizations = page('organizations', [{...workspace(id, 'acme'), product: 'HOSTED'}])
    const astro = await openScriptedAstro({organizations, deployments: noDeployment})
    try {
      const list = async (organization: string) => {
        const from = astro.requests.length
        const name = `at-${organization}`
        await astro.run(
          `context add ${name} --vendor astro --api-url http://${astro.env['ASTRO_DOMAIN']}/v1 --organization-id ${organization} --credential-env ASTRO_API_TOKEN`,
        )
        const done = await astro.run(`token list --vendor astro --context ${name} --json`)
        return {
          exitCode: done.exitCode,
          stderr: done.stdout,
          paths: astro.requests.slice(from).map(({path}) => path.split('?')[0]),
        }
      }
      const byId = await list(id)
      expect(byId.exitCode, byId.stderr).to.equal(0)
      expect(byId.paths).to.not.include('/v1/organizations')
      const byName = await list('acme')
      expect(byName.exitCode, byName.stderr).to.equal(0)
      expect(byName.paths).to.deep.equal(['/v1/organizations', ...byId.paths])
      expect((await list('nope')).exitCode).to.equal(6)
    } finally {
      await astro.close()
    }
  })
})

describe('a token that is named by its name', () => {
  let at: AstroHome
  beforeEach(async () => {
    at = await openAstroHome()
  })

  for (const scope of ['deployment', 'workspace', 'organization'] as const) {
    it(`is updated, rotated and deleted: ${scope}`, async () => {
      const {id} = await at.make(scope, 'ci')
      const keep = await at.make(scope, 'keep')
      expect(await at.json(`${scope} token update ci --description new`)).to.include({id, description: 'new'})
      expect(await at.json(`${scope} token rotate ci -f`)).to.include({id})
      expect(await at.json(`${scope} token delete ci -f`)).to.include({id, ended: true})
      expect(await at.valid(keep.token)).to.equal(true)
      expect(await at.json(`${scope} token delete ci -f --ignore-not-found`)).to.include({gone: true, wanted: 'ci'})
      await at.refused(`${scope} token delete ci -f`, {exitCode: 6, words: ['No API token ci', 'token list']})
    })
  }

  it('gets, changes and loses a role elsewhere, and shows its roles', async () => {
    const {id} = await at.make('organization', 'ops')
    for (const [group, role] of [
      ['deployment token organization-token', 'DEPLOYMENT_ADMIN'],
      ['workspace token organization-token', 'WORKSPACE_MEMBER'],
    ] as const) {
      expect(await at.json(`${group} add ops -r ${role}`), group).to.include({id, role})
      expect(await at.json(`${group} update ops -r ${role}`), group).to.include({id, role})
      expect(await at.json(`${group} remove ops`), group).to.include({id, role: null})
    }
    expect(await at.json('workspace token add ops -r WORKSPACE_MEMBER')).to.include({id})
    expect(await at.json<unknown[]>('organization token roles ops')).to.have.length(2)
  })

  it('gives way to the id of another one, which alone is deleted', async () => {
    const {id, token} = await at.make('workspace', 'ci')
    const decoy = await at.make('workspace', id)
    expect(await at.json(`workspace token delete ${id} -f`)).to.include({id, name: 'ci'})
    expect([await at.valid(token), await at.valid(decoy.token)]).to.deep.equal([false, true])
  })

  it('may be an agent token, or one given together with its file or with --name', async () => {
    const agent = await at.json<{id: string}>('deployment token create --agent -n agent -e 1')
    expect(await at.json('deployment token delete agent --agent -f')).to.include({id: agent.id})
    const {id} = await at.make('deployment', 'ci')
    await at.make('deployment', 'other')
    expect(await at.json('deployment token delete ci --name ci -f --dry-run')).to.include({id})
    await at.refused('deployment token delete ci --name other -f', {exitCode: 2, words: ['not both']})
    await at.refused('deployment token delete other --token-file - -f', {exitCode: 2, words: ['standard input']})
  })
})
