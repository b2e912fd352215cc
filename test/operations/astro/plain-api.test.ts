import {expect} from 'chai'
import {createToken} from '../../../src/operations/astro/create-token.ts'
import {planDelete} from '../../../src/operations/astro/delete-token.ts'
import type {TokenEntity} from '../../../src/operations/astro/entity.ts'
import {findToken} from '../../../src/operations/astro/find-token.ts'
import {planGrant, planRemoval} from '../../../src/operations/astro/grant-role.ts'
import {listTokens} from '../../../src/operations/astro/list-tokens.ts'
import {planRotation} from '../../../src/operations/astro/rotate-token.ts'
import {planUpdate} from '../../../src/operations/astro/update-token.ts'
import type {Runtime} from '../../../src/runtime/runtime.ts'
import type {AstroApi, AstroMintedToken, CreateTokenBody, TokenScope} from '../../../src/vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../../src/vendors/astro/embedded/embedded-api.ts'
import {recordingApi} from '../../support/recording-api.ts'
import {expectFailure} from '../../support/rejection.ts'
import {TEST_NOW} from '../../support/run-tokenry.ts'
import {openTestService, type TestService} from '../../support/test-service.ts'

describe('operations on a target that has the Astro API and nothing more', () => {
  let test: TestService
  let owner: EmbeddedAstro
  let api: AstroApi
  let calls: unknown[][]
  let deployment: TokenEntity
  let workspace: TokenEntity
  let organization: TokenEntity

  beforeEach(async () => {
    test = await openTestService()
    owner = embeddedAstroApi(test.service, {kind: 'owner', actor: {type: 'local', id: 'tester'}})
    ;({api, calls} = recordingApi(owner))
    const entity = (scope: TokenScope, id: string): TokenEntity => ({target: targetOf(api), scope, id, name: 'default'})
    deployment = {...entity('DEPLOYMENT', test.deploymentId), workspaceId: test.workspaceId}
    workspace = entity('WORKSPACE', test.workspaceId)
    organization = entity('ORGANIZATION', test.organizationId)
  })
  afterEach(() => test.service.close())

  const targetOf = (plain: AstroApi, ownTokenId: string | null = null) => {
    const {organizationId} = test
    const isOwnToken = (tokenId: string) => tokenId === ownTokenId
    return {context: 'plain', organizationId, organizationName: 'default', isOwnToken, api: plain, embedded: null}
  }
  const runtime = {now: () => TEST_NOW, openService: async () => ({service: test.service})} as unknown as Runtime
  const delivered: string[] = []
  const deliver = async (secret: string) => void delivered.push(secret)
  const fail = async () => {
    throw Object.assign(new Error('write failed'), {code: 'EPIPE'})
  }
  const spec = {name: 'ci', description: '', role: 'DEPLOYMENT_ADMIN', expirationDays: 1, uniqueName: false}
  const valid = async (secret: string | undefined) => (await test.service.verify(secret ?? '')).valid
  const make = (body: Partial<CreateTokenBody> = {}): Promise<AstroMintedToken> =>
    owner.createToken(test.organizationId, {
      name: 'ci',
      role: 'DEPLOYMENT_ADMIN',
      scope: 'DEPLOYMENT',
      entityId: test.deploymentId,
      ...body,
    })
  const makeWide = () => make({name: 'ops', role: 'ORGANIZATION_OWNER', scope: 'ORGANIZATION', entityId: ''})

  describe('create', () => {
    it('sends the body that the contract wants, without an entity for an organization', async () => {
      await createToken({...spec, entity: deployment, deliver})
      await createToken({...spec, role: 'ORGANIZATION_OWNER', expirationDays: null, entity: organization, deliver})
      const body = {name: 'ci', description: ''}
      expect(calls).to.deep.equal([
        [
          'createToken',
          {
            ...body,
            role: 'DEPLOYMENT_ADMIN',
            scope: 'DEPLOYMENT',
            entityId: test.deploymentId,
            tokenExpiryPeriodInDays: 1,
          },
        ],
        ['createToken', {...body, role: 'ORGANIZATION_OWNER', scope: 'ORGANIZATION'}],
      ])
    })

    it('refuses a name that is taken where it must be unique', async () => {
      const {id} = await make()
      const err = await expectFailure(createToken({...spec, entity: deployment, deliver, uniqueName: true}), 'CONFLICT')
      expect(err.message).to.contain(id)
      expect(calls).to.deep.equal([['listTokens', {deploymentId: test.deploymentId, offset: 0, limit: 1000}]])
    })

    it('makes an agent token by the call of its own', async () => {
      const {id} = await createToken({...spec, role: '', entity: {...deployment, agents: true}, deliver})
      expect(calls).to.deep.equal([
        ['createAgentToken', test.deploymentId, {name: 'ci', description: '', tokenExpiryPeriodInDays: 1}],
      ])
      expect((await owner.listTokens(test.organizationId, {})).totalCount).to.equal(0)
      expect((await owner.getAgentToken(test.organizationId, test.deploymentId, id)).name).to.equal('ci')
    })

    it('ends a token that could not be delivered', async () => {
      await expectFailure(createToken({...spec, entity: deployment, deliver: fail}), 'UNDELIVERED')
      expect(calls.map(([name]) => name)).to.deep.equal(['createToken', 'deleteToken'])
      expect((await owner.listTokens(test.organizationId, {})).totalCount).to.equal(0)
    })

    it('says how to end a token that could neither be delivered nor ended', async () => {
      const stuck = Object.assign(Object.create(owner), {
        createToken: owner.createToken.bind(owner),
        deleteToken: async () => {
          throw new Error('unreachable')
        },
      })
      const broken = {...deployment, target: targetOf(stuck)}
      const err = await expectFailure(createToken({...spec, entity: broken, deliver: fail}), 'UNDELIVERED')
      const [token] = (await owner.listTokens(test.organizationId, {})).tokens
      expect(err.details.hint).to.contain(`tokenry deployment token delete ${token?.id}`)
    })
  })

  describe('find', () => {
    it('needs one call for an id, and the list alone for a name', async () => {
      const {id} = await make()
      await findToken(runtime, {entity: deployment, id})
      await findToken(runtime, {entity: deployment, name: 'ci'})
      expect(calls).to.deep.equal([
        ['getToken', id],
        ['listTokens', {deploymentId: test.deploymentId, offset: 0, limit: 1000}],
      ])
    })

    it('lists by workspace, and for an organization its own tokens only', async () => {
      await listTokens(runtime, {entity: workspace})
      await listTokens(runtime, {entity: organization})
      await listTokens(runtime, {entity: organization, everywhere: true})
      expect(calls).to.deep.equal([
        ['listTokens', {workspaceId: test.workspaceId, offset: 0, limit: 1000}],
        ['listTokens', {includeOnlyOrganizationTokens: true, offset: 0, limit: 1000}],
        ['listTokens', {offset: 0, limit: 1000}],
      ])
    })

    it('does not confuse tokens of two deployments', async () => {
      const {id} = await make()
      const elsewhere = {...deployment, id: 'clother0000000000000000001'}
      await expectFailure(findToken(runtime, {entity: elsewhere, id}), 'NOT_FOUND')
    })
  })

  describe('rotate', () => {
    it('gives a new value in one call, where the old one ends at once', async () => {
      const token = await make()
      await planRotation(runtime, {entity: deployment, token}).apply(deliver)
      expect(calls).to.deep.equal([['rotateToken', token.id]])
      expect([await valid(token.token), await valid(delivered.at(-1))]).to.deep.equal([false, true])
    })

    it('says that the old value has ended when the new one could not be delivered', async () => {
      const token = await make()
      const err = await expectFailure(planRotation(runtime, {entity: deployment, token}).apply(fail), 'UNDELIVERED')
      expect(err.details.hint).to.contain('The old value has ended')
    })

    it('refuses a grace that the vendor does not know', async () => {
      const token = await make()
      expect(() => planRotation(runtime, {entity: deployment, token, graceMs: 1000})).to.throw('knows no grace')
      expect(calls).to.deep.equal([])
    })
  })

  describe('update', () => {
    it('writes only what differs', async () => {
      const token = await make()
      const same = await planUpdate({entity: deployment, token, newName: 'ci', role: 'DEPLOYMENT_ADMIN'})
      await same.apply()
      expect(await owner.getToken(test.organizationId, token.id)).to.include({revision: token.revision})
      calls.length = 0
      await (await planUpdate({entity: deployment, token, newName: 'new'})).apply()
      expect(calls).to.deep.equal([
        ['updateToken', token.id, {name: 'new', description: ''}],
        ['getToken', token.id],
      ])
    })

    it('reads the roles again before it replaces them, and gives the role before the name', async () => {
      const token = await makeWide()
      const change = await planUpdate({entity: organization, token, newName: 'new', role: 'ORGANIZATION_MEMBER'})
      calls.length = 0
      await change.apply()
      const roles = [{entityType: 'ORGANIZATION', entityId: test.organizationId, role: 'ORGANIZATION_MEMBER'}]
      expect(calls).to.deep.equal([
        ['getToken', token.id],
        ['updateTokenRoles', token.id, roles],
        ['updateToken', token.id, {name: 'new', description: ''}],
        ['getToken', token.id],
      ])
    })

    it('is PARTIAL, and says to run it again, when the role is given but the rename fails', async () => {
      const token = await makeWide()
      const stuck = Object.assign(Object.create(owner), {
        getToken: owner.getToken.bind(owner),
        updateTokenRoles: owner.updateTokenRoles.bind(owner),
        listRoles: owner.listRoles.bind(owner),
        updateToken: async () => {
          throw new Error('unreachable')
        },
      })
      const entity = {...organization, target: targetOf(stuck)}
      const change = await planUpdate({entity, token, newName: 'new', role: 'ORGANIZATION_MEMBER'})
      const err = await expectFailure(change.apply(), 'PARTIAL')
      expect(err.details.hint).to.contain('again')
      const after = await owner.getToken(test.organizationId, token.id)
      expect(after).to.include({name: 'ops'})
      expect(after.roles[0]).to.include({role: 'ORGANIZATION_MEMBER'})
    })
  })

  describe('roles of a wider token', () => {
    it('are given by replacing the set that was read, with the new one at the end', async () => {
      const token = await makeWide()
      const change = await planGrant({entity: deployment, token, role: 'DEPLOYMENT_ADMIN'})
      expect(change.plan).to.deep.include({
        action: 'add',
        changes: [{field: 'role', before: null, after: 'DEPLOYMENT_ADMIN'}],
      })
      calls.length = 0
      await change.apply()
      const added = {entityType: 'DEPLOYMENT', entityId: test.deploymentId, role: 'DEPLOYMENT_ADMIN'}
      expect(calls).to.deep.equal([
        ['getToken', token.id],
        ['updateTokenRoles', token.id, [...token.roles, added]],
        ['getToken', token.id],
      ])
    })

    it('are not written when somebody else has changed them since they were read: CONFLICT, not a lost update', async () => {
      const token = await makeWide()
      const change = await planGrant({entity: deployment, token, role: 'DEPLOYMENT_ADMIN'})
      const other = {entityType: 'WORKSPACE' as const, entityId: test.workspaceId, role: 'WORKSPACE_MEMBER'}
      await owner.updateTokenRoles(test.organizationId, token.id, [...token.roles, other])
      await expectFailure(change.apply(), 'CONFLICT')
      const after = await owner.getToken(test.organizationId, token.id)
      expect(after.roles).to.deep.equal([...token.roles, other])
    })

    it('are taken away one by one; without one there is nothing to remove', async () => {
      const token = await makeWide()
      await expectFailure(planRemoval({entity: deployment, token}), 'NOT_FOUND')
      await (await planGrant({entity: deployment, token, role: 'DEPLOYMENT_ADMIN'})).apply()
      const granted = await owner.getToken(test.organizationId, token.id)
      calls.length = 0
      await (await planRemoval({entity: deployment, token: granted})).apply()
      expect(calls[1]).to.deep.equal(['updateTokenRoles', token.id, token.roles])
    })
  })

  describe('delete', () => {
    const options = {self: false}

    it('deletes a token of the entity, and takes from a wider one only its role', async () => {
      const own = await make()
      await (await planDelete(runtime, {...options, entity: deployment, token: own})).apply()
      const wide = await makeWide()
      await (await planGrant({entity: deployment, token: wide, role: 'DEPLOYMENT_ADMIN'})).apply()
      const granted = await owner.getToken(test.organizationId, wide.id)
      calls.length = 0
      await (await planDelete(runtime, {...options, entity: deployment, token: granted})).apply()
      expect(calls).to.deep.equal([
        ['getToken', wide.id],
        ['updateTokenRoles', wide.id, wide.roles],
      ])
      expect([await valid(own.token), await valid(wide.token)]).to.deep.equal([false, true])
    })

    it('refuses the token that one is signed in with, unless it is meant', async () => {
      const token = await make()
      const entity = {...deployment, target: targetOf(api, token.id)}
      const err = await expectFailure(planDelete(runtime, {...options, entity, token}), 'USAGE')
      expect(err.details.hint).to.contain('--self')
      expect(calls).to.deep.equal([])
      await (await planDelete(runtime, {self: true, entity, token})).apply()
      expect(await valid(token.token)).to.equal(false)
    })

    it('refuses a token that was used within the time that is given', async () => {
      const token = {...(await make()), lastUsedAt: '2026-11-22T11:00:00Z'}
      const refused = planDelete(runtime, {...options, entity: deployment, token, unusedForMs: 2 * 3_600_000})
      expect((await expectFailure(refused, 'CHECK_FAILED')).message).to.contain('1 hour ago')
      await (await planDelete(runtime, {...options, entity: deployment, token, unusedForMs: 3_500_000})).apply()
      expect(await valid(token.token)).to.equal(false)
    })

    for (const kind of ['the token itself', 'a token of a wider scope']) {
      it(`looks once more right before it takes away ${kind}, and leaves one that was used since`, async () => {
        const token = kind === 'the token itself' ? await make() : await makeWide()
        const planned = await planDelete(runtime, {...options, entity: deployment, token, unusedForMs: 3_600_000})
        await test.service.authenticate('astro', token.token)
        await test.service.settle()
        await expectFailure(planned.apply(), 'CHECK_FAILED')
        expect(calls.map(([name]) => name)).to.deep.equal(['getToken'])
        expect(await valid(token.token)).to.equal(true)
      })
    }
  })
})
