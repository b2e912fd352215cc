import {expect} from 'chai'
import type {Actor} from '../../../src/service/context.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {issueTestToken, openTestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('a custom role', () => {
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
