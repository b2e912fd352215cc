import {expect} from 'chai'
import {type AstroHome, callsOf, openAstroHome, type Scope} from '../support/astro-home.ts'
import type {ScriptedAnswer} from '../support/scripted-prompter.ts'

// What the calls find: in place of ids, O, W and D for the organization, its workspace and its deployment, and the names of tokens.
const ENTITY = {
  deployment: 'listDeployments {offset:0,limit:1000}',
  workspace: 'listWorkspaces {offset:0,limit:1000}',
}
const LIST = {
  deployment: 'listLiveTokens {deploymentId:D}',
  workspace: 'listLiveTokens {workspaceId:W}',
  organization: 'listLiveTokens {includeOnlyOrganizationTokens:true}',
}
const rolesFor = (type: string) => `listRoles {scopeTypes:[${type}],includeDefaultRoles:true,offset:0,limit:1000}`
const READ_AGAIN = 'getToken t'

const SCOPES = {
  deployment: {type: 'DEPLOYMENT', id: 'D', role: 'DEPLOYMENT_ADMIN', other: 'deployer', opening: [ENTITY.deployment]},
  workspace: {
    type: 'WORKSPACE',
    id: 'W',
    role: 'WORKSPACE_OWNER',
    other: 'WORKSPACE_MEMBER',
    opening: [ENTITY.workspace],
  },
  organization: {type: 'ORGANIZATION', id: 'O', role: 'ORGANIZATION_OWNER', other: 'ORGANIZATION_MEMBER', opening: []},
}

