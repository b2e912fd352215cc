import {expect} from 'chai'
import {AppError, type GoneThing} from '../../../src/errors/app-error.ts'
import {planDelete} from '../../../src/operations/astro/delete-token.ts'
import type {TokenEntity} from '../../../src/operations/astro/entity.ts'
import {type FindOptions, findToken} from '../../../src/operations/astro/find-token.ts'
import {planRemoval} from '../../../src/operations/astro/grant-role.ts'
import {ignoreGone} from '../../../src/operations/ignore-gone.ts'
import type {AstroSecretFinding} from '../../../src/vendors/astro/capabilities.ts'
import {findTokenByClaims} from '../../../src/vendors/astro/client-secrets.ts'
import type {AstroTokenRecord} from '../../../src/vendors/astro/token-port.ts'
import {openPlainAstro, type PlainAstro} from '../../support/plain-astro.ts'
import {expectFailure} from '../../support/rejection.ts'

const HOUR_MS = 3_600_000
const NOT_HERE = async (): Promise<never> => {
  throw new AppError('NOT_FOUND', 'Not Found.', {status: 404, vendor: 'astro', requestId: 'r1'})
}

describe('a token that is gone, on a target that has only the Astro API', () => {
  let astro: PlainAstro
  beforeEach(async () => {
    astro = await openPlainAstro()
  })
  afterEach(() => astro.service.close())

  const warn = async () => {}
  const plan = (entity: TokenEntity, token: AstroTokenRecord, unusedForMs?: number) =>
    planDelete(astro.runtime, {entity, token, self: false, unusedForMs, warn})
  const remove = ({id}: AstroTokenRecord) => astro.owner.deleteToken(astro.organizationId, id)

  /** Return a token of the organization that has a role on the deployment too. */
  async function makeGranted(): Promise<AstroTokenRecord> {
    const {id, roles} = (await astro.makeWide()).token
    const role = {entityType: 'DEPLOYMENT', entityId: astro.deploymentId, role: 'DEPLOYMENT_ADMIN'} as const
    await astro.owner.updateTokenRoles(astro.organizationId, id, [...roles, role])
    return astro.deployment.port.get(id)
  }

  async function goneOf(work: Promise<unknown>): Promise<GoneThing | undefined> {
    return (await expectFailure(work, 'NOT_FOUND')).details.gone
  }

  const describeGone = ({id}: AstroTokenRecord): GoneThing => ({
    wanted: id,
    sentence: `API token ${id} was deleted by someone else in the meantime`,
  })

  describe('because someone else deleted it after it was found', () => {
    it('is marked by a delete, with or without a check for uses', async () => {
      for (const unusedForMs of [undefined, HOUR_MS]) {
        const {token} = await astro.make()
        const planned = await plan(astro.deployment, token, unusedForMs)
        await remove(token)
        expect(await goneOf(planned.apply())).to.deep.equal(describeGone(token))
      }
    })

    it('is marked if the vendor answers the delete itself with NOT_FOUND', async () => {
      const {token} = await astro.make()
      const planned = await plan(astro.changed({deleteToken: NOT_HERE}).deployment, token)
      const err = await expectFailure(planned.apply(), 'NOT_FOUND')
      expect(err.details).to.deep.include({gone: describeGone(token), requestId: 'r1', status: 404})
    })

    it('is marked by the removal of a role, by `delete` and by `remove`', async () => {
      for (const unusedForMs of [undefined, HOUR_MS]) {
        const token = await makeGranted()
        const planned = await plan(astro.deployment, token, unusedForMs)
        await remove(token)
        expect(await goneOf(planned.apply())).to.deep.equal(describeGone(token))
      }
      const token = await makeGranted()
      const planned = await planRemoval({entity: astro.deployment, token})
      await remove(token)
      expect(await goneOf(planned.apply())).to.deep.equal(describeGone(token))
    })

    it('is not marked if only the write of the roles is NOT_FOUND, and the token is still there', async () => {
      const token = await makeGranted()
      const entity = astro.changed({updateTokenRoles: NOT_HERE}).deployment
      expect(await goneOf((await planRemoval({entity, token})).apply())).to.equal(undefined)
      expect(await astro.owner.getToken(astro.organizationId, token.id)).to.include({id: token.id})
    })

    it('is not marked if the token cannot be read to make sure', async () => {
      const token = await makeGranted()
      const getToken = async (): Promise<never> => {
        throw new AppError('TIMEOUT', 'No answer')
      }
      const entity = astro.changed({getToken}).deployment
      const planned = await planRemoval({entity, token})
      await expectFailure(planned.apply(), 'TIMEOUT')
    })
  })

  it('has a role no more: a removal of a role that the token does not have is marked', async () => {
    const {token} = await astro.makeWide()
    expect(await goneOf(planRemoval({entity: astro.deployment, token}))).to.deep.equal({wanted: token.id})
  })

  describe('and named by its secret', () => {
    const find = (finding: AstroSecretFinding, more: Partial<FindOptions> = {}) =>
      findToken({entity: {...astro.deployment, namedBySecret: finding}, ...more})

    it('is marked if Astro does not have it in the organization that the command uses', async () => {
      const {token, secret} = await astro.make()
      await remove(token)
      const finding = await findTokenByClaims(
        {getToken: NOT_HERE, getAgentToken: NOT_HERE},
        claiming(token.id, astro.organizationId),
        0,
      )
      expect(finding).to.deep.equal({
        state: 'unknown',
        token: null,
        claimedOrganizationId: astro.organizationId,
      })
      expect(await goneOf(find(finding))).to.deep.equal({wanted: null})
      expect(await goneOf(find(finding, {name: 'ci'}))).to.equal(undefined)
      expect(await goneOf(find(finding, {idOrName: token.id}))).to.equal(undefined)
      expect(await astro.isValid(secret)).to.equal(false)
    })

    it('is not marked if the secret names another organization, where it may work', async () => {
      const finding = await findTokenByClaims(
        {getToken: NOT_HERE, getAgentToken: NOT_HERE},
        claiming('cone', 'cother'),
        0,
      )
      expect(await goneOf(find(finding))).to.equal(undefined)
      const {token} = await astro.make()
      await remove(token)
      const found = {id: token.id, organizationId: 'cother', scope: 'DEPLOYMENT', ownerId: 'x'} as const
      const elsewhere = {state: 'valid', token: {...found, isAgent: false, isDeleted: false}}
      expect(await goneOf(find(elsewhere))).to.equal(undefined)
      const here = {...elsewhere.token, organizationId: astro.organizationId}
      expect(await goneOf(find({state: 'valid', token: here}))).to.deep.equal({wanted: token.id})
    })
  })
})

