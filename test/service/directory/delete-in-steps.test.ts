import {rejects} from 'node:assert/strict'
import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import {AppError} from '../../../src/errors/app-error.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR = {type: 'local', id: 'tester'} as const
/** More than one step ends. */
const TOKENS = 450

/** Each deletion with the scope and owner of the tokens that end with it. */
const DELETIONS = {
  deployment: {
    scope: 'DEPLOYMENT',
    owner: ({deploymentId}: TestService) => deploymentId,
    run: ({service, organizationId, deploymentId}: TestService, onProgress?: (ended: number) => void) =>
      service.deleteDeployment(ACTOR, {organizationId, deploymentId}, onProgress),
  },
  workspace: {
    scope: 'DEPLOYMENT',
    owner: ({deploymentId}: TestService) => deploymentId,
    run: ({service, organizationId, workspaceId}: TestService, onProgress?: (ended: number) => void) =>
      service.deleteWorkspace(ACTOR, {organizationId, workspaceId}, onProgress),
  },
  organization: {
    scope: 'ORGANIZATION',
    owner: ({organizationId}: TestService) => organizationId,
    run: ({service, organizationId}: TestService, onProgress?: (ended: number) => void) =>
      service.deleteOrganization(ACTOR, organizationId, onProgress),
  },
}

for (const [noun, {scope, owner, run}] of Object.entries(DELETIONS)) {
  describe(`the deletion of a ${noun} with many tokens`, () => {
    let test: TestService
    let secrets: string[] = []
    beforeEach(async () => {
      test = await openTestService({inMemory: true})
      await test.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'other'})
      const issued = Array.from({length: TOKENS}, () => issueTestToken(test, {scope, ownerId: owner(test)}))
      secrets = (await Promise.all(issued)).map(({secret}) => secret)
    })
    afterEach(() => test.service.close())

    const countValid = async () => {
      const verdicts = await Promise.all(secrets.map((secret) => test.service.verify(secret)))
      return verdicts.filter(({valid}) => valid).length
    }
    const countLive = () => test.service.read.countTokens(test.organizationId, {vendor: 'astro'})

    it('refuses all of them from the first step on, as deleted, and ends them step by step', async () => {
      const seen: number[] = []
      const checks: Promise<unknown>[] = []
      const {endedTokens} = await run(test, (ended) => {
        seen.push(ended)
        checks.push(countValid().then((valid) => expect(valid).to.equal(0)))
      })
      await Promise.all(checks)
      expect(endedTokens).to.equal(TOKENS)
      expect(seen.length).to.be.greaterThan(2)
      expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b))
      expect(await countLive()).to.equal(0)
      expect(await test.service.verify(secrets[0] ?? '')).to.include({valid: false, reason: 'deleted'})
    })

    it('leaves no token valid if it is cut off after any step, and can be run again', async () => {
      const cut = (after: number) => {
        let steps = 0
        return run(test, () => {
          steps += 1
          if (steps === after) throw new AppError('CANCELLED', 'cut off')
        })
      }
      let before = TOKENS
      for (const after of [1, 2]) {
        await rejects(cut(after), /cut off/)
        expect(await countValid()).to.equal(0)
        expect(await countLive()).to.be.within(0, before - 1)
        before = await countLive()
        await rejects(test.service.authenticate(ASTRO_POLICY, secrets.at(-1) ?? ''), {code: 'UNAUTHENTICATED'})
      }
      await run(test)
      expect([await countLive(), await countValid()]).to.deep.equal([0, 0])
      const trail = await test.service.read.listAudit(test.organizationId)
      expect(trail.filter(({action}) => action === 'token.delete')).to.have.lengthOf(TOKENS)
      expect(trail.filter(({action}) => action === `${noun}.delete`)).to.have.lengthOf(1)
    })

    it('refuses a new token while it runs and after it was cut off: its secret would not work', async () => {
      const refused: Promise<void>[] = []
      const create = () => issueTestToken(test, {scope, ownerId: owner(test), name: 'late'})
      const refuse = {code: 'CONFLICT', message: /is being deleted/}
      const cutOff = run(test, () => {
        refused.push(rejects(create(), refuse))
        throw new AppError('CANCELLED', 'cut off')
      })
      await rejects(cutOff, /cut off/)
      await Promise.all(refused)
      await rejects(create(), refuse)
      expect(refused).to.have.lengthOf(1)
    })

    it('refuses to rotate a token after it was cut off', async () => {
      const cutOff = run(test, () => {
        throw new AppError('CANCELLED', 'cut off')
      })
      await rejects(cutOff, /cut off/)
      const [token] = await test.service.read.listTokens(test.organizationId, {vendor: 'astro'}, {offset: 0, limit: 1})
      const reference = {organizationId: test.organizationId, tokenId: token?.id ?? ''}
      const refuse = {code: 'CONFLICT', message: /is being deleted/}
      await rejects(test.service.rotate(ASTRO_POLICY, ACTOR, reference), refuse)
      await rejects(test.service.beginRotation(ASTRO_POLICY, ACTOR, reference), refuse)
    })
  })
}

describe('the deletion of an organization that is cut off', () => {
  it('does not let the other one be deleted, which would leave none that works', async () => {
    const test = await openTestService({inMemory: true})
    const {organization: other} = await test.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'other'})
    const {organizationId, service} = test
    const cutOff = service.deleteOrganization(ACTOR, organizationId, () => {
      throw new AppError('CANCELLED', 'cut off')
    })
    await rejects(cutOff, /cut off/)
    const refusal = {code: 'CONFLICT', message: /the only organization/}
    await rejects(service.deleteOrganization(ACTOR, other.organizationId), refusal)
    await service.deleteOrganization(ACTOR, organizationId)
    expect(await service.read.countOrganizations()).to.equal(1)
    await service.close()
  })

  it('ends only one of two that are deleted at the same time', async () => {
    const test = await openTestService({inMemory: true})
    const {organization: other} = await test.service.createOrganization(ASTRO_POLICY, ACTOR, {name: 'other'})
    const ids = [test.organizationId, other.organizationId]
    const results = await Promise.allSettled(ids.map((id) => test.service.deleteOrganization(ACTOR, id)))
    expect(results.map(({status}) => status)).to.deep.equal(['fulfilled', 'rejected'])
    const left = {...test, organizationId: other.organizationId}
    const {secret} = await issueTestToken(left, {scope: 'ORGANIZATION', ownerId: other.organizationId, roles: []})
    expect(await test.service.verify(secret)).to.include({valid: true})
    await test.service.close()
  })
})

describe('the marks of a deletion', () => {
  it('are gone when it has ended, and do not affect the tokens of another owner', async () => {
    const test = await openTestService()
    const {organizationId, workspaceId} = test
    const spec = {organizationId, workspaceId, name: 'kept'}
    const kept = await test.service.createDeployment(ASTRO_POLICY, ACTOR, spec)
    const {secret} = await issueTestToken(test, {ownerId: kept.id})
    await issueTestToken(test)
    const reference = {organizationId, deploymentId: test.deploymentId}
    let valid: Promise<boolean> | undefined
    await test.service.deleteDeployment(ACTOR, reference, () => {
      valid ??= test.service.verify(secret).then((verdict) => verdict.valid)
    })
    expect(await valid).to.equal(true)
    const db = new DatabaseSync(`${test.dataFolder}/tokenry.db`, {readOnly: true})
    expect(db.prepare('SELECT * FROM deletion').all()).to.deep.equal([])
    db.close()
    await test.service.close()
  })
})
