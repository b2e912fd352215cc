import {expect} from 'chai'
import type {AstroApi, AstroMintedToken, TokenScope} from '../../../../src/vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {tamperedWith} from '../../../support/tampered.ts'
import {expectNoChange, type OpenTarget, type SuiteTarget, useTarget} from './target.ts'

/** The place whose tokens a call is about. */
const PLACES = ['organization', 'workspace', 'deployment', 'other workspace', 'other deployment', 'foreign'] as const
type Place = (typeof PLACES)[number]
type Right = 'manage' | 'see' | 'none'

/**
 * Who may manage the tokens of which place: contracts/astro.md, 8.3. All tokens of an organization
 * can see it.
 */
const RIGHTS: {scope: TokenScope; role: string; rights: Record<Place, Right>}[] = [
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

function everywhere(scope: TokenScope, role: string, right: Right) {
  const rights = Object.fromEntries(PLACES.map((place) => [place, right])) as Record<Place, Right>
  return {scope, role, rights: {...rights, organization: right === 'none' ? 'see' : right, foreign: 'none'} as const}
}

function below(scope: TokenScope, role: string, own: {workspace: Right; deployment: Right}) {
  const none = {'other workspace': 'none', 'other deployment': 'none', foreign: 'none'} as const
  return {scope, role, rights: {organization: 'see', ...own, ...none} as const}
}

interface PlaceTarget {
  scope: TokenScope
  entityId: string
  organizationId: string
  /** The role of the token in this place. */
  role: string
  token: AstroMintedToken
  /** Null unless the place is a deployment. */
  agent: AstroMintedToken | null
}

type Call = [title: string, run: (api: AstroApi) => Promise<unknown>]

const ACTOR = {type: 'local', id: 'tester'} as const

export function describeAuthorization(open: OpenTarget): void {
  const target = useTarget(open)
  let places: Record<Place, PlaceTarget>
  beforeEach(async () => {
    places = await createPlaces(target.current)
  })

  for (const {scope, role, rights} of RIGHTS) {
    it(`${role}: ${PLACES.map((place) => `${rights[place]} ${place}`).join(', ')}`, async () => {
      const {mint, connect} = target.current
      const api = connect(await mint({name: 'caller', scope, role}))
      // A caller who can give a role may see the tokens that can get it.
      const managesAnything = Object.values(rights).includes('manage')
      for (const place of PLACES) {
        const right = rights[place]
        for (const [title, run] of managing(places[place])) {
          if (right === 'manage' || (right === 'see' && title === 'get' && managesAnything)) await run(api)
          else {
            const code = right === 'see' ? 'FORBIDDEN' : 'NOT_FOUND'
            await expectNoChange(target.current, () =>
              expectFailure(run(api), code).catch((err) => expect.fail(`${place}, ${title}: ${err}`)),
            )
          }
        }
        if (right === 'none') await expectFailure(seeing(places[place], api), 'NOT_FOUND')
        else expect(await seeing(places[place], api)).to.include({id: places[place].entityId})
      }
    })
  }

  it('lists and counts only what each caller can see', async () => {
    const {connect, ownerToken, organizationId, workspaceId, otherWorkspaceId, deploymentId, otherDeploymentId} =
      target.current
    for (const [caller, workspaceIds, deploymentIds] of [
      [ownerToken, [workspaceId, otherWorkspaceId], [deploymentId, otherDeploymentId]],
      [places.organization.token, [], []],
      [places.workspace.token, [workspaceId], [deploymentId]],
      [places.deployment.token, [workspaceId], [deploymentId]],
    ] as const) {
      const api = connect(caller)
      const {workspaces, totalCount} = await api.listWorkspaces(organizationId, {})
      expect([workspaces.map(({id}) => id), totalCount]).to.deep.equal([workspaceIds, workspaceIds.length])
      const {deployments, totalCount: count} = await api.listDeployments(organizationId, {})
      expect([deployments.map(({id}) => id), count]).to.deep.equal([deploymentIds, deploymentIds.length])
    }
  })

  it('does not let a caller give a role above their own, to a new token or to an existing one', async () => {
    const {mint, connect, organizationId: org, workspaceId, otherDeploymentId} = target.current
    const boss = await mint({name: 'boss', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER'})
    const admin = await mint({name: 'admin'})
    const owner = {entityType: 'ORGANIZATION', entityId: org, role: 'ORGANIZATION_OWNER'} as const
    const elsewhere = {entityType: 'DEPLOYMENT', entityId: otherDeploymentId, role: 'DEPLOYMENT_ADMIN'} as const
    const mine = {entityType: 'WORKSPACE', entityId: workspaceId, role: 'WORKSPACE_OWNER'} as const
    const asOwner = {name: 'x', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'} as const
    const asBoss = {name: 'x', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER', entityId: workspaceId} as const
    const asStranger = {name: 'x', scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId: otherDeploymentId} as const
    for (const [caller, code, run] of [
      [boss, 'FORBIDDEN', (api) => api.createToken(org, asOwner)],
      [boss, 'NOT_FOUND', (api) => api.updateTokenRoles(org, boss.id, [mine, elsewhere])],
      [boss, 'FORBIDDEN', (api) => api.updateTokenRoles(org, boss.id, [mine, owner])],
      [boss, 'FORBIDDEN', (api) => api.updateTokenRoles(org, places.organization.token.id, [owner])],
      [admin, 'FORBIDDEN', (api) => api.createToken(org, asBoss)],
      [admin, 'NOT_FOUND', (api) => api.createToken(org, asStranger)],
      [admin, 'FORBIDDEN', (api) => api.rotateToken(org, places.workspace.token.id)],
      [admin, 'FORBIDDEN', (api) => api.rotateToken(org, target.current.ownerToken.id)],
      [admin, 'FORBIDDEN', (api) => api.updateTokenRoles(org, admin.id, [...admin.roles, mine])],
    ] as [AstroMintedToken, 'FORBIDDEN' | 'NOT_FOUND', (api: AstroApi) => Promise<unknown>][]) {
      await expectNoChange(target.current, () => expectFailure(run(connect(caller)), code))
    }
    const {deploymentId} = target.current
    const asAdmin = {name: 'x', scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId: deploymentId} as const
    expect(await connect(admin).createToken(org, asAdmin)).to.include({name: 'x'})
  })

  it('does not let a caller get by rotation, or take away, a role that they do not manage', async () => {
    const {api, mint, connect, organizationId, otherDeploymentId} = target.current
    const boss = connect(await mint({name: 'boss', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER'}))
    const rich = await mint({name: 'rich', scope: 'WORKSPACE'})
    const grant = {entityType: 'DEPLOYMENT', entityId: otherDeploymentId, role: 'DEPLOYMENT_ADMIN'} as const
    await api.updateTokenRoles(organizationId, rich.id, [...rich.roles, grant])
    await expectNoChange(target.current, async () => {
      const {message} = await expectFailure(boss.rotateToken(organizationId, rich.id), 'FORBIDDEN')
      expect(message).to.contain(rich.id).and.not.to.contain(otherDeploymentId)
      await expectFailure(boss.updateTokenRoles(organizationId, rich.id, [...rich.roles, grant]), 'NOT_FOUND')
    })
    await boss.updateTokenRoles(organizationId, rich.id, rich.roles)
    expect((await api.getToken(organizationId, rich.id)).roles).to.deep.equal([...rich.roles, grant])
  })

  it('lets the manager of a place give a role there to a token of a wider scope, and take it away again', async () => {
    const {api, mint, connect, organizationId: org, workspaceId, deploymentId} = target.current
    const boss = await mint({name: 'boss', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER'})
    const admin = await mint({name: 'admin'})
    for (const [caller, scope, there] of [
      [boss, 'ORGANIZATION', {entityType: 'WORKSPACE', entityId: workspaceId, role: 'WORKSPACE_MEMBER'}],
      [admin, 'ORGANIZATION', {entityType: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'}],
      [admin, 'WORKSPACE', {entityType: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'}],
    ] as const) {
      const as = connect(caller)
      const wide = await mint({name: 'wide', scope})
      const {roles} = await as.getToken(org, wide.id)
      await as.updateTokenRoles(org, wide.id, [...roles, there])
      expect((await api.getToken(org, wide.id)).roles).to.deep.equal([...roles, there])
      await as.updateTokenRoles(org, wide.id, roles)
      expect((await api.getToken(org, wide.id)).roles).to.deep.equal(roles)
      await expectNoChange(target.current, async () => {
        await expectFailure(as.updateTokenRoles(org, wide.id, [...roles]), 'FORBIDDEN')
        await expectFailure(as.updateTokenRoles(org, wide.id, [there]), 'FORBIDDEN')
        await expectFailure(as.updateToken(org, wide.id, {name: 'mine'}), 'FORBIDDEN')
        await expectFailure(as.rotateToken(org, wide.id), 'FORBIDDEN')
        await expectFailure(as.deleteToken(org, wide.id), 'FORBIDDEN')
      })
    }
  })

  it('gives the same answer for a deployment that the caller cannot see and for one that does not exist', async () => {
    const {mint, connect, organizationId: org, otherDeploymentId} = target.current
    const admin = await mint({name: 'admin'})
    for (const entityId of [otherDeploymentId, 'cnotthere0000000000000000']) {
      const there = {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId: entityId} as const
      const granting = connect(admin).updateTokenRoles(org, admin.id, [...admin.roles, there])
      expect((await expectFailure(granting, 'NOT_FOUND')).message).to.equal(`No deployment ${entityId}`)
    }
  })

  it('answers UNAUTHENTICATED to every call with an invalid secret, no matter why it is invalid', async () => {
    const {api, mint, connect, organizationId, clock} = target.current
    const deleted = await mint()
    await api.deleteToken(organizationId, deleted.id)
    const rotated = await mint()
    await api.rotateToken(organizationId, rotated.id)
    const expired = await mint({tokenExpiryPeriodInDays: 1})
    clock.nowMs += 86_400_000
    const tampered = tamperedWith(target.current.ownerToken.token)
    for (const value of [deleted.token, rotated.token, expired.token, tampered, 'nonsense', '']) {
      const dead = connect({token: value})
      await expectNoChange(target.current, async () => {
        for (const run of [...ofNoPlace(organizationId), ...managing(places.deployment)]) {
          const {message} = await expectFailure(run[1](dead), 'UNAUTHENTICATED')
          expect(message, run[0]).to.equal('The API token is missing, invalid or expired')
        }
      })
    }
  })

  it('answers NOT_FOUND to every call in an organization that does not exist', async () => {
    const {api} = target.current
    const nowhere = {...places.deployment, organizationId: 'cnowhere'}
    const [, , ...inOrganization] = ofNoPlace('cnowhere')
    for (const [title, run] of [...inOrganization, ...managing(nowhere)]) {
      await expectFailure(run(api), 'NOT_FOUND').catch((err) => expect.fail(`${title}: ${err}`))
    }
  })
}

async function createPlaces(target: SuiteTarget): Promise<Record<Place, PlaceTarget>> {
  const {service, organizationId, clock} = target
  const role = {organizationId, vendor: 'astro', scopeType: 'DEPLOYMENT', name: 'custom', description: ''}
  await service.createRole(ASTRO_POLICY, ACTOR, role)
  const foreign = 'corganization000000000000'
  const times = {createdAt: clock.nowMs, updatedAt: clock.nowMs}
  await service.read.insertOrganization({organizationId: foreign, uuid: 'u', name: 'foreign', ...times})
  const at = (scope: TokenScope, entityId: string, held: string) => createPlace(target, {scope, entityId, role: held})
  return {
    organization: await at('ORGANIZATION', organizationId, 'ORGANIZATION_MEMBER'),
    workspace: await at('WORKSPACE', target.workspaceId, 'WORKSPACE_MEMBER'),
    deployment: await at('DEPLOYMENT', target.deploymentId, 'custom'),
    'other workspace': await at('WORKSPACE', target.otherWorkspaceId, 'WORKSPACE_MEMBER'),
    'other deployment': await at('DEPLOYMENT', target.otherDeploymentId, 'custom'),
    foreign: await at('ORGANIZATION', foreign, 'ORGANIZATION_MEMBER'),
  }
}

/**
 * Create the tokens of a place as the owner of the store. Only the owner can see every
 * organization.
 */
async function createPlace(
  {owner, organizationId: own}: SuiteTarget,
  {scope, entityId, role}: Pick<PlaceTarget, 'scope' | 'entityId' | 'role'>,
): Promise<PlaceTarget> {
  const organizationId = scope === 'ORGANIZATION' ? entityId : own
  const given = scope === 'ORGANIZATION' ? {} : {entityId}
  const token = await owner.createToken(organizationId, {name: 'target', scope, role, ...given})
  const agent = scope === 'DEPLOYMENT' ? await owner.createAgentToken(organizationId, entityId, {name: 'a'}) : null
  return {scope, entityId, organizationId, role, token, agent}
}

/**
 * Return every call that needs the right to manage tokens of this place. The calls that end its
 * tokens come last.
 */
function managing({scope, entityId, organizationId: org, role, token, agent}: PlaceTarget): Call[] {
  const filter = {ORGANIZATION: {}, WORKSPACE: {workspaceId: entityId}, DEPLOYMENT: {deploymentId: entityId}}[scope]
  const given = scope === 'ORGANIZATION' ? {} : {entityId}
  const calls: Call[] = [
    ['list', (api) => api.listTokens(org, filter)],
    ['create', (api) => api.createToken(org, {name: 'new', scope, role, ...given})],
    ['get', (api) => api.getToken(org, token.id)],
    ['update', (api) => api.updateToken(org, token.id, {name: 'renamed'})],
    ['roles', (api) => api.updateTokenRoles(org, token.id, [{entityType: scope, entityId, role}])],
    ['rotate', (api) => api.rotateToken(org, token.id)],
    ['delete', (api) => api.deleteToken(org, token.id)],
  ]
  if (!agent) return calls
  return [
    ...calls,
    ['list agents', (api) => api.listAgentTokens(org, entityId, {})],
    ['create agent', (api) => api.createAgentToken(org, entityId, {name: 'new'})],
    ['get agent', (api) => api.getAgentToken(org, entityId, agent.id)],
    ['delete agent', (api) => api.deleteAgentToken(org, entityId, agent.id)],
  ]
}

/** Make the call that only needs the right to see the place. */
function seeing({scope, entityId, organizationId}: PlaceTarget, api: AstroApi): Promise<{id: string}> {
  if (scope === 'ORGANIZATION') return api.getOrganization(organizationId)
  return scope === 'WORKSPACE'
    ? api.getWorkspace(organizationId, entityId)
    : api.getDeployment(organizationId, entityId)
}

/** Return the calls that any token may make. The first two do not name an organization. */
function ofNoPlace(org: string): Call[] {
  return [
    ['self', (api) => api.getSelf()],
    ['organizations', (api) => api.listOrganizations({})],
    ['organization', (api) => api.getOrganization(org)],
    ['workspaces', (api) => api.listWorkspaces(org, {})],
    ['workspace', (api) => api.getWorkspace(org, 'cworkspace000000000000000')],
    ['deployments', (api) => api.listDeployments(org, {})],
    ['deployment', (api) => api.getDeployment(org, 'cdeployment00000000000000')],
    ['roles', (api) => api.listRoles(org, {})],
  ]
}
