import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {Actor} from '../../src/service/context.ts'
import type {AuditRow} from '../../src/service/store/store.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {repeatTransactions} from '../support/engines.ts'
import {expectFailure} from '../support/rejection.ts'
import {issueTestToken, openTestService, type TestService, type TestServiceOptions} from '../support/test-service.ts'

const SOURCES = join(import.meta.dirname, '../../src')
const ACTOR: Actor = {type: 'token', id: 'caller', requestId: 'request-7'}
const VENDOR = 'astro'

/**
 * Every action that the source code can write into the audit trail. The tests below must produce
 * all of them.
 */
const ACTIONS = readActions()

type Expected = Partial<Pick<AuditRow, 'targetType' | 'targetId'>> & {
  action: string
  /** The part of the detail that matters. */
  detail?: Record<string, unknown>
}

describe('the audit trail', () => describeTrail({}))
describe('the audit trail, when each transaction is run twice', () => describeTrail({wrapEngine: repeatTransactions}))

function describeTrail(options: TestServiceOptions) {
  let test: TestService
  let ids: {organizationId: string}
  beforeEach(async () => {
    test = await openTestService(options)
    ids = {organizationId: test.organizationId}
  })
  let ran = 0
  afterEach(() => {
    ran += 1
    return test.service.close()
  })

  /** Return the rows that a change added to the audit trail of an organization. */
  async function added(change: () => Promise<unknown>, organizationId = test.organizationId): Promise<AuditRow[]> {
    const {read} = test.service
    const before = await read.listAudit(organizationId)
    test.clock.nowMs += 1000
    await change()
    return (await read.listAudit(organizationId)).slice(before.length)
  }

  async function expectTrail(change: () => Promise<unknown>, expected: Expected[], organizationId?: string) {
    const rows = await added(change, organizationId)
    expect(rows.map(({action}) => action)).to.deep.equal(expected.map(({action}) => action))
    for (const [index, {detail, ...columns}] of expected.entries()) {
      const row = rows[index]
      if (!row) throw new Error('There is a row for each')
      seen.add(row.action)
      const who = {actorType: 'token', actorId: 'caller', requestId: 'request-7', at: test.clock.nowMs}
      expect(row, row.action).to.include({organizationId: organizationId ?? test.organizationId, ...who, ...columns})
      expect(JSON.parse(row.detail), row.action).to.deep.include(detail ?? {})
    }
  }

  const seen = new Set<string>()
  const issue = async () => (await issueTestToken(test)).token
  const reference = (tokenId: string) => ({...ids, tokenId})
  const onToken = (targetId: string, action: string, detail: Record<string, unknown> = {}): Expected => {
    return {action, targetType: 'token', targetId, detail}
  }
  const deploymentRole = () => ({entityId: test.deploymentId, deploymentId: null, entityType: 'DEPLOYMENT', role: 'x'})
  const wide = () => {
    const roles = [
      {entityType: 'ORGANIZATION', entityId: test.organizationId, deploymentId: null, role: 'ORGANIZATION_MEMBER'},
      deploymentRole(),
    ]
    return issueTestToken(test, {scope: 'ORGANIZATION', ownerId: test.organizationId, name: 'wide', roles})
  }

  it('records that a token is created, renamed, given other roles and deleted, with the actor and the request', async () => {
    const {service} = test
    const roles = [deploymentRole()]
    const spec = {...ids, scope: 'DEPLOYMENT', ownerId: test.deploymentId, kind: 'STANDARD', lifetimeMs: 86_400_000}
    let id = ''
    const create = async () => {
      const texts = {name: 'ci', description: '', uniqueName: false}
      const issued = await service.issue(ASTRO_POLICY, ACTOR, {...spec, ...texts, roles, allow: async () => {}})
      id = issued.token.id
    }
    const {name, scope, lifetimeMs} = {...spec, name: 'ci'}
    await expectTrail(create, [
      {action: 'token.create', targetType: 'token', detail: {vendor: VENDOR, name, scope, roles, lifetimeMs}},
    ])
    const [created] = await service.read.listAudit(test.organizationId)
    expect(created?.targetId).to.equal(id)
    await expectTrail(
      () => service.update(ASTRO_POLICY, ACTOR, {...reference(id), name: 'new', description: 'd'}),
      [onToken(id, 'token.update', {before: {name: 'ci', description: ''}, after: {name: 'new', description: 'd'}})],
    )
    const after = roles.map((role) => ({...role, role: 'y'}))
    await expectTrail(
      () => service.replaceRoles(ASTRO_POLICY, ACTOR, {...reference(id), roles: after}),
      [onToken(id, 'token.roles', {before: roles, after})],
    )
    const kept = roles.map((role) => ({...role, role: 'kept'}))
    await expectTrail(
      () => service.replaceRoles(ASTRO_POLICY, ACTOR, {...reference(id), roles: after, keeps: async () => kept}),
      [onToken(id, 'token.roles', {before: after, after: [...after, ...kept]})],
    )
    await expectTrail(
      () => service.delete(ASTRO_POLICY, ACTOR, reference(id)),
      [onToken(id, 'token.delete', {name: 'new'})],
    )
  })

  it('records each step of a rotation, and the undo of one, with the end of the new secret', async () => {
    const {service} = test
    const {id} = await issue()
    const graceMs = 3_600_000
    const begin = () => service.beginRotation(ASTRO_POLICY, ACTOR, {...reference(id), graceMs})
    for (const [step, action] of [
      ['undo', 'token.rotate.undo'],
      ['finish', 'token.rotate'],
    ] as const) {
      let staged: Awaited<ReturnType<typeof begin>> | undefined
      let fragment = ''
      const [begun] = await added(async () => {
        staged = await begin()
        fragment = staged.secret.slice(-8)
      })
      seen.add(begun?.action ?? '')
      const who = {actorType: 'token', actorId: 'caller', requestId: 'request-7', targetType: 'token', targetId: id}
      expect(begun).to.include({action: 'token.rotate.begin', ...who})
      expect(JSON.parse(begun?.detail ?? '')).to.deep.equal({fragment, graceMs})
      await expectTrail(async () => staged?.[step](), [onToken(id, action, {fragment, graceMs})])
      // If a step has nothing left to do, it is not a change.
      expect(await added(async () => staged?.undo())).to.deep.equal([])
    }
  })

  it('records changes of organizations, workspaces and deployments, and what was deleted with them', async () => {
    const {service} = test
    const made: Record<string, string> = {}
    const create = async () => {
      const {organization, workspace, deployment} = await service.createOrganization(ASTRO_POLICY, ACTOR, {
        name: 'acme',
      })
      Object.assign(made, {
        organization: organization.organizationId,
        workspace: workspace.id,
        deployment: deployment.id,
      })
    }
    await create()
    const organizationId = made['organization'] ?? ''
    const [created] = await service.read.listAudit(organizationId)
    seen.add(created?.action ?? '')
    expect(created).to.include({
      organizationId,
      action: 'organization.create',
      targetType: 'organization',
      targetId: organizationId,
      actorId: 'caller',
      requestId: 'request-7',
    })
    expect(JSON.parse(created?.detail ?? '')).to.deep.equal({
      name: 'acme',
      workspaceId: made['workspace'],
      deploymentId: made['deployment'],
    })

    const {id: tokenId} = (await issueTestToken({...test, organizationId, deploymentId: made['deployment'] ?? ''}))
      .token
    await expectTrail(
      () => service.deleteOrganization(ACTOR, organizationId),
      [
        onToken(tokenId, 'token.delete'),
        {
          action: 'organization.delete',
          targetType: 'organization',
          targetId: organizationId,
          detail: {name: 'acme', workspaces: 1, deployments: 1, endedTokens: 1},
        },
      ],
      organizationId,
    )

    let id = ''
    const createWorkspace = async () => {
      id = (await service.createWorkspace(ASTRO_POLICY, ACTOR, {...ids, name: 'w', description: ''})).id
    }
    const inWorkspace = (action: string, detail: Record<string, unknown>): Expected => {
      return {action, targetType: 'workspace', targetId: id, detail}
    }
    const [workspaceRow] = await added(createWorkspace)
    seen.add(workspaceRow?.action ?? '')
    expect(workspaceRow).to.include({
      action: 'workspace.create',
      targetType: 'workspace',
      targetId: id,
      actorId: 'caller',
    })
    expect(JSON.parse(workspaceRow?.detail ?? '')).to.deep.equal({name: 'w'})

    let deploymentId = ''
    const [deploymentRow] = await added(async () => {
      deploymentId = (await service.createDeployment(ASTRO_POLICY, ACTOR, {...ids, workspaceId: id, name: 'd'})).id
    })
    seen.add(deploymentRow?.action ?? '')
    expect(deploymentRow).to.include({action: 'deployment.create', targetType: 'deployment', targetId: deploymentId})
    expect(JSON.parse(deploymentRow?.detail ?? '')).to.deep.equal({name: 'd', workspaceId: id})

    await expectTrail(
      () => service.deleteWorkspace(ACTOR, {...ids, workspaceId: id}),
      [
        {
          action: 'deployment.delete',
          targetType: 'deployment',
          targetId: deploymentId,
          detail: {name: 'd', because: `workspace ${id} was deleted`},
        },
        inWorkspace('workspace.delete', {name: 'w', deployments: 1, endedTokens: 0}),
      ],
    )

    const [own, guest] = [await issue(), (await wide()).token]
    const because = `deployment ${test.deploymentId} was deleted`
    await expectTrail(
      () => service.deleteDeployment(ACTOR, {...ids, deploymentId: test.deploymentId}),
      [
        onToken(own.id, 'token.delete'),
        onToken(guest.id, 'token.roles', {because, after: guest.roles.slice(0, 1)}),
        {
          action: 'deployment.delete',
          targetType: 'deployment',
          targetId: test.deploymentId,
          detail: {name: 'default', endedTokens: 1},
        },
      ],
    )
  })

  it('records changes of custom roles and users', async () => {
    const {service} = test
    const role = {...ids, name: 'deployer', scopeType: 'DEPLOYMENT'}
    let id = ''
    const target = (action: string, detail: Record<string, unknown>): Expected => {
      return {action, targetType: action.split('.')[0] ?? '', detail}
    }
    await expectTrail(async () => {
      id = (await service.createRole(ASTRO_POLICY, ACTOR, {...role, description: ''})).id
    }, [target('role.create', {name: 'deployer', scopeType: 'DEPLOYMENT'})])
    await expectTrail(
      () => service.deleteRole(ASTRO_POLICY, ACTOR, role),
      [{...target('role.delete', {name: 'deployer', scopeType: 'DEPLOYMENT'}), targetId: id}],
    )
    const account = {vendor: VENDOR, kind: 'USER', name: 'Ann', email: 'ann@example.com'}
    await expectTrail(async () => {
      id = (await service.createAccount(ASTRO_POLICY, ACTOR, {...ids, ...account, nameKey: 'ann@example.com'})).id
    }, [target('account.create', account)])
    const settings = {vendor: VENDOR, before: null, after: '{"size":"big"}'}
    await expectTrail(
      () => service.updateAccount(ASTRO_POLICY, ACTOR, {...ids, accountId: id, settings: settings.after}),
      [{...target('account.update', settings), targetId: id}],
    )
    await expectTrail(
      () => service.deleteAccount(ASTRO_POLICY, ACTOR, {...ids, accountId: id}),
      [{...target('account.delete', account), targetId: id}],
    )
    const [first, second] = (await service.read.listAudit(test.organizationId)).slice(-5)
    expect(first?.targetId).to.equal(second?.targetId)
  })

  it('does not record a refused change', async () => {
    const {service} = test
    const {id} = await issue()
    const refuse = {allow: () => Promise.reject(new Error('refused'))}
    for (const change of [
      () => service.update(ASTRO_POLICY, ACTOR, {...reference(id), name: 'x', ...refuse}),
      () => service.replaceRoles(ASTRO_POLICY, ACTOR, {...reference(id), roles: [], ...refuse}),
      () => service.beginRotation(ASTRO_POLICY, ACTOR, {...reference(id), ...refuse}),
      () => service.delete(ASTRO_POLICY, ACTOR, {...reference(id), ...refuse}),
    ]) {
      const rows = await added(async () => {
        await change().then(
          () => expect.fail('it was not refused'),
          (err) => expect(err.message).to.equal('refused'),
        )
      })
      expect(rows).to.deep.equal([])
    }
    const conflict = service.update(ASTRO_POLICY, ACTOR, {...reference(id), name: 'x', revision: 7})
    expect(await added(() => expectFailure(conflict, 'CONFLICT'))).to.deep.equal([])
  })

  after(function () {
    // Check only if all tests above ran: a run may select a single test.
    if (ran < (this.test?.parent?.tests.length ?? 0)) return
    expect([...seen].sort(), 'a change that no test of the trail makes').to.deep.equal(ACTIONS)
  })
}

function readActions(): string[] {
  const files = readdirSync(SOURCES, {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))
  const actions = files.flatMap((file) => {
    const source = readFileSync(join(SOURCES, file), 'utf8')
    return [...source.matchAll(/\baction: '([a-z]+(?:\.[a-z]+)+)'/g)].map(([, action]) => action ?? '')
  })
  return [...new Set(actions)].sort()
}
