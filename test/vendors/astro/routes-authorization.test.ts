import {expect} from 'chai'
import type {AstroMintedToken, CreateTokenBody} from '../../../src/vendors/astro/api.ts'
import {type AstroHttp, openAstroHttp} from '../../support/astro-http.ts'

/** Whose tokens an endpoint is about. */
type Place = 'organization' | 'workspace' | 'deployment' | 'other workspace' | 'other deployment' | 'foreign'
const PLACES = [
  'organization',
  'workspace',
  'deployment',
  'other workspace',
  'other deployment',
  'foreign',
] as const satisfies Place[]

type Right = 'manage' | 'see' | 'none'

/** Who may manage the tokens of which place: contracts/astro.md, 8.3. The organization is seen by all its tokens. */
const RIGHTS: {scope: CreateTokenBody['scope']; role: string; rights: Record<Place, Right>}[] = [
  everywhere('ORGANIZATION', 'ORGANIZATION_OWNER', 'manage'),
  everywhere('ORGANIZATION', 'ORGANIZATION_BILLING_ADMIN', 'none'),
  everywhere('ORGANIZATION', 'ORGANIZATION_OBSERVE_ADMIN', 'none'),
  everywhere('ORGANIZATION', 'ORGANIZATION_OBSERVE_MEMBER', 'none'),
  everywhere('ORGANIZATION', 'ORGANIZATION_MEMBER', 'none'),
  below('WORKSPACE', 'WORKSPACE_OWNER', {workspace: 'manage', deployment: 'manage'}),
  below('WORKSPACE', 'WORKSPACE_OPERATOR', {workspace: 'see', deployment: 'see'}),
  below('WORKSPACE', 'WORKSPACE_AUTHOR', {workspace: 'see', deployment: 'see'}),
  below('WORKSPACE', 'WORKSPACE_MEMBER', {workspace: 'see', deployment: 'see'}),
  below('WORKSPACE', 'WORKSPACE_ACCESSOR', {workspace: 'see', deployment: 'see'}),
  below('DEPLOYMENT', 'DEPLOYMENT_ADMIN', {workspace: 'see', deployment: 'manage'}),
  below('DEPLOYMENT', 'custom', {workspace: 'see', deployment: 'see'}),
]

function everywhere(scope: CreateTokenBody['scope'], role: string, right: Right) {
  const rights = Object.fromEntries(PLACES.map((place) => [place, right])) as Record<Place, Right>
  return {scope, role, rights: {...rights, organization: right === 'none' ? 'see' : right, foreign: 'none'} as const}
}

function below(scope: CreateTokenBody['scope'], role: string, own: {workspace: Right; deployment: Right}) {
  const none = {'other workspace': 'none', 'other deployment': 'none', foreign: 'none'} as const
  return {scope, role, rights: {organization: 'see', ...own, ...none} as const}
}

interface Target {
  scope: CreateTokenBody['scope']
  entityId: string
  organizationId: string
  role: string
  /** A token of that place, and an agent token where it is a deployment. */
  token: AstroMintedToken
  agent: AstroMintedToken | null
}

interface Call {
  title: string
  method: string
  path: string
  body?: unknown
  success: number
  /** What it does cannot be done twice. */
  ends?: 'token' | 'agent'
}

