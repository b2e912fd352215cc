import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('an organization', () => {
  let test: TestService
  /** A second organization. */
  let made: {organizationId: string; workspaceId: string; deploymentId: string}

  beforeEach(async () => {
    test = await openTestService()
    const {organization, workspace, deployment} = await test.service.createOrganization(ASTRO_POLICY, ACTOR, {
      name: 'acme',
    })
    const {organizationId} = organization
    made = {organizationId, workspaceId: workspace.id, deploymentId: deployment.id}
  })
  afterEach(() => test.service.close())

  const issue = () => issueTestToken({...test, ...made})
  const remove = () => test.service.deleteOrganization(ACTOR, made.organizationId)
  const names = async () => (await test.service.read.listOrganizations()).map(({name}) => name)

  it('begins with a workspace and a deployment, in which a token can be created', async () => {
    const {read} = test.service
    const [workspace] = await read.listWorkspaces(made.organizationId)
    expect(workspace).to.include({id: made.workspaceId, name: 'default'})
    const [deployment] = await read.listDeployments(made.organizationId)
    expect(deployment).to.include({id: made.deploymentId, name: 'default', workspaceId: made.workspaceId})
    const {secret} = await issue()
    const verdict = await test.service.verify(secret)
    expect(verdict.token).to.include({organizationId: made.organizationId})
    const [created] = await read.listAudit(made.organizationId)
    expect(created).to.include({action: 'organization.create', targetId: made.organizationId, actorId: 'tester'})
  })

  it('is a conflict if the name is taken, and nothing is created', async () => {
    const err = await expectFailure(test.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'acme'}), 'CONFLICT')
    expect(err.message).to.contain(made.organizationId)
    expect(await names()).to.have.members(['default', 'acme'])
  })

  it('ends all its tokens of every vendor when it is deleted, and changes no other organization', async () => {
    const kept = await issueTestToken(test)
    const {secret, token} = await issue()
    const other = await test.service.issue({...ASTRO_POLICY, vendor: 'elsewhere'}, ACTOR, {
      ...token,
      uniqueName: false,
      allow: async () => {},
    })
    expect(await remove()).to.include({workspaces: 1, deployments: 1, endedTokens: 2})
    for (const value of [secret, other.secret]) {
      const verdict = await test.service.verify(value)
      expect(verdict).to.include({valid: false, reason: 'deleted'})
      expect(verdict.token?.name).to.equal('ci')
    }
    await expectFailure(test.service.authenticate(ASTRO_POLICY, secret), 'UNAUTHENTICATED')
    expect(await test.service.verify(kept.secret)).to.include({valid: true})
    expect(await names()).to.deep.equal(['default'])
    const trail = await test.service.read.listAudit(made.organizationId)
    expect(trail.map(({action}) => action)).to.deep.equal([
      'organization.create',
      'token.create',
      'token.create',
      'token.delete',
      'token.delete',
      'organization.delete',
    ])
  })

  it('frees its name when it is deleted', async () => {
    await remove()
    const {organization} = await test.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'acme'})
    expect(organization.organizationId).to.not.equal(made.organizationId)
    await expectFailure(remove(), 'NOT_FOUND')
  })

  it('accepts nothing new after it is deleted', async () => {
    const {service} = test
    const {organizationId, workspaceId} = made
    await remove()
    const before = await service.read.listAudit(organizationId)
    const account = {vendor: 'astro', kind: 'USER', name: 'Ann', nameKey: 'ann', email: null}
    for (const attempt of [
      () => service.createWorkspace(ASTRO_POLICY, ACTOR, {organizationId, name: 'w', description: ''}),
      () => service.createDeployment(ASTRO_POLICY, ACTOR, {organizationId, workspaceId, name: 'd'}),
      () =>
        service.createRole(ASTRO_POLICY, ACTOR, {
          organizationId,
          scopeType: 'DAG',
          name: 'r',
          description: '',
        }),
      () => service.createAccount(ASTRO_POLICY, ACTOR, {organizationId, ...account}),
    ]) {
      await expectFailure(attempt(), 'NOT_FOUND')
    }
    expect(await service.read.listAudit(organizationId)).to.deep.equal(before)
  })

  it('is not deleted if it is the only one, even if two are deleted concurrently', async () => {
    const attempts = await Promise.allSettled([remove(), test.service.deleteOrganization(ACTOR, test.organizationId)])
    expect(attempts.map(({status}) => status)).to.have.members(['fulfilled', 'rejected'])
    const [left] = await test.service.read.listOrganizations()
    await expectFailure(test.service.deleteOrganization(ACTOR, left?.organizationId ?? ''), 'CONFLICT')
    expect(await names()).to.have.length(1)
    expect(await test.service.read.listDeployments(left?.organizationId ?? '')).to.have.length(1)
  })
})