describe('ignoreGone', () => {
  const gone = new AppError('NOT_FOUND', 'No API token ci', {gone: {wanted: 'ci'}})
  const run = (ignored: boolean, err: unknown) =>
    ignoreGone({ignored, verb: 'drop'}, async () => {
      throw err
    })

  it('returns what is gone, with a sentence that claims no deletion', async () => {
    expect(await run(true, gone)).to.deep.equal({
      gone: true,
      wanted: 'ci',
      message: 'No API token ci; nothing to drop',
    })
    expect(await ignoreGone({ignored: true, verb: 'drop'}, async () => 1)).to.equal(1)
  })

  it('throws every error without the flag, and every other error with it', async () => {
    expect(await expectFailure(run(false, gone), 'NOT_FOUND')).to.equal(gone)
    const place = new AppError('NOT_FOUND', 'No deployment x')
    expect(await expectFailure(run(true, place), 'NOT_FOUND')).to.equal(place)
    const conflict = new AppError('CONFLICT', 'Changed', {gone: {wanted: 'ci'}})
    expect(await expectFailure(run(true, conflict), 'CONFLICT')).to.equal(conflict)
  })
})

/** Return a text in the shape of an Astro token with these claims. */
function claiming(tokenId: string, organizationId: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    apiTokenId: tokenId,
    organizationId,
    permissions: [`apiTokenId:${tokenId}`, `organizationId:${organizationId}`],
  }
  return `${part({alg: 'RS256', typ: 'JWT'})}.${part(claims)}.${'x'.repeat(43)}`
}
