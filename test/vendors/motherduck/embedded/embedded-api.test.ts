import {join} from 'node:path'
import {expect} from 'chai'
import {decodeToken} from '../../../../src/lib/jwt.ts'
import {openEmbeddedService} from '../../../../src/service/open.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {embeddedMotherDuckApi} from '../../../../src/vendors/motherduck/embedded/embedded-api.ts'
import {MOTHERDUCK_POLICY} from '../../../../src/vendors/motherduck/embedded/policy.ts'
import {seedMotherDuck} from '../../../../src/vendors/motherduck/embedded/seed.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../../support/motherduck-http.ts'
import {makeOldStore} from '../../../support/old-store.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {TEST_NOW} from '../../../support/run-tokenry.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const HOUR_MS = 3_600_000

describe('the embedded MotherDuck, beyond the API', () => {
  let http: MotherDuckHttp
  beforeEach(async () => {
    http = await openMotherDuckHttp({inMemory: true})
    await http.owner.createUser({username: 'etl'})
  })
  afterEach(() => http.service.close())

  it('mints a JWT with the claims of contracts/motherduck.md, section 5', async () => {
    const {id, token} = await http.owner.createToken('etl', {name: 'bi', ttl: 300, token_type: 'read_scaling'})
    const decoded = decodeToken(token)
    const {users} = await http.owner.listUsers({})
    expect(decoded?.header).to.include({alg: 'EdDSA', typ: 'JWT'})
    expect(decoded?.payload).to.include({
      email: 'etl@localhost',
      session: 'etl',
      userId: users[1]?.id,
      tokenType: 'read_scaling',
      readOnly: true,
      sub: id,
      exp: Math.floor(TEST_NOW / 1000) + 300,
    })
    expect(decoded?.payload['pat']).to.match(/^[0-9a-f-]{36}$/)
    const never = await http.owner.createToken('etl', {name: 'ci'})
    expect(decodeToken(never.token)?.payload).to.not.have.property('exp')
  })

  it('lets the owner of the store create a token for a person', async () => {
    await http.addPerson('ann')
    const minted = await http.owner.createToken('ann', {name: 'ci'})
    expect((await http.call('GET', '/v1/users/ann/instances', {as: minted.token})).status).to.equal(200)
    expect(await http.owner.findSelf()).to.equal(null)
  })

  it('finds the user of a credential', async () => {
    const {service} = http
    const credential = await service.authenticate(MOTHERDUCK_POLICY, http.adminToken.token)
    const actor = {type: 'token', id: credential.token.id} as const
    const api = embeddedMotherDuckApi(service, {kind: 'token', actor, ...credential})
    expect(await api.findSelf()).to.equal('admin')
  })

  it('refuses a name that a live token of the user has, but not that of an expired or deleted one', async () => {
    const {owner, clock} = http
    const {id} = await owner.createToken('etl', {name: 'ci', ttl: 300})
    const err = await expectFailure(owner.createUniqueToken('etl', {name: 'ci'}), 'CONFLICT')
    expect(err.message).to.contain(id)
    clock.nowMs += 300_000
    const second = await owner.createUniqueToken('etl', {name: 'ci', ttl: 300})
    await expectFailure(owner.createUniqueToken('etl', {name: 'ci'}), 'CONFLICT')
    clock.nowMs += 300_000
    const third = await owner.createUniqueToken('etl', {name: 'ci'})
    await owner.deleteToken('etl', third.id)
    await owner.createUniqueToken('etl', {name: 'ci'})
    expect((await owner.listEndedTokens('etl')).map((token) => token.id)).to.deep.equal([id, second.id, third.id])
  })

  it('lists expired and deleted tokens with the time of their end', async () => {
    const {owner, clock} = http
    await owner.createToken('etl', {name: 'later', ttl: 600})
    const deleted = await owner.createToken('etl', {name: 'deleted'})
    await owner.deleteToken('etl', deleted.id)
    clock.nowMs += 600_000
    const ended = await owner.listEndedTokens('etl')
    expect(ended.map(({name}) => name)).to.deep.equal(['deleted', 'later'])
    expect(ended.map(({endedAt}) => Date.parse(endedAt) / 1000)).to.deep.equal(
      [TEST_NOW, TEST_NOW + 600_000].map((ms) => Math.floor(ms / 1000)),
    )
  })

  it('rotates in two steps with a grace, and keeps id, name and type', async () => {
    const {owner, service, clock} = http
    const old = await owner.createToken('etl', {name: 'ci', ttl: 7200})
    clock.nowMs += 1000
    const staged = await owner.beginRotation('etl', old.id, {graceMs: HOUR_MS})
    for (const {token} of [old, staged.token]) expect((await service.verify(token)).valid).to.equal(true)
    const rotated = await staged.finish()
    expect(rotated).to.include({id: old.id, name: 'ci', token_type: 'read_write', username: 'etl'})
    expect(rotated.graceUntil).to.not.equal(null)
    expect((await service.verify(old.token)).valid).to.equal(true)
    clock.nowMs += HOUR_MS
    expect((await service.verify(old.token)).valid).to.equal(false)
    expect((await service.verify(staged.token.token)).valid).to.equal(true)
    const undone = await owner.beginRotation('etl', old.id, {})
    await undone.undo()
    expect((await service.verify(undone.token.token)).valid).to.equal(false)
    expect((await service.verify(staged.token.token)).valid).to.equal(true)
  })

  it('does not rotate an expired token, or one of another user', async () => {
    const {owner, clock} = http
    const token = await owner.createToken('etl', {name: 'ci', ttl: 300})
    await expectFailure(owner.beginRotation('admin', token.id, {}), 'NOT_FOUND')
    clock.nowMs += 300_000
    await expectFailure(owner.beginRotation('etl', token.id, {}), 'NOT_FOUND')
  })

  it('does not delete a token that was used, if it must be unused', async () => {
    const {owner} = http
    const {id, token} = await owner.createToken('etl', {name: 'ci'})
    await http.call('GET', '/v1/users/etl/tokens', {as: token})
    await expectFailure(owner.deleteUnusedToken('etl', id, {unusedForMs: HOUR_MS}), 'CHECK_FAILED')
    http.clock.nowMs += 2 * HOUR_MS
    await owner.deleteUnusedToken('etl', id, {unusedForMs: HOUR_MS})
  })

  it('recognises a secret, also of a deleted token and of a deleted user', async () => {
    const {owner} = http
    const {id, token} = await owner.createToken('etl', {name: 'ci'})
    expect(await owner.findTokenBySecret(token)).to.deep.equal({
      state: 'valid',
      token: {id, username: 'etl', isDeleted: false},
    })
    await owner.deleteToken('etl', id)
    expect(await owner.findTokenBySecret(token)).to.deep.include({state: 'deleted'})
    await owner.deleteUser('etl')
    expect((await owner.findTokenBySecret(token)).token?.isDeleted).to.equal(true)
  })

  it('records every change in the audit trail, without a secret', async () => {
    const {owner, service, organizationId} = http
    const {id, token} = await owner.createToken('etl', {name: 'ci'})
    await owner.setDucklings('etl', {
      read_write: {instance_size: 'pulse'},
      read_scaling: {instance_size: 'pulse', flock_size: 1},
    })
    await owner.deleteToken('etl', id)
    await owner.deleteUser('etl')
    const rows = await service.read.listAudit(organizationId)
    expect(rows.slice(-4).map(({action}) => action)).to.deep.equal([
      'token.create',
      'account.update',
      'token.delete',
      'account.delete',
    ])
    expect(JSON.stringify(rows)).to.not.contain(token.slice(-20))
  })
})

describe('the first user of MotherDuck', () => {
  it('is an Admin in each organization of a store of version 0.1.0, created once', async () => {
    const folder = join(tempFolder(), 'data')
    makeOldStore(folder)
    const seeds = [{vendor: 'motherduck', run: seedMotherDuck}]
    for (const _opening of [1, 2]) {
      const {service} = await openEmbeddedService(folder, () => TEST_NOW, {newId: ASTRO_POLICY.newId, seeds})
      for (const {organizationId} of await service.read.listOrganizations()) {
        const api = embeddedMotherDuckApi(service, {kind: 'owner', actor: {type: 'local', id: 'a'}, organizationId})
        const {users} = await api.listUsers({})
        expect(users.map(({username, roles}) => [username, roles])).to.deep.equal([['admin', ['admin']]])
      }
      await service.close()
    }
  })
})