describe('the calls on the Astro API, all of them and in this order', () => {
  let astro: AstroHome
  let names: Record<string, string>

  beforeEach(async () => {
    astro = await openAstroHome()
    await astro.run('service role create deployer')
    names = {[astro.organizationId]: 'O', [astro.workspaceId]: 'W', [astro.deploymentId]: 'D'}
  })

  async function make(scope: Scope, name: string, alias = name): Promise<string> {
    const {id} = await astro.make(scope, name)
    names[id] = alias
    return id
  }

  async function calls(words: string, answers?: ScriptedAnswer[]): Promise<string[]> {
    const done = await astro.run(`${words} --debug`, answers ? {tty: true, answers} : {})
    expect(done.exitCode, `${words}: ${done.stderr}`).to.equal(0)
    return callsOf(done, names)
  }

  for (const [scope, {type, id: entityId, role, other, opening}] of Object.entries(SCOPES)) {
    const token = `${scope} token`
    const list = LIST[scope as Scope]
    const makeOne = (name: string) => make(scope as Scope, name, 't')
    const own = `{entityType:${type},entityId:${entityId},role:${role}}`

    it(`${token} list`, async () => {
      expect(await calls(`${token} list`)).to.deep.equal([...opening, list])
    })

    it(`${token} create, with flags and by question`, async () => {
      const owner = scope === 'organization' ? '' : `,entityId:${entityId}`
      const created = (name: string) =>
        `createToken {name:${name},description:,role:${role},scope:${type}${owner},tokenExpiryPeriodInDays:90} {}`
      const flags = await calls(`${token} create -n a -r ${role} -e 90`)
      expect(flags).to.deep.equal([...opening, rolesFor(type), created('a')])
      const asked = await calls(`${token} create`, [
        {to: 'Name', answer: 'b'},
        {to: 'Role', answer: role},
        {to: 'Expires', answer: '90'},
      ])
      expect(asked).to.deep.equal([...opening, rolesFor(type), rolesFor(type), created('b')])
    })

    it(`${token} update, by id, by name and by question`, async () => {
      const id = await makeOne('t')
      const renamed = (name: string, revision: number) =>
        `updateToken t {name:${name},description:} {revision:${revision}}`
      const byId = await calls(`${token} update ${id} -n new1`)
      expect(byId).to.deep.equal([...opening, 'getToken t', renamed('new1', 1), READ_AGAIN])
      const byName = await calls(`${token} update -t new1 -n new2`)
      expect(byName).to.deep.equal([...opening, list, renamed('new2', 2), READ_AGAIN])
      const asked = await calls(`${token} update`, [
        {to: 'to update', answer: 'new2'},
        {to: 'New name', answer: 'new3'},
        {to: 'New description', answer: ''},
        {to: 'Role', answer: role},
      ])
      expect(asked).to.deep.equal([...opening, list, rolesFor(type), renamed('new3', 3), READ_AGAIN])
      // The role, which is the likelier refusal, goes first (contracts/astro.md, 11).
      const both = await calls(`${token} update ${id} -n new4 -r ${other}`)
      const rewritten = `updateTokenRoles t [${own.replace(role, other)}] {revision:4}`
      expect(both).to.deep.equal([...opening, 'getToken t', rolesFor(type), rewritten, renamed('new4', 5), READ_AGAIN])
    })

    it(`${token} update writes nothing where nothing changes (faults 3 and 12)`, async () => {
      const id = await makeOne('t')
      expect(await calls(`${token} update ${id} -n t -r ${role}`)).to.deep.equal([...opening, 'getToken t', READ_AGAIN])
    })

    it(`${token} rotate, by id, by name and by question`, async () => {
      const id = await makeOne('t')
      const rotated = 'beginRotation t {}'
      expect(await calls(`${token} rotate ${id} -f`)).to.deep.equal([...opening, 'getToken t', rotated])
      expect(await calls(`${token} rotate -t t -f`)).to.deep.equal([...opening, list, rotated])
      const asked = await calls(`${token} rotate`, [
        {to: 'to rotate', answer: 't'},
        {to: 'Rotate', answer: true},
      ])
      expect(asked).to.deep.equal([...opening, list, rotated])
    })

    it(`${token} delete, by id, by name and by question`, async () => {
      const [a, _b, _c] = [await makeOne('a'), await makeOne('b'), await makeOne('c')]
      const deleted = 'deleteToken t {}'
      expect(await calls(`${token} delete ${a} -f`)).to.deep.equal([...opening, 'getToken t', deleted])
      expect(await calls(`${token} delete -t b -f`)).to.deep.equal([...opening, list, deleted])
      const asked = await calls(`${token} delete`, [
        {to: 'to delete', answer: 'c'},
        {to: 'Delete', answer: true},
      ])
      expect(asked).to.deep.equal([...opening, list, deleted])
    })
  }

  it('organization token roles, by id, by name and by question', async () => {
    const id = await make('organization', 't')
    expect(await calls(`organization token roles ${id}`)).to.deep.equal(['getToken t'])
    expect(await calls('organization token roles -t t')).to.deep.equal([LIST.organization])
    const asked = await calls('organization token roles', [{to: 'Roles of which', answer: 't'}])
    expect(asked).to.deep.equal([LIST.organization])
  })

  it('deployment token create, list and delete of agent tokens', async () => {
    const body = '{name:a,description:,tokenExpiryPeriodInDays:1}'
    expect(await calls('deployment token create --agent -n a -e 1')).to.deep.equal([
      ENTITY.deployment,
      `createAgentToken D ${body} {}`,
    ])
    const list = 'listAgentTokens D {offset:0,limit:1000}'
    expect(await calls('deployment token list --agent')).to.deep.equal([ENTITY.deployment, list])
    const [token] = await astro.json<{id: string}[]>('deployment token list --agent')
    names[token?.id ?? ''] = 't'
    expect(await calls('deployment token delete --agent -t a -f')).to.deep.equal([
      ENTITY.deployment,
      list,
      'deleteAgentToken D t {}',
    ])
  })

  const GRANTS = [
    {
      group: 'deployment token organization-token',
      add: ['deployment token organization-token add'],
      scope: 'deployment',
      wider: 'organization',
      looking: [LIST.organization],
      before: [],
      nameFlag: '--org-token-name',
    },
    {
      group: 'deployment token workspace-token',
      add: ['deployment token workspace-token add'],
      scope: 'deployment',
      wider: 'workspace',
      looking: [LIST.workspace],
      before: ['listWorkspaces {workspaceIds:[W],offset:0,limit:1000}'],
      nameFlag: '--workspace-token-name',
    },
    {
      group: 'workspace token organization-token',
      add: ['workspace token add', 'workspace token organization-token add'],
      scope: 'workspace',
      wider: 'organization',
      looking: [LIST.organization],
      before: [],
      nameFlag: '--org-token-name',
    },
  ] as const

  for (const {group, add: adds, scope, wider, looking, before, nameFlag} of GRANTS) {
    const {type, id: entityId, role, other, opening} = SCOPES[scope]
    const held = `{entityType:${SCOPES[wider].type},entityId:${SCOPES[wider].id},role:${SCOPES[wider].role}}`
    const given = (wanted: string) => `{entityType:${type},entityId:${entityId},role:${wanted}}`
    const written = (revision: number, ...roles: string[]) => [
      `updateTokenRoles t [${roles.join(',')}] {revision:${revision}}`,
      READ_AGAIN,
    ]

    it(`${group} list`, async () => {
      expect(await calls(`${group} list`)).to.deep.equal([...opening, LIST[scope]])
    })

    for (const add of adds) {
      it(`${add}, by id, by name and by question`, async () => {
        const id = await make(wider, 't')
        const remove = () => calls(`${group} remove ${id}`)
        const change = (revision: number) => [rolesFor(type), ...written(revision, held, given(role))]
        expect(await calls(`${add} ${id} -r ${role}`)).to.deep.equal([
          ...opening,
          ...before,
          'getToken t',
          ...change(1),
        ])
        await remove()
        const byName = await calls(`${add} ${nameFlag} t -r ${role}`)
        expect(byName).to.deep.equal([...opening, ...before, ...looking, ...change(3)])
        await remove()
        const asked = await calls(add, [
          {to: `to add to the ${scope === 'deployment' ? 'Deployment' : 'Workspace'}?`, answer: 't'},
          {to: 'Role', answer: role},
        ])
        expect(asked).to.deep.equal([...opening, ...before, ...looking, rolesFor(type), ...change(5)])
      })
    }

    it(`${group} update, by id, by name and by question`, async () => {
      const id = await make(wider, 't')
      await calls(`${group} add ${id} -r ${role}`)
      const change = (revision: number, to: string) => [rolesFor(type), ...written(revision, held, given(to))]
      expect(await calls(`${group} update ${id} -r ${other}`)).to.deep.equal([
        ...opening,
        'getToken t',
        ...change(2, other),
      ])
      expect(await calls(`${group} update ${nameFlag} t -r ${role}`)).to.deep.equal([
        ...opening,
        LIST[scope],
        ...change(3, role),
      ])
      const asked = await calls(`${group} update`, [
        {to: 'to give another role?', answer: 't'},
        {to: 'Role', answer: other},
      ])
      expect(asked).to.deep.equal([...opening, LIST[scope], rolesFor(type), ...change(4, other)])
    })

    it(`${group} remove, by id, by name and by question`, async () => {
      const id = await make(wider, 't')
      const add = () => calls(`${group} add ${id} -r ${role}`)
      await add()
      expect(await calls(`${group} remove ${id}`)).to.deep.equal([...opening, 'getToken t', ...written(2, held)])
      await add()
      expect(await calls(`${group} remove ${nameFlag} t`)).to.deep.equal([...opening, LIST[scope], ...written(4, held)])
      await add()
      const asked = await calls(`${group} remove`, [{to: 'to remove from the', answer: 't'}])
      expect(asked).to.deep.equal([...opening, LIST[scope], ...written(6, held)])
    })

    it(`${scope} token delete of a token of a wider scope (${wider}) takes its role here and nothing else`, async () => {
      const id = await make(wider, 't')
      await calls(`${group} add ${id} -r ${role}`)
      expect(await calls(`${scope} token delete ${id} -f`)).to.deep.equal([
        ...opening,
        'getToken t',
        `updateTokenRoles t [${held}] {revision:2}`,
      ])
    })
  }

  it('ask for nothing but the place that is named, however many there are', async () => {
    const {deploymentId, workspaceId} = astro
    for (const [words, opening] of [
      [
        `deployment token list --deployment-id ${deploymentId}`,
        'listDeployments {deploymentIds:[D],offset:0,limit:1000}',
      ],
      [
        `deployment token list --deployment-id ${deploymentId} --workspace-id ${workspaceId}`,
        'listDeployments {deploymentIds:[D],workspaceIds:[W],offset:0,limit:1000}',
      ],
      [`workspace token list --workspace-id ${workspaceId}`, 'listWorkspaces {workspaceIds:[W],offset:0,limit:1000}'],
    ] as const) {
      expect((await calls(words))[0], words).to.equal(opening)
    }
  })

  it('deployment list, workspace list, organization list and role list', async () => {
    expect(await calls('deployment list')).to.deep.equal([ENTITY.deployment])
    const within = await calls(`deployment list --workspace-id ${astro.workspaceId}`)
    expect(within).to.deep.equal(['listDeployments {workspaceIds:[W],offset:0,limit:1000}'])
    expect(await calls('workspace list')).to.deep.equal([ENTITY.workspace])
    expect(await calls('organization list')).to.deep.equal(['listOrganizations {offset:0,limit:1000}'])
    expect(await calls('role list')).to.deep.equal(['listRoles {includeDefaultRoles:true,offset:0,limit:1000}'])
    expect(await calls('organization token list --all')).to.deep.equal(['listLiveTokens {}'])
  })
})
