import {expect} from 'chai'
import {createToken} from '../../../src/operations/astro/create-token.ts'
import {entityAt} from '../../../src/operations/astro/entity.ts'
import {findToken} from '../../../src/operations/astro/find-token.ts'
import {listTokens} from '../../../src/operations/astro/list-tokens.ts'
import {planRotation} from '../../../src/operations/astro/rotate-token.ts'
import {openPlainAstro, type PlainAstro} from '../../support/plain-astro.ts'
import {expectFailure} from '../../support/rejection.ts'

/** The first page, in order of creation. */
const PAGE = {offset: 0, limit: 1000, sorts: [{field: 'createdAt', descending: false}]}

describe('operations on a target that has only the Astro API', () => {
  let astro: PlainAstro
  let delivered: string[]
  let warnings: string[]
  const deliver = async (secret: string) => void delivered.push(secret)
  const warn = async (text: string) => void warnings.push(text)
  const fail = async () => {
    throw Object.assign(new Error('write failed'), {code: 'EPIPE'})
  }
  const spec = {name: 'ci', description: '', role: 'DEPLOYMENT_ADMIN', expirationDays: 1, uniqueName: false, warn}

  beforeEach(async () => {
    astro = await openPlainAstro()
    delivered = []
    warnings = []
  })
  afterEach(() => astro.service.close())

  const totalCount = async () => (await astro.owner.listTokens(astro.organizationId, {})).totalCount
  const listCall = () => ['listTokens', {deploymentId: astro.deploymentId, ...PAGE}]

  describe('create', () => {
    it('sends the body that the contract requires, without an entity for an organization', async () => {
      await createToken({...spec, entity: astro.deployment, deliver})
      const wide = {...spec, role: 'ORGANIZATION_OWNER', expirationDays: null}
      await createToken({...wide, entity: astro.organization, deliver})
      const body = {name: 'ci', description: ''}
      expect(astro.calls).to.deep.equal([
        [
          'createToken',
          {
            ...body,
            role: 'DEPLOYMENT_ADMIN',
            scope: 'DEPLOYMENT',
            entityId: astro.deploymentId,
            tokenExpiryPeriodInDays: 1,
          },
        ],
        ['createToken', {...body, role: 'ORGANIZATION_OWNER', scope: 'ORGANIZATION'}],
      ])
      expect(warnings).to.deep.equal([])
    })

    it('refuses a name that is taken if it must be unique', async () => {
      const {token} = await astro.make()
      const made = createToken({...spec, entity: astro.deployment, deliver, uniqueName: true})
      const err = await expectFailure(made, 'CONFLICT')
      expect(err.message).to.equal(`An API token named ci already exists: ${token.id}`)
      expect(err.details.hint).to.contain(`tokenry deployment token list --deployment-id ${astro.deploymentId}`)
      expect(astro.calls).to.deep.equal([listCall()])
    })

    it('creates a token with a free name if it must be unique, and warns that this takes two steps', async () => {
      await createToken({...spec, entity: astro.deployment, deliver, uniqueName: true})
      expect(astro.calls.map(([name]) => name)).to.deep.equal(['listTokens', 'createToken'])
      expect(warnings.join()).to.match(/context plain .*in one step/)
    })

    it('does not count a token of a wider scope with a role here as a token of the same name', async () => {
      const {token} = await astro.make({name: 'ci', role: 'ORGANIZATION_OWNER', scope: 'ORGANIZATION'})
      const here = {entityType: 'DEPLOYMENT', entityId: astro.deploymentId, role: 'DEPLOYMENT_ADMIN'} as const
      await astro.owner.updateTokenRoles(astro.organizationId, token.id, [...token.roles, here])
      await createToken({...spec, entity: astro.deployment, deliver, uniqueName: true})
      expect(await totalCount()).to.equal(2)
    })

    it('creates an agent token with its own call', async () => {
      const {id} = await createToken({...spec, role: '', entity: astro.agents, deliver})
      expect(astro.calls).to.deep.equal([
        ['createAgentToken', astro.deploymentId, {name: 'ci', description: '', tokenExpiryPeriodInDays: 1}],
      ])
      expect(await totalCount()).to.equal(0)
      expect((await astro.owner.getAgentToken(astro.organizationId, astro.deploymentId, id)).name).to.equal('ci')
    })

    for (const [kind, calls] of [
      ['deployment', ['createToken', 'deleteToken']],
      ['agents', ['createAgentToken', 'deleteAgentToken']],
    ] as const) {
      it(`ends a token that could not be delivered: ${kind}`, async () => {
        await expectFailure(createToken({...spec, entity: astro[kind], deliver: fail}), 'UNDELIVERED')
        expect(astro.calls.map(([name]) => name)).to.deep.equal(calls)
        const agents = await astro.owner.listAgentTokens(astro.organizationId, astro.deploymentId, {})
        expect([await totalCount(), agents.totalCount]).to.deep.equal([0, 0])
      })
    }

    it('says how to end a token that could be neither delivered nor ended', async () => {
      const unreachable = async () => {
        throw new Error('unreachable')
      }
      const broken = astro.changed({deleteToken: unreachable, deleteAgentToken: unreachable})
      const made = createToken({...spec, entity: broken.deployment, deliver: fail})
      const err = await expectFailure(made, 'UNDELIVERED')
      const [token] = (await astro.owner.listTokens(astro.organizationId, {})).tokens
      expect(err.message).to.contain('still works')
      expect(err.details.hint).to.contain(`tokenry deployment token delete ${token?.id}`)
      const ofAgent = await expectFailure(createToken({...spec, entity: broken.agents, deliver: fail}), 'UNDELIVERED')
      expect(ofAgent.details.hint).to.match(/tokenry deployment token delete c\w+ --force .*--agent/)
    })
  })

  describe('find and list', () => {
    it('needs one call for an id, and only the list for a name', async () => {
      const {token} = await astro.make()
      await findToken({entity: astro.deployment, idOrName: token.id})
      await findToken({entity: astro.deployment, name: 'ci'})
      expect(astro.calls).to.deep.equal([['getToken', token.id], listCall()])
    })

    it("lists by workspace, and only an organization's own tokens for an organization", async () => {
      await listTokens(astro.runtime, {entity: astro.workspace})
      await listTokens(astro.runtime, {entity: astro.organization})
      await listTokens(astro.runtime, {entity: astro.organization, everywhere: true})
      await listTokens(astro.runtime, {entity: astro.agents})
      expect(astro.calls).to.deep.equal([
        ['listTokens', {workspaceId: astro.workspaceId, ...PAGE}],
        ['listTokens', {includeOnlyOrganizationTokens: true, ...PAGE}],
        ['listTokens', PAGE],
        ['listWorkspaces', {offset: 0, limit: 1000}],
        ['listDeployments', {offset: 0, limit: 1000}],
        ['listAgentTokens', astro.deploymentId, PAGE],
      ])
    })

    it('does not confuse the tokens of two deployments', async () => {
      const {token} = await astro.make()
      const there = await astro.make({entityId: astro.otherDeploymentId})
      const {target} = astro.deployment
      const elsewhere = entityAt(target, {
        scope: 'DEPLOYMENT',
        id: astro.otherDeploymentId,
        name: 'elsewhere',
        isSeen: true,
      })
      for (const [entity, id] of [
        [astro.deployment, there.token.id],
        [elsewhere, token.id],
      ] as const) {
        const err = await expectFailure(findToken({entity, idOrName: id}), 'NOT_FOUND')
        expect(err.message).to.contain(`${id} in deployment ${entity.name} (${entity.id})`)
      }
    })

    for (const kind of ['deployment', 'agents', 'organization'] as const) {
      it(`refuses --ended, naming the context and the flag, before any call: ${kind}`, async () => {
        const err = await expectFailure(listTokens(astro.runtime, {entity: astro[kind], ended: true}), 'USAGE')
        expect(err.message).to.contain('context plain')
        expect(err.details.hint).to.contain('--ended')
        expect(astro.calls).to.deep.equal([])
      })
    }

    it('has no key for what Astro does not report', async () => {
      await astro.make()
      const [listed] = await listTokens(astro.runtime, {entity: astro.deployment})
      expect(listed).to.include({name: 'ci', expiresAt: null, lastUsedAt: null})
      for (const key of ['graceUntil', 'unfinishedRotationAt', 'revision']) expect(listed).to.not.have.property(key)
    })
  })

  describe('rotate', () => {
    it('returns a new secret with one call; the old one ends immediately', async () => {
      const {token, secret} = await astro.make()
      await planRotation(astro.runtime, {entity: astro.deployment, token}).apply(deliver)
      expect(astro.calls).to.deep.equal([['rotateToken', token.id]])
      expect([await astro.isValid(secret), await astro.isValid(delivered.at(-1))]).to.deep.equal([false, true])
    })

    it('says that the old secret has ended if the new one could not be delivered', async () => {
      const {token} = await astro.make()
      const rotated = planRotation(astro.runtime, {entity: astro.deployment, token}).apply(fail)
      const err = await expectFailure(rotated, 'UNDELIVERED')
      expect(err.message).to.contain('the old one has ended')
      expect(err.details.hint).to.contain(`tokenry deployment token rotate ${token.id} --force`)
    })

    for (const [flag, options] of [
      ['--grace', {graceMs: 1000}],
      ['--end-all-values', {endAllValues: true}],
    ] as const) {
      it(`refuses ${flag}, naming the context and the flag, before any call`, async () => {
        const {token, secret} = await astro.make()
        const plan = async () => planRotation(astro.runtime, {entity: astro.deployment, token, ...options})
        const err = await expectFailure(plan(), 'USAGE')
        expect(err.message).to.contain('context plain')
        expect(err.details.hint).to.contain(flag)
        expect(astro.calls).to.deep.equal([])
        expect(await astro.isValid(secret)).to.equal(true)
      })
    }

    it('is refused for an agent token, and none is changed', async () => {
      const minted = await astro.owner.createAgentToken(astro.organizationId, astro.deploymentId, {name: 'agent'})
      const token = await findToken({entity: astro.agents, idOrName: minted.id})
      const refused = planRotation(astro.runtime, {entity: astro.agents, token}).apply(deliver)
      expect((await expectFailure(refused, 'USAGE')).message).to.contain('cannot be rotated')
      expect([await astro.isValid(minted.token), delivered]).to.deep.equal([true, []])
    })
  })
})
