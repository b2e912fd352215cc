import {expect} from 'chai'
import type {AstroTokenRole} from '../../../../src/vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {expectNoChange, type OpenTarget, type SuiteTarget, useTarget} from './target.ts'

/**
 * What a caller sees of a token of a wider scope than its own: the roles on the places that it can
 * see. If a place answers 404 to the caller, its id is in no answer and no message.
 */
export function describeSight(open: OpenTarget): void {
  const target = useTarget(open)

  for (const [title, spec, visible] of [
    ['manages a deployment', {}, ['organization', 'workspace', 'deployment', 'dag']],
    [
      'manages a workspace',
      {scope: 'WORKSPACE', role: 'WORKSPACE_OWNER'},
      ['organization', 'workspace', 'deployment', 'dag'],
    ],
  ] as const) {
    it(`shows a caller who ${title} the roles there, in every answer, and no id of another place`, async () => {
      const {api, mint, connect, organizationId: org, deploymentId, workspaceId} = target.current
      const roles = rolesOf(target.current)
      const caller = connect(await mint({name: 'caller', ...spec}))
      const wide = await mint({name: 'wide', scope: 'ORGANIZATION'})
      await api.updateTokenRoles(org, wide.id, Object.values(roles))
      const shown = visible.map((place) => roles[place])

      const answers = [
        await caller.getToken(org, wide.id),
        ...(await caller.listTokens(org, {deploymentId})).tokens,
        ...('scope' in spec ? (await caller.listTokens(org, {workspaceId})).tokens : []),
      ]
      expect(answers.filter(({id}) => id === wide.id)).to.have.length.greaterThan(1)
      for (const answer of answers) {
        if (answer.id === wide.id) expect(answer.roles).to.deep.equal(shown)
      }
      expectNoForeignId(target.current, answers)
      expect((await api.getToken(org, wide.id)).roles).to.deep.equal(Object.values(roles))
    })
  }

  for (const role of ['ORGANIZATION_MEMBER', 'ORGANIZATION_BILLING_ADMIN', 'ORGANIZATION_OBSERVE_ADMIN']) {
    it(`shows only roles on visible places to a token of the organization that does not manage the place: ${role}`, async () => {
      const {api, mint, connect, organizationId: org} = target.current
      const {organization, deployment, ...others} = rolesOf(target.current)
      const caller = await mint({name: 'caller', scope: 'ORGANIZATION', role})
      await api.updateTokenRoles(org, caller.id, [...caller.roles, deployment])
      const wide = await mint({name: 'wide', scope: 'ORGANIZATION'})
      const roles = [organization, deployment, others['other workspace'], others['other dag'], others.dag]
      await api.updateTokenRoles(org, wide.id, roles)
      const seen = await connect(caller).getToken(org, wide.id)
      expect(seen.roles).to.deep.equal([organization, deployment, others.dag])
      await connect(caller).updateTokenRoles(org, wide.id, [organization, deployment])
      const left = [organization, deployment, others['other workspace'], others['other dag']]
      expect((await api.getToken(org, wide.id)).roles).to.deep.equal(left)
    })
  }

  it('keeps the roles that the caller cannot see when the caller writes back the visible ones', async () => {
    const {api, mint, connect, organizationId: org} = target.current
    const {organization, workspace, deployment, dag, ...hidden} = rolesOf(target.current)
    const caller = connect(await mint({name: 'caller'}))
    const wide = await mint({name: 'wide', scope: 'ORGANIZATION'})
    const held = async () => (await api.getToken(org, wide.id)).roles
    await api.updateTokenRoles(org, wide.id, [organization, ...Object.values(hidden), workspace])

    const {roles: seen} = await caller.getToken(org, wide.id)
    await caller.updateTokenRoles(org, wide.id, [...seen, deployment, dag])
    expect(await held()).to.have.deep.members([organization, workspace, deployment, dag, ...Object.values(hidden)])
    await caller.updateTokenRoles(org, wide.id, seen)
    expect(await held()).to.have.deep.members([organization, workspace, ...Object.values(hidden)])
  })

  it('counts the hidden roles towards the maximum number of roles of a token', async () => {
    const {api, mint, connect, service, organizationId: org} = target.current
    const {organization, deployment, 'other dag': foreign} = rolesOf(target.current)
    const caller = connect(await mint({name: 'caller'}))
    const {id} = await mint({scope: 'ORGANIZATION'})
    const hidden = Array.from({length: 198}, (_, index) => ({...foreign, entityId: `dag-${index}`}))
    await api.updateTokenRoles(org, id, [organization, ...hidden])
    await caller.updateTokenRoles(org, id, [organization, deployment])
    const before = await service.read.findToken(org, 'astro', id)
    expect(before?.roles).to.have.length(200)
    const dag = {...foreign, deploymentId: deployment.entityId}
    await expectFailure(caller.updateTokenRoles(org, id, [organization, deployment, dag]), 'INVALID')
    expect(await service.read.findToken(org, 'astro', id)).to.deep.equal(before)
  })

  it('gives the same answer for a role on a hidden place and on one that does not exist, whether the token has it or not', async () => {
    const {api, mint, connect, organizationId: org, otherDeploymentId} = target.current
    const {organization, 'other deployment': foreign} = rolesOf(target.current)
    const caller = connect(await mint({name: 'caller'}))
    const [holder, other] = [await mint({scope: 'ORGANIZATION'}), await mint({scope: 'ORGANIZATION'})]
    await api.updateTokenRoles(org, holder.id, [organization, foreign])
    for (const {id} of [holder, other]) {
      await expectNoChange(target.current, async () => {
        const err = await expectFailure(caller.updateTokenRoles(org, id, [organization, foreign]), 'NOT_FOUND')
        expect(err.message).to.equal(`No deployment ${otherDeploymentId}`)
      })
    }
  })

  it('lets a caller remove its role from a token of a workspace that it cannot see, and never names that workspace', async () => {
    const {api, mint, connect, organizationId: org, otherWorkspaceId} = target.current
    const {deployment} = rolesOf(target.current)
    const caller = connect(await mint({name: 'caller'}))
    const guest = await mint({name: 'guest', scope: 'WORKSPACE', entityId: otherWorkspaceId})
    await api.updateTokenRoles(org, guest.id, [...guest.roles, deployment])
    expect((await caller.getToken(org, guest.id)).roles).to.deep.equal([deployment])
    const second = {entityType: 'WORKSPACE', entityId: target.current.workspaceId, role: 'WORKSPACE_MEMBER'} as const
    const both = caller.updateTokenRoles(org, guest.id, [second, deployment])
    expectNoForeignId(target.current, await expectFailure(both, 'FORBIDDEN'))
    const boss = connect(await mint({name: 'boss', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER'}))
    const invalid = await expectFailure(boss.updateTokenRoles(org, guest.id, [second, deployment]), 'INVALID')
    expect(invalid.message).to.contain('exactly one WORKSPACE role')
    expectNoForeignId(target.current, invalid)
    await caller.updateTokenRoles(org, guest.id, [])
    expect((await api.getToken(org, guest.id)).roles).to.deep.equal(guest.roles)
  })

  it('refuses an empty set from a caller who sees all roles', async () => {
    const {api, mint, organizationId: org} = target.current
    const {id} = await mint()
    await expectNoChange(target.current, () => expectFailure(api.updateTokenRoles(org, id, []), 'INVALID'))
  })

  it('names no hidden place in the answer to a create, rename, rotation or delete, nor in a refusal', async () => {
    const {api, mint, connect, organizationId: org, deploymentId} = target.current
    const roles = rolesOf(target.current)
    const admin = connect(await mint({name: 'admin'}))
    const boss = connect(await mint({name: 'boss', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER'}))
    const wide = await mint({name: 'wide', scope: 'ORGANIZATION'})
    await api.updateTokenRoles(org, wide.id, Object.values(roles))
    const rich = await mint({name: 'rich', scope: 'WORKSPACE'})
    await api.updateTokenRoles(org, rich.id, [...rich.roles, roles['other deployment'], roles['other dag']])

    const spec = {name: 'x', scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId: deploymentId} as const
    const made = await admin.createToken(org, spec)
    const renamed = await boss.updateToken(org, rich.id, {name: 'renamed'})
    expect(renamed.roles).to.deep.equal(rich.roles)
    const answers: unknown[] = [made, renamed, await admin.rotateToken(org, made.id)]
    for (const refused of [
      () => boss.rotateToken(org, rich.id),
      () => admin.rotateToken(org, wide.id),
      () => admin.deleteToken(org, wide.id),
      () => admin.updateToken(org, wide.id, {name: 'mine'}),
      () => admin.updateTokenRoles(org, wide.id, [roles.organization, roles.deployment]),
    ]) {
      answers.push(await expectFailure(refused(), 'FORBIDDEN'))
    }
    expectNoForeignId(target.current, answers)
  })

  it('refuses access to a token of a hidden place, even if the caller can see its roles but not manage them', async () => {
    const {api, service, mint, connect, organizationId: org} = target.current
    const {'other dag': foreign, 'other deployment': granted} = rolesOf(target.current)
    const boss = await mint({name: 'boss', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER'})
    await api.updateTokenRoles(org, boss.id, [...boss.roles, foreign])
    const spec = {organizationId: org, name: 'third', description: ''}
    const third = await service.createWorkspace(ASTRO_POLICY, {type: 'local', id: 'tester'}, spec)
    const guest = await mint({scope: 'WORKSPACE', entityId: third.id})
    await expectFailure(connect(boss).getToken(org, guest.id), 'NOT_FOUND')
    await api.updateTokenRoles(org, guest.id, [...guest.roles, granted])
    const {message} = await expectFailure(connect(boss).getToken(org, guest.id), 'FORBIDDEN')
    expect(message).to.contain(granted.entityId).and.not.to.contain(third.id)
  })

  it('names the creator of a token only to a caller who can see the creator', async () => {
    const {api, mint, connect, organizationId: org, deploymentId, otherWorkspaceId} = target.current
    const {deployment} = rolesOf(target.current)
    const guest = await mint({name: 'guest', scope: 'WORKSPACE', entityId: otherWorkspaceId})
    await api.updateTokenRoles(org, guest.id, [...guest.roles, deployment])
    const spec = {name: 'x', scope: 'DEPLOYMENT', role: 'DEPLOYMENT_ADMIN', entityId: deploymentId} as const
    const {id} = await connect(guest).createToken(org, spec)
    const agent = await connect(guest).createAgentToken(org, deploymentId, {name: 'agent'})
    const caller = connect(await mint({name: 'caller'}))
    const makers = async () => [
      (await caller.getToken(org, id)).createdBy?.apiTokenName,
      (await caller.getAgentToken(org, deploymentId, agent.id)).createdBy?.apiTokenName,
      (await caller.listAgentTokens(org, deploymentId, {})).tokens[0]?.updatedBy?.apiTokenName,
    ]
    expect(await makers()).to.deep.equal(['guest', 'guest', 'guest'])
    await api.updateTokenRoles(org, guest.id, guest.roles)
    expect(await makers()).to.deep.equal([undefined, undefined, undefined])
    expect((await api.getToken(org, id)).createdBy).to.include({id: guest.id, apiTokenName: 'guest'})
    expect((await caller.getToken(org, id)).updatedBy).to.deep.equal({id: 'unknown', subjectType: 'SERVICEKEY'})
    const shown: unknown[] = [await caller.getToken(org, id), await caller.listTokens(org, {deploymentId})]
    expect(JSON.stringify(shown)).to.not.contain(guest.id)
  })
}

type Place = 'organization' | 'workspace' | 'other workspace' | 'deployment' | 'other deployment' | 'dag' | 'other dag'

/**
 * Return a role on each place. Only a caller of the whole organization can see the "other" places.
 */
function rolesOf(target: SuiteTarget): Record<Place, AstroTokenRole> {
  const {organizationId, workspaceId, otherWorkspaceId, deploymentId, otherDeploymentId} = target
  const dag = {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER'} as const
  return {
    organization: {entityType: 'ORGANIZATION', entityId: organizationId, role: 'ORGANIZATION_MEMBER'},
    'other workspace': {entityType: 'WORKSPACE', entityId: otherWorkspaceId, role: 'WORKSPACE_MEMBER'},
    workspace: {entityType: 'WORKSPACE', entityId: workspaceId, role: 'WORKSPACE_MEMBER'},
    'other deployment': {entityType: 'DEPLOYMENT', entityId: otherDeploymentId, role: 'DEPLOYMENT_ADMIN'},
    deployment: {entityType: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'},
    'other dag': {...dag, deploymentId: otherDeploymentId},
    dag: {...dag, deploymentId},
  }
}

function expectNoForeignId({otherWorkspaceId, otherDeploymentId}: SuiteTarget, answers: unknown): void {
  const text = JSON.stringify(answers, (_, value) =>
    value instanceof Error ? {...value, message: value.message} : value,
  )
  expect(text).to.not.contain(otherWorkspaceId)
  expect(text).to.not.contain(otherDeploymentId)
}
