import {expect} from 'chai'
import {planDelete} from '../../../src/operations/astro/delete-token.ts'
import {planGrant, planRemoval} from '../../../src/operations/astro/grant-role.ts'
import {planUpdate} from '../../../src/operations/astro/update-token.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import type {AstroTokenRecord} from '../../../src/vendors/astro/token-port.ts'
import type {Minted} from '../../../src/vendors/token-port.ts'
import {openPlainAstro, type PlainAstro} from '../../support/plain-astro.ts'
import {expectFailure} from '../../support/rejection.ts'

const HOUR_MS = 3_600_000

describe('changes on a target that has only the Astro API', () => {
  let astro: PlainAstro
  let warnings: string[]
  const warn = async (text: string) => void warnings.push(text)

  beforeEach(async () => {
    astro = await openPlainAstro()
    warnings = []
  })
  afterEach(() => astro.service.close())

  const read = (id: string) => astro.owner.getToken(astro.organizationId, id)
  const record = (id: string) => astro.organization.port.get(id)

  describe('update', () => {
    it('writes only the fields that differ', async () => {
      const {token} = await astro.make()
      const before = await read(token.id)
      const same = await planUpdate({entity: astro.deployment, token, newName: 'ci', role: 'DEPLOYMENT_ADMIN'})
      await same.apply()
      expect(await read(token.id)).to.deep.equal(before)
      expect(astro.calls).to.deep.equal([['getToken', token.id]])
      astro.calls.length = 0
      await (await planUpdate({entity: astro.deployment, token, newName: 'new'})).apply()
      expect(astro.calls).to.deep.equal([
        ['getToken', token.id],
        ['updateToken', token.id, {name: 'new', description: ''}],
        ['getToken', token.id],
      ])
    })

    it('reads again before and after the write, and gives the role before the name', async () => {
      const {token} = await astro.makeWide()
      const change = {token, newName: 'new', role: 'ORGANIZATION_MEMBER'}
      const planned = await planUpdate({entity: astro.organization, ...change})
      astro.calls.length = 0
      await planned.apply()
      const roles = [{entityType: 'ORGANIZATION', entityId: astro.organizationId, role: 'ORGANIZATION_MEMBER'}]
      expect(astro.calls).to.deep.equal([
        ['getToken', token.id],
        ['updateTokenRoles', token.id, roles],
        ['getToken', token.id],
        ['getToken', token.id],
        ['updateToken', token.id, {name: 'new', description: ''}],
        ['getToken', token.id],
      ])
    })

    it('is PARTIAL, and says to run it again, if the role was given but the rename fails', async () => {
      const {token} = await astro.makeWide()
      const updateToken = async () => {
        throw new Error('unreachable')
      }
      const entity = astro.changed({updateToken}).organization
      const change = await planUpdate({entity, token, newName: 'new', role: 'ORGANIZATION_MEMBER'})
      const err = await expectFailure(change.apply(), 'PARTIAL')
      expect(err.details.hint).to.contain('again')
      const after = await read(token.id)
      expect(after).to.include({name: 'ops'})
      expect(after.roles[0]).to.include({role: 'ORGANIZATION_MEMBER'})
    })

    it('does not overwrite a text that someone else has changed since it was read: CONFLICT that names the list', async () => {
      const {token} = await astro.make()
      const change = await planUpdate({entity: astro.deployment, token, newName: 'new'})
      await astro.owner.updateToken(astro.organizationId, token.id, {name: 'ci', description: 'theirs'})
      const err = await expectFailure(change.apply(), 'CONFLICT')
      expect(err.message).to.contain('name or description')
      expect(err.details.hint).to.contain('tokenry deployment token list')
      expect(await read(token.id)).to.include({name: 'ci', description: 'theirs'})
    })
  })

  describe('roles of a wider token', () => {
    const here = () => ({entityType: 'DEPLOYMENT', entityId: astro.deploymentId, role: 'DEPLOYMENT_ADMIN'}) as const

    async function makeGranted(): Promise<Minted<AstroTokenRecord>> {
      const {token, secret} = await astro.makeWide()
      await astro.owner.updateTokenRoles(astro.organizationId, token.id, [...token.roles, here()])
      const granted = await record(token.id)
      astro.calls.length = 0
      return {secret, token: granted}
    }

    it('are given by replacing the set that was read, with the new role at the end', async () => {
      const {token} = await astro.makeWide()
      const change = await planGrant({entity: astro.deployment, token, role: 'DEPLOYMENT_ADMIN'})
      expect(change.plan).to.deep.include({
        action: 'add',
        changes: [{field: 'role', before: null, after: 'DEPLOYMENT_ADMIN'}],
      })
      astro.calls.length = 0
      await change.apply()
      expect(astro.calls).to.deep.equal([
        ['getToken', token.id],
        ['updateTokenRoles', token.id, [...token.roles, here()]],
        ['getToken', token.id],
        ['getToken', token.id],
      ])
    })

    it('are not written if someone else has changed them since they were read: CONFLICT, not a lost update', async () => {
      const {token} = await astro.makeWide()
      const change = await planGrant({entity: astro.deployment, token, role: 'DEPLOYMENT_ADMIN'})
      const other = {entityType: 'WORKSPACE' as const, entityId: astro.workspaceId, role: 'WORKSPACE_MEMBER'}
      await astro.owner.updateTokenRoles(astro.organizationId, token.id, [...token.roles, other])
      const err = await expectFailure(change.apply(), 'CONFLICT')
      expect(err.message).to.contain('roles')
      expect(err.details.hint).to.contain(`tokenry deployment token list --deployment-id ${astro.deploymentId}`)
      expect((await read(token.id)).roles).to.deep.equal([...token.roles, other])
    })

    it('are removed one by one; if there is none, there is nothing to remove', async () => {
      const {token} = await astro.makeWide()
      await expectFailure(planRemoval({entity: astro.deployment, token}), 'NOT_FOUND')
      const granted = await makeGranted()
      await (await planRemoval({entity: astro.deployment, token: granted.token})).apply()
      expect(astro.calls[1]).to.deep.equal(['updateTokenRoles', granted.token.id, token.roles])
    })

    it('are all that a delete removes from a wider token', async () => {
      const {token, secret} = await makeGranted()
      const options = {entity: astro.deployment, token, self: false, warn}
      expect(await (await planDelete(astro.runtime, options)).apply()).to.include({ended: false})
      const wide = token.roles.slice(0, 1)
      expect(astro.calls).to.deep.equal([
        ['getToken', token.id],
        ['updateTokenRoles', token.id, wide],
        ['getToken', token.id],
      ])
      expect(await astro.isValid(secret)).to.equal(true)
    })
  })

  describe('delete', () => {
    const plan = (token: AstroTokenRecord, more: {unusedForMs?: number; self?: boolean} = {}) =>
      planDelete(astro.runtime, {entity: astro.deployment, token, self: false, warn, ...more})

    it('deletes a token of the entity with one call', async () => {
      const {token, secret} = await astro.make()
      expect(await (await plan(token)).apply()).to.include({id: token.id, ended: true})
      expect(astro.calls).to.deep.equal([['deleteToken', token.id]])
      expect([await astro.isValid(secret), warnings]).to.deep.equal([false, []])
    })

    it('refuses the token of the caller, unless --self is given', async () => {
      const {token, secret} = await astro.make()
      const entity = astro.changed({}, {isOwnToken: (id) => id === token.id}).deployment
      const refused = planDelete(astro.runtime, {self: false, entity, token, warn})
      const err = await expectFailure(refused, 'USAGE')
      expect(err.details.hint).to.contain('--self')
      expect(astro.calls).to.deep.equal([])
      await (await planDelete(astro.runtime, {self: true, entity, token, warn})).apply()
      expect(await astro.isValid(secret)).to.equal(false)
    })

    it('refuses a token that was used within the given time', async () => {
      const {token, secret} = await astro.make()
      const used = {...token, lastUsedAt: new Date(astro.clock.nowMs - HOUR_MS).toISOString()}
      const err = await expectFailure(plan(used, {unusedForMs: 2 * HOUR_MS}), 'CHECK_FAILED')
      expect(err.message).to.contain('1 hour ago')
      expect(astro.calls).to.deep.equal([])
      await (await plan(used, {unusedForMs: 3_500_000})).apply()
      expect(await astro.isValid(secret)).to.equal(false)
    })

    it('checks for a use, then deletes, and warns that these are two steps', async () => {
      const {token, secret} = await astro.make()
      await (await plan(token, {unusedForMs: HOUR_MS})).apply()
      expect(astro.calls.map(([name]) => name)).to.deep.equal(['getToken', 'deleteToken'])
      expect(warnings.join()).to.match(/context plain .*in one step/)
      expect(await astro.isValid(secret)).to.equal(false)
    })

    it('warns likewise before it removes the role of a token of a wider scope', async () => {
      const {token, secret} = await astro.makeWide()
      await (await plan(token, {unusedForMs: HOUR_MS})).apply()
      expect(warnings.join()).to.match(/removal of a role .*in one step/)
      expect(await astro.isValid(secret)).to.equal(true)
    })

    for (const kind of ['the token itself', 'a token of a wider scope']) {
      it(`checks again immediately before the change, and leaves a token that was used since: ${kind}`, async () => {
        const {token, secret} = kind === 'the token itself' ? await astro.make() : await astro.makeWide()
        const planned = await plan(token, {unusedForMs: HOUR_MS})
        await astro.service.authenticate(ASTRO_POLICY, secret)
        await astro.service.settle()
        await expectFailure(planned.apply(), 'CHECK_FAILED')
        expect(astro.calls.map(([name]) => name)).to.deep.equal(['getToken'])
        expect(await astro.isValid(secret)).to.equal(true)
      })
    }
  })
})
