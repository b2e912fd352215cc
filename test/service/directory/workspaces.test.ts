import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import type {TokenRoleRow} from '../../../src/service/store/store.ts'
import type {IssuedToken, TokenSpec} from '../../../src/service/tokens/issue.ts'
import {embeddedAstroApi} from '../../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('a workspace', () => {
  let test: TestService
  /** A second workspace with two deployments. */
  let workspaceId: string
  let deploymentIds: string[]

  beforeEach(async () => {
    test = await openTestService()
    const {service, organizationId} = test
    workspaceId = (
      await service.createWorkspace(ASTRO_POLICY, ACTOR, {organizationId, name: 'data', description: 'Data'})
    ).id
    deploymentIds = []
    for (const name of ['one', 'two']) {
      deploymentIds.push((await service.createDeployment(ASTRO_POLICY, ACTOR, {organizationId, workspaceId, name})).id)
    }
  })
  afterEach(() => test.service.close())

  const role = (entityType: string, entityId: string, deploymentId: string | null = null): TokenRoleRow => ({
    entityType,
    entityId,
    deploymentId,
    role: `${entityType}_ROLE`,
  })
  const issue = (name: string, scope: string, ownerId: string, changes: Partial<TokenSpec> = {}) =>
    issueTestToken(test, {name, scope, ownerId, roles: [role(scope, ownerId)], ...changes})
  const remove = () => test.service.deleteWorkspace(ACTOR, {organizationId: test.organizationId, workspaceId})
  const view = async ({token}: IssuedToken) => test.service.read.findToken(test.organizationId, 'astro', token.id)
  const trail = async (action: string) =>
    (await test.service.read.listAudit(test.organizationId)).filter((row) => row.action === action)

  it('ends its tokens and those of its deployments when it is deleted, even tokens without a role', async () => {
    const own = [
      await issue('own', 'WORKSPACE', workspaceId),
      await issue('one', 'DEPLOYMENT', deploymentIds[0] ?? ''),
      await issue('agent', 'DEPLOYMENT', deploymentIds[1] ?? '', {kind: 'AGENT', roles: []}),
    ]
    const others = [
      await issue('default', 'WORKSPACE', test.workspaceId),
      await issue('elsewhere', 'DEPLOYMENT', test.deploymentId),
      await issue('wide', 'ORGANIZATION', test.organizationId),
    ]
    const deleted = await remove()
    expect(deleted).to.deep.include({endedTokens: 3})
    expect(deleted.deployments.map(({id}) => id)).to.have.members(deploymentIds)
    for (const {secret} of own) expect(await test.service.verify(secret)).to.include({reason: 'deleted'})
    for (const {secret} of others) expect(await test.service.verify(secret)).to.include({valid: true})
    const {read} = test.service
    expect((await read.listWorkspaces(test.organizationId)).map(({id}) => id)).to.deep.equal([test.workspaceId])
    expect((await read.listDeployments(test.organizationId)).map(({id}) => id)).to.deep.equal([test.deploymentId])
  })

  it('removes the roles on it, its deployments and their DAGs from other tokens, and changes each token once', async () => {
    const org = role('ORGANIZATION', test.organizationId)
    const [one = '', two = ''] = deploymentIds
    const lost = [role('WORKSPACE', workspaceId), role('DEPLOYMENT', one), role('DAG', 'etl', two)]
    const wide = await issue('wide', 'ORGANIZATION', test.organizationId, {roles: [...lost, org]})
    const kept = [role('WORKSPACE', test.workspaceId), role('DAG', 'etl', test.deploymentId)]
    const near = await issue('near', 'WORKSPACE', test.workspaceId, {roles: [...kept, role('DAG_TAG', 'pii', one)]})
    const apart = await issue('apart', 'ORGANIZATION', test.organizationId)
    test.clock.nowMs += 1000
    await remove()
    expect(await view(wide)).to.deep.include({roles: [org], revision: 2, updatedAt: test.clock.nowMs})
    expect(await view(near)).to.deep.include({roles: kept, revision: 2})
    expect(await view(apart)).to.deep.equal(apart.token)
    const changes = await trail('token.roles')
    expect(changes.map(({targetId}) => targetId)).to.have.members([wide.token.id, near.token.id])
    for (const {detail} of changes) expect(JSON.parse(detail).because).to.equal(`workspace ${workspaceId} was deleted`)
  })

  it('is recorded in the audit trail with everything that was deleted with it', async () => {
    const {token} = await issue('own', 'WORKSPACE', workspaceId)
    await remove()
    expect((await trail('workspace.create')).map(({targetId}) => targetId)).to.deep.equal([workspaceId])
    const [deleted] = await trail('workspace.delete')
    expect(deleted).to.include({targetId: workspaceId, actorId: 'tester'})
    expect(JSON.parse(deleted?.detail ?? '')).to.deep.equal({name: 'data', deployments: 2, endedTokens: 1})
    expect((await trail('deployment.delete')).map(({targetId}) => targetId)).to.have.members(deploymentIds)
    expect((await trail('token.delete')).map(({targetId}) => targetId)).to.deep.equal([token.id])
  })

  it('that does not exist is NOT_FOUND, and nothing changes', async () => {
    const {secret} = await issue('own', 'WORKSPACE', workspaceId)
    const before = await test.service.read.listAudit(test.organizationId)
    const reference = {organizationId: test.organizationId, workspaceId: 'none'}
    await expectFailure(test.service.deleteWorkspace(ACTOR, reference), 'NOT_FOUND')
    expect(await test.service.read.listAudit(test.organizationId)).to.deep.equal(before)
    expect(await test.service.verify(secret)).to.include({valid: true})
  })

  it('is a conflict if the name is taken in the organization, but not if it is taken in another one', async () => {
    const spec = {organizationId: test.organizationId, name: 'data', description: ''}
    const err = await expectFailure(test.service.createWorkspace(ASTRO_POLICY, ACTOR, spec), 'CONFLICT')
    expect(err.message).to.contain(workspaceId)
    const {organization} = await test.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'other'})
    await test.service.createWorkspace(ASTRO_POLICY, ACTOR, {...spec, organizationId: organization.organizationId})
    await remove()
    await test.service.createWorkspace(ASTRO_POLICY, ACTOR, spec)
  })

  it('of another organization is NOT_FOUND, and stays', async () => {
    const {organization} = await test.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'other'})
    const reference = {organizationId: organization.organizationId, workspaceId}
    await expectFailure(test.service.deleteWorkspace(ACTOR, reference), 'NOT_FOUND')
    expect(await test.service.read.listWorkspaces(test.organizationId)).to.have.length(2)
  })

  it('leaves no valid token and no deployment that is created while it is deleted', async () => {
    const owner = embeddedAstroApi(test.service, {kind: 'owner', actor: ACTOR})
    const {organizationId, service} = test
    const create = (name: string) =>
      owner.createToken(organizationId, {name, role: 'WORKSPACE_OWNER', scope: 'WORKSPACE', entityId: workspaceId})
    const [deleted, ...made] = await Promise.allSettled([
      remove(),
      ...Array.from({length: 8}, (_, index) => create(`meanwhile-${index}`)),
    ])
    const deployments = await Promise.allSettled([
      service.createDeployment(ASTRO_POLICY, ACTOR, {organizationId, workspaceId, name: 'late'}),
    ])
    expect(deleted.status).to.equal('fulfilled')
    expect(deployments.map(({status}) => status)).to.deep.equal(['rejected'])
    for (const attempt of made) {
      if (attempt.status === 'rejected') continue
      expect(await service.verify(attempt.value.token)).to.include({valid: false, reason: 'deleted'})
    }
    expect((await owner.listTokens(organizationId, {})).totalCount).to.equal(0)
  })
})