describe('Astro over HTTP: who may do what', () => {
  let test: AstroHttp
  let targets: Record<Place, Target>
  beforeEach(async () => {
    test = await openAstroHttp()
    const {organizationId} = test
    const role = {organizationId, vendor: 'astro', scopeType: 'DEPLOYMENT', name: 'custom', description: ''}
    await test.service.createRole({type: 'local', id: 'tester'}, role)
    targets = {
      organization: await target('ORGANIZATION', organizationId, 'ORGANIZATION_MEMBER'),
      workspace: await target('WORKSPACE', test.workspaceId, 'WORKSPACE_MEMBER'),
      deployment: await target('DEPLOYMENT', test.deploymentId, 'custom'),
      'other workspace': await target('WORKSPACE', test.otherWorkspaceId, 'WORKSPACE_MEMBER'),
      'other deployment': await target('DEPLOYMENT', test.otherDeploymentId, 'custom'),
      foreign: await target('ORGANIZATION', await addOrganization(), 'ORGANIZATION_MEMBER'),
    }
  })
  afterEach(() => test.service.close())

  async function target(scope: Target['scope'], entityId: string, role: string): Promise<Target> {
    const organizationId = scope === 'ORGANIZATION' ? entityId : test.organizationId
    const body = {name: 'target', scope, role, ...(scope === 'ORGANIZATION' ? {} : {entityId})}
    const token = await test.owner.createToken(organizationId, body)
    const agent =
      scope === 'DEPLOYMENT' ? await test.owner.createAgentToken(organizationId, entityId, {name: 'a'}) : null
    return {scope, entityId, organizationId, role, token, agent}
  }

  async function addOrganization(): Promise<string> {
    const times = {createdAt: test.clock.nowMs, updatedAt: test.clock.nowMs}
    const organizationId = 'corganization000000000000'
    await test.service.read.insertOrganization({organizationId, uuid: 'u', name: 'foreign', ...times})
    return organizationId
  }

  /** Every endpoint that needs the right to manage tokens of this place. */
  function managing({scope, entityId, organizationId, role, token, agent}: Target): Call[] {
    const tokens = `/v1/organizations/${organizationId}/tokens`
    const own = `${tokens}/${token.id}`
    const filter = {ORGANIZATION: '', WORKSPACE: `?workspaceId=${entityId}`, DEPLOYMENT: `?deploymentId=${entityId}`}
    const newToken = {name: 'new', scope, role, ...(scope === 'ORGANIZATION' ? {} : {entityId})}
    const roles = [{entityType: scope, entityId, role}]
    const calls: Call[] = [
      {title: 'list', method: 'GET', path: tokens + filter[scope], success: 200},
      {title: 'create', method: 'POST', path: tokens, body: newToken, success: 200},
      {title: 'get', method: 'GET', path: own, success: 200},
      {title: 'update', method: 'POST', path: own, body: {name: 'renamed'}, success: 200},
      {title: 'roles', method: 'POST', path: `${own}/roles`, body: {roles}, success: 200},
      {title: 'rotate', method: 'POST', path: `${own}/rotate`, success: 200},
      {title: 'delete', method: 'DELETE', path: own, success: 204, ends: 'token'},
    ]
    if (!agent) return calls
    const agents = `/v1/organizations/${organizationId}/deployments/${entityId}/agent-tokens`
    return [
      {title: 'list agents', method: 'GET', path: agents, success: 200},
      {title: 'create agent', method: 'POST', path: agents, body: {name: 'new'}, success: 200},
      {title: 'get agent', method: 'GET', path: `${agents}/${agent.id}`, success: 200},
      {title: 'delete agent', method: 'DELETE', path: `${agents}/${agent.id}`, success: 204, ends: 'agent'},
      ...calls,
    ]
  }

  /** Every endpoint that only needs to see the place. */
  function seeing({scope, entityId, organizationId}: Target): string {
    const organization = `/v1/organizations/${organizationId}`
    if (scope === 'ORGANIZATION') return organization
    return `${organization}/${scope === 'WORKSPACE' ? 'workspaces' : 'deployments'}/${entityId}`
  }

  for (const {scope, role, rights} of RIGHTS) {
    const entity = scope.toLowerCase() as 'organization' | 'workspace' | 'deployment'
    for (const place of PLACES) {
      const right = rights[place]
      it(`${role}: ${right} what is of the ${entity === place ? `own ${place}` : place}`, async () => {
        const {entityId} = targets[entity]
        const caller = await test.create({name: 'caller', scope, role, entityId})
        for (const {title, method, path, body, success} of managing(targets[place])) {
          const before = await test.snapshot()
          const answer = await test.call(method, path, {as: caller.token, ...(body ? {body} : {})})
          const status = {manage: success, see: 403, none: 404}[right]
          expect(answer.status, `${title}: ${JSON.stringify(answer.body)}`).to.equal(status)
          if (right === 'manage') continue
          expect(answer.body).to.include({statusCode: status})
          expect(await test.snapshot(), title).to.equal(before)
        }
        const seen = await test.call('GET', seeing(targets[place]), {as: caller.token})
        expect(seen.status).to.equal(right === 'none' ? 404 : 200)
      })
    }
  }

  it('lists to each caller only what it sees, and counts no more', async () => {
    const {workspace, deployment} = targets
    const organization = `/v1/organizations/${test.organizationId}`
    for (const [caller, workspaces, deployments] of [
      [test.ownerToken, [test.workspaceId, test.otherWorkspaceId], [test.deploymentId, test.otherDeploymentId]],
      [targets.organization.token, [], []],
      [workspace.token, [test.workspaceId], [test.deploymentId]],
      [deployment.token, [test.workspaceId], [test.deploymentId]],
      [deployment.agent, [], []],
    ] as const) {
      const as = caller?.token ?? ''
      const own = await test.call('GET', '/v1/organizations', {as})
      expect(own.body)
        .to.deep.include({totalCount: 1})
        .and.to.have.nested.property('organizations[0].id', test.organizationId)
      const listed = await test.call('GET', `${organization}/workspaces`, {as})
      expect(listed.body.workspaces.map(({id}: {id: string}) => id)).to.deep.equal(workspaces)
      expect(listed.body.totalCount).to.equal(workspaces.length)
      const below = await test.call('GET', `${organization}/deployments`, {as})
      expect(below.body.deployments.map(({id}: {id: string}) => id)).to.deep.equal(deployments)
      expect(below.body.totalCount).to.equal(deployments.length)
    }
  })

  it('lets nobody give a role above their own, neither to a new token nor to one there is', async () => {
    const {organizationId, workspaceId, deploymentId} = test
    const boss = await test.create({name: 'boss', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER', entityId: workspaceId})
    const admin = await test.create({name: 'admin'})
    const tokens = `/v1/organizations/${organizationId}/tokens`
    const owner = {entityType: 'ORGANIZATION', entityId: organizationId, role: 'ORGANIZATION_OWNER'}
    const elsewhere = {entityType: 'DEPLOYMENT', entityId: test.otherDeploymentId, role: 'DEPLOYMENT_ADMIN'}
    const inWorkspace = {entityType: 'WORKSPACE', entityId: workspaceId, role: 'WORKSPACE_OWNER'}
    const attempts: [AstroMintedToken, string, unknown, number][] = [
      [boss, tokens, {name: 'x', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'}, 403],
      [boss, `${tokens}/${boss.id}/roles`, {roles: [inWorkspace, elsewhere]}, 404],
      [boss, `${tokens}/${boss.id}/roles`, {roles: [inWorkspace, owner]}, 400],
      [admin, tokens, {name: 'x', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER', entityId: workspaceId}, 403],
      [
        admin,
        tokens,
        {name: 'x', scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId: test.otherDeploymentId},
        404,
      ],
      [admin, `${tokens}/${targets.workspace.token.id}/rotate`, undefined, 403],
      [admin, `${tokens}/${targets.organization.token.id}/roles`, {roles: [owner]}, 403],
    ]
    for (const [caller, path, body, status] of attempts) {
      const before = await test.snapshot()
      const answer = await test.call('POST', path, {as: caller.token, ...(body ? {body} : {})})
      expect(answer.status, `${path} ${JSON.stringify(body)}`).to.equal(status)
      expect(await test.snapshot()).to.equal(before)
    }
    expect((await test.call('POST', tokens, {as: admin.token, body: {...newAdmin(deploymentId)}})).status).to.equal(200)
  })

  function newAdmin(entityId: string) {
    return {name: 'x', scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId}
  }
})
