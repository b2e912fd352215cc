import {expect} from 'chai'
import type {CreateTokenBody, UpdateTokenBody} from '../../../../src/vendors/astro/api.ts'

import {withoutTokenDetails} from '../../../support/plain-astro-api.ts'

import {expectFailure} from '../../../support/rejection.ts'
import {expectNoChange, type OpenTarget, useTarget} from './target.ts'

const DAY_MS = 86_400_000

/** Contracts/astro.md, 6.1 and 8.1: a token from its creation to its end. */
export function describeTokens(open: OpenTarget): void {
  const target = useTarget(open)

  it('creates a token with every documented field, and returns the secret in this answer only', async () => {
    const {mint, api, organizationId, deploymentId, ownerToken} = target.current
    const {token, ...created} = await mint({description: 'd', tokenExpiryPeriodInDays: 30})
    const maker = {id: ownerToken.id, subjectType: 'SERVICEKEY', apiTokenName: 'owner'}
    expect(withoutTokenDetails(created)).to.deep.equal({
      id: created.id,
      name: 'ci',
      description: 'd',
      scope: 'DEPLOYMENT',
      kind: 'STANDARD',
      shortToken: token.slice(-8),
      startAt: '2026-11-22T12:00:02Z',
      endAt: '2026-12-22T12:00:02Z',
      expiryPeriodInDays: 30,
      createdAt: '2026-11-22T12:00:02Z',
      updatedAt: '2026-11-22T12:00:02Z',
      createdBy: maker,
      updatedBy: maker,
      roles: [{entityType: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'}],
    })
    expect(await api.getToken(organizationId, created.id)).to.deep.equal(created)
    const {tokens} = await api.listTokens(organizationId, {deploymentId})
    expect(tokens).to.deep.equal([created])
    expect(JSON.stringify(await api.listTokens(organizationId, {}))).to.not.contain(token)
  })

  it('creates a token without an expiry, without a description and of kind STANDARD by default', async () => {
    const created = await target.current.mint({scope: 'ORGANIZATION'})
    expect(created)
      .to.include({description: '', kind: 'STANDARD'})
      .and.to.not.have.any.keys('endAt', 'expiryPeriodInDays')
    const {organizationId} = target.current
    expect(created.roles).to.deep.equal([
      {entityType: 'ORGANIZATION', entityId: organizationId, role: 'ORGANIZATION_MEMBER'},
    ])
  })

  for (const scope of ['ORGANIZATION', 'WORKSPACE', 'DEPLOYMENT'] as const) {
    it(`puts the claims that clients read into the secret of a token of scope ${scope}`, async () => {
      const {mint, organizationId, workspaceId, deploymentId, service} = target.current
      const {id, token} = await mint({scope, ...(scope === 'DEPLOYMENT' ? {tokenExpiryPeriodInDays: 1} : {})})
      const [header, claims] = token
        .split('.')
        .slice(0, 2)
        .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
      const permissions = [
        `apiTokenId:${id}`,
        `organizationId:${organizationId}`,
        ...(scope === 'ORGANIZATION' ? [] : [`workspaceId:${workspaceId}`]),
        ...(scope === 'DEPLOYMENT' ? [`deploymentId:${deploymentId}`] : []),
      ]
      expect(header).to.include({alg: 'EdDSA', typ: 'JWT'})
      expect(claims).to.deep.include({
        sub: id,
        org_id: organizationId,
        aud: ['astronomer-ee'],
        permissions,
        scope: permissions.join(' '),
        version: 'v1',
        isAstronomerGenerated: true,
        apiTokenId: id,
      })
      expect(claims.exp).to.equal(scope === 'DEPLOYMENT' ? claims.iat + 86_400 : undefined)
      expect((await service.verify(token)).valid).to.equal(true)
    })
  }

  it('accepts duplicate names, and every length up to the limits', async () => {
    const {mint, api, organizationId, deploymentId} = target.current
    const longest = {name: 'n'.repeat(256), description: 'd'.repeat(500), tokenExpiryPeriodInDays: 3650}
    const ids = new Set()
    for (const body of [longest, longest, {name: 'n', tokenExpiryPeriodInDays: 1}]) ids.add((await mint(body)).id)
    expect(ids.size).to.equal(3)
    expect((await api.listTokens(organizationId, {deploymentId})).totalCount).to.equal(3)
  })

  it('keeps all kinds of characters unchanged', async () => {
    const {mint, api, organizationId} = target.current
    const texts = {name: '"a" & <b> \\ % ü 🚀 \u2028 é', description: 'tab\tnewline\nend \u001b[31m \u202e'}
    const {id} = await mint(texts)
    expect(await api.getToken(organizationId, id)).to.include(texts)
    const changed = {name: '\u0001\u007f', description: '/../%2e'}
    expect(await api.updateToken(organizationId, id, changed)).to.include(changed)
  })

  for (const [field, body] of [
    ['name', {name: ''}],
    ['name', {name: 'x'.repeat(257)}],
    ['name', {name: 'a\u0000'}],
    ['name', {name: 'a\ud800'}],
    ['description', {description: 'x'.repeat(501)}],
    ['description', {description: '\u0000'}],
    ['role', {role: ''}],
    ['role', {role: 'unknown'}],
    ['role', {role: 'x'.repeat(257)}],
    ['entityId', {entityId: 'x'.repeat(257)}],
    ['role', {role: 'WORKSPACE_OWNER'}],
    ['role', {scope: 'ORGANIZATION', role: 'DEPLOYMENT_ADMIN'}],
    ['scope', {scope: 'TEAM', role: 'DEPLOYMENT_ADMIN'}],
    ['entityId', {entityId: ''}],
    ['kind', {kind: 'AGENT'}],
    ['tokenExpiryPeriodInDays', {tokenExpiryPeriodInDays: 0}],
    ['tokenExpiryPeriodInDays', {tokenExpiryPeriodInDays: -1}],
    ['tokenExpiryPeriodInDays', {tokenExpiryPeriodInDays: 3651}],
    ['tokenExpiryPeriodInDays', {tokenExpiryPeriodInDays: 1.5}],
  ] as [string, Partial<CreateTokenBody>][]) {
    it(`creates nothing from ${JSON.stringify(body).slice(0, 50)}, and names the field`, () => {
      const {mint} = target.current
      return expectNoChange(target.current, async () => {
        const err = await expectFailure(mint(body), 'INVALID')
        expect(err.message).to.match(/^Invalid request: /)
        expect(err.details.fieldErrors?.map((error) => error.field)).to.include(field)
      })
    })
  }

  it('creates nothing for an entity that does not exist', async () => {
    const {mint} = target.current
    await expectNoChange(target.current, async () => {
      for (const scope of ['WORKSPACE', 'DEPLOYMENT'] as const) {
        await expectFailure(mint({scope, entityId: 'cnowhere'}), 'NOT_FOUND')
      }
    })
  })

  it('changes name and description; an omitted field stays, and so do scope, kind, roles and expiry', async () => {
    const {mint, api, organizationId, clock} = target.current
    const {token, ...created} = await mint({description: 'kept', tokenExpiryPeriodInDays: 1, kind: 'DIRECT_ACCESS'})
    clock.nowMs += 60_000
    const renamed = await api.updateToken(organizationId, created.id, {name: 'new'})
    const expected = {...created, name: 'new', updatedAt: '2026-11-22T12:01:02Z'}
    expect(withoutTokenDetails(renamed)).to.deep.equal(withoutTokenDetails(expected))
    expect(await api.getToken(organizationId, created.id)).to.deep.equal(renamed)
    expect(await api.updateToken(organizationId, created.id, {name: 'new', description: ''})).to.include({
      description: '',
    })
  })

  it('records who changed a token last', async () => {
    const {mint, api, connect, organizationId} = target.current
    const admin = await mint({name: 'admin'})
    const {id} = await mint()
    await connect(admin).updateToken(organizationId, id, {name: 'new'})
    const {createdBy, updatedBy} = await api.getToken(organizationId, id)
    expect([createdBy?.apiTokenName, updatedBy]).to.deep.equal([
      'owner',
      {id: admin.id, subjectType: 'SERVICEKEY', apiTokenName: 'admin'},
    ])
  })

  for (const body of [{name: ''}, {name: 'x'.repeat(257)}, {name: 'x', description: 'd'.repeat(501)}]) {
    it(`refuses to change a token to ${JSON.stringify(body).slice(0, 50)}`, async () => {
      const {mint, api, organizationId} = target.current
      const {id} = await mint()
      await expectNoChange(target.current, () =>
        expectFailure(api.updateToken(organizationId, id, body as UpdateTokenBody), 'INVALID'),
      )
    })
  }

  it('rotates: the old secret is refused as soon as the answer is sent; only secret and period change', async () => {
    const {mint, api, connect, organizationId, clock} = target.current
    const {token, ...first} = await mint({description: 'd', tokenExpiryPeriodInDays: 2})
    clock.nowMs += DAY_MS
    const {token: next, ...second} = await api.rotateToken(organizationId, first.id)
    expect(withoutTokenDetails(second)).to.deep.equal({
      ...withoutTokenDetails(first),
      shortToken: next.slice(-8),
      startAt: '2026-11-23T12:00:02Z',
      endAt: '2026-11-25T12:00:02Z',
      lastRotatedAt: '2026-11-23T12:00:02Z',
      updatedAt: second.updatedAt,
    })
    expect(next).to.not.equal(token)
    expect(await api.getToken(organizationId, first.id)).to.deep.equal(second)
    await expectFailure(connect({token}).getSelf(), 'UNAUTHENTICATED')
    expect(await connect({token: next}).getSelf()).to.include({id: first.id})
  })

  it('refuses an expired secret; the token stays listed, and works again after a rotation', async () => {
    const {mint, api, connect, organizationId, deploymentId, clock} = target.current
    const minted = await mint({tokenExpiryPeriodInDays: 1})
    clock.nowMs += DAY_MS - 1
    expect(await connect(minted).getSelf()).to.include({id: minted.id})
    clock.nowMs += 1
    await expectFailure(connect(minted).getSelf(), 'UNAUTHENTICATED')
    expect((await api.listTokens(organizationId, {deploymentId})).totalCount).to.equal(1)
    const rotated = await api.rotateToken(organizationId, minted.id)
    expect(await connect(rotated).getSelf()).to.include({id: minted.id})
  })

  it('deletes: secret and id are invalid as soon as the answer is sent', async () => {
    const {mint, api, connect, organizationId} = target.current
    const minted = await mint()
    await api.deleteToken(organizationId, minted.id)
    await expectFailure(connect(minted).getSelf(), 'UNAUTHENTICATED')
    for (const attempt of [
      () => api.getToken(organizationId, minted.id),
      () => api.updateToken(organizationId, minted.id, {name: 'x'}),
      () => api.updateTokenRoles(organizationId, minted.id, minted.roles),
      () => api.rotateToken(organizationId, minted.id),
      () => api.deleteToken(organizationId, minted.id),
    ]) {
      await expectFailure(attempt(), 'NOT_FOUND')
    }
    expect((await api.listTokens(organizationId, {})).totalCount).to.equal(1)
  })

  it('records the use of a secret, but not the reading of a token by someone else', async () => {
    const {mint, api, connect, organizationId, clock, service} = target.current
    const minted = await mint()
    const lastUse = async () => {
      await service.settle()
      return (await api.getToken(organizationId, minted.id)).lastUsedAt
    }
    expect(await lastUse()).to.equal(undefined)
    clock.nowMs += 60_000
    await connect(minted).listOrganizations({})
    expect(await lastUse()).to.equal('2026-11-22T12:01:02Z')
  })

  it('deletes the tokens of a deployment with it, and removes the roles there from all other tokens', async () => {
    const {mint, api, connect, organizationId, deploymentId, service} = target.current
    const own = await mint()
    const wide = await mint({scope: 'ORGANIZATION'})
    const there = {entityType: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'} as const
    const onDag = {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId} as const
    await api.updateTokenRoles(organizationId, wide.id, [...wide.roles, there, onDag])
    await service.deleteDeployment({type: 'local', id: 'tester'}, {organizationId, deploymentId})
    await expectFailure(connect(own).getSelf(), 'UNAUTHENTICATED')
    await expectFailure(api.getToken(organizationId, own.id), 'NOT_FOUND')
    expect((await api.getToken(organizationId, wide.id)).roles).to.deep.equal(wide.roles)
  })
}
