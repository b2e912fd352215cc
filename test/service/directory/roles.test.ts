import {rejects} from 'node:assert/strict'
import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {issueTestToken, openTestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('a custom role', () => {
  it('is placed below another one, or refused, in the transaction that creates it', async () => {
    const {service, organizationId} = await openTestService({inMemory: true})
    const spec = {organizationId, scopeType: 'DEPLOYMENT', description: ''}
    const above = await service.createRole(ASTRO_POLICY, ACTOR, {...spec, name: 'above'})
    expect(above.parentId).to.equal(null)
    const placeBelow = async () => above.id
    const below = await service.createRole(ASTRO_POLICY, ACTOR, {...spec, name: 'below', placeBelow})
    expect(await service.read.listRoles(organizationId, 'astro')).to.deep.include.members([above, below])
    expect(below.parentId).to.equal(above.id)
    const refusal = new Error('no')
    const refuse = async () => {
      throw refusal
    }
    const creating = service.createRole(ASTRO_POLICY, ACTOR, {...spec, name: 'third', placeBelow: refuse})
    await rejects(creating, (err) => err === refusal)
    await rejects(
      service.deleteRole(ASTRO_POLICY, ACTOR, {organizationId, name: 'below', allow: refuse}),
      (err) => err === refusal,
    )
    expect(await service.read.listRoles(organizationId, 'astro')).to.have.length(2)
    const actions = (await service.read.listAudit(organizationId)).map(({action}) => action)
    expect(actions.filter((action) => action.startsWith('role.'))).to.deep.equal(['role.create', 'role.create'])
    await service.close()
  })

  for (const [holders, named, rest] of [
    [1, 1, null],
    [5, 5, null],
    [6, 5, 'and 1 more'],
    [8, 5, 'and 3 more'],
  ] as const) {
    it(`is not deleted while ${holders} tokens have it, of which ${named} are named`, async () => {
      const test = await openTestService({inMemory: true})
      const {service, organizationId, deploymentId} = test
      const reference = {organizationId, vendor: 'astro', name: 'deployer'}
      await service.createRole(ASTRO_POLICY, ACTOR, {...reference, scopeType: 'DEPLOYMENT', description: ''})
      const role = {entityType: 'DEPLOYMENT', entityId: deploymentId, deploymentId: null, role: 'deployer'}
      const ids: string[] = []
      for (let index = 0; index < holders; index += 1) {
        test.clock.nowMs += 1000
        ids.push((await issueTestToken(test, {roles: [role]})).token.id)
      }
      const {message} = await expectFailure(service.deleteRole(ASTRO_POLICY, ACTOR, reference), 'CONFLICT')
      expect(message).to.match(new RegExp(`${ids.slice(0, named).join(', ')}${rest ? ` ${rest}` : ''}$`))
      expect(await service.read.listRoles(organizationId, 'astro')).to.have.length(1)
      await service.close()
    })
  }
})
