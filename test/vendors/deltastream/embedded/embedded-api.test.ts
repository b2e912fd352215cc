import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import {AppError} from '../../../../src/errors/app-error.ts'
import {decodeToken} from '../../../../src/lib/jwt.ts'
import {embeddedDeltaStreamApi} from '../../../../src/vendors/deltastream/embedded/embedded-api.ts'
import {DELTASTREAM_POLICY} from '../../../../src/vendors/deltastream/embedded/policy.ts'
import {type DeltaStreamHttp, openDeltaStreamHttp, readSecret} from '../../../support/deltastream-http.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {TEST_NOW} from '../../../support/run-tokenry.ts'
import {tamperedWith} from '../../../support/tampered.ts'

const ACTOR = {type: 'local', id: 'tester'} as const
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('the embedded DeltaStream, beyond the API', () => {
  let http: DeltaStreamHttp
  beforeEach(async () => {
    http = await openDeltaStreamHttp({inMemory: true})
  })
  afterEach(() => http.service.close())

  const works = (secret: string) => http.call('GET', '/v2/version', {as: secret}).then(({status}) => status === 200)
  const detail = async (name: string) => (await http.owner.listTokenDetails()).find((token) => token.name === name)
  const stateOf = async (statement: string, role?: string) =>
    (await http.owner.run({statement, ...(role === undefined ? {} : {role})})).sqlState

  it('mints a JWT with the claims of the service and the role, of characters that a URL keeps', async () => {
    const secret = await http.mint('ci', 'useradmin', 1)
    const {header, payload} = decodeToken(secret) ?? {}
    expect(header).to.include({alg: 'EdDSA', typ: 'JWT'})
    expect(payload).to.include({
      role: 'useradmin',
      org_id: http.organizationId,
      exp: Math.floor(TEST_NOW / 1000) + 86_400,
    })
    expect(Object.keys(payload ?? {}).sort()).to.deep.equal([
      'exp',
      'iat',
      'iss',
      'jti',
      'kid',
      'nbf',
      'org_id',
      'role',
      'sub',
    ])
    expect(encodeURIComponent(secret)).to.equal(secret)
  })

  describe('the owner of the store', () => {
    it('begins as sysadmin, creates tokens with every role, and changes every token', async () => {
      expect((await http.owner.run({statement: 'LIST ROLES'})).metadata.context.roleName).to.equal('sysadmin')
      for (const role of ['orgadmin', 'securityadmin', 'useradmin', 'sysadmin', 'public']) {
        await http.mint(role, role)
        expect(await stateOf(`ALTER API_TOKEN ${role} RENEW TOKEN`)).to.equal('00000')
        expect(await stateOf(`DROP API_TOKEN ${role}`, 'sysadmin')).to.equal('00000')
      }
    })

    it('has the rights of another role that is named', async () => {
      expect(await stateOf('CREATE ROLE a', 'public')).to.equal('42501')
      expect(await stateOf("CREATE API_TOKEN a WITH ('token.role_name' = sysadmin)", 'useradmin')).to.equal('42501')
      expect(await stateOf("CREATE API_TOKEN a WITH ('token.role_name' = sysadmin)", 'orgadmin')).to.equal('00000')
    })

    it('creates roles that a token with sysadmin can use', async () => {
      expect(await stateOf('CREATE ROLE reporting')).to.equal('00000')
      expect((await http.post("CREATE API_TOKEN r WITH ('token.role_name' = reporting)")).sqlState).to.equal('00000')
    })

    it('sees the tokens that its tokens created, with who created them', async () => {
      await http.post("CREATE API_TOKEN ci WITH ('token.role_name' = public)")
      expect(await detail('ci')).to.deep.include({createdBy: 'first', owner: 'owner', role: 'public'})
      expect(await detail('first')).to.deep.include({createdBy: 'tester', owner: 'owner', role: 'sysadmin'})
    })
  })

  it('hides the tokens of another account: they cannot be changed, and only their names are taken', async () => {
    const {service, organizationId} = http
    const names = {kind: 'USER', name: 'ann', nameKey: 'ann', email: null}
    const ann = await service.createAccount(DELTASTREAM_POLICY, ACTOR, {organizationId, ...names})
    const accountId = ann.id
    await service.issue(DELTASTREAM_POLICY, ACTOR, {
      organizationId,
      scope: 'USER',
      ownerId: accountId,
      kind: 'api_token',
      name: 'hers',
      description: '',
      lifetimeMs: DAY_MS,
      roles: [{entityType: 'USER', entityId: accountId, deploymentId: null, role: 'public'}],
      uniqueName: true,
      allow: async () => {},
    })
    for (const run of [http.post, (statement: string) => http.owner.run({statement})]) {
      expect((await run('LIST API_TOKENS')).data.map(([name]) => name)).to.deep.equal(['first'])
      expect((await run('ALTER API_TOKEN hers RENEW TOKEN')).sqlState).to.equal('3D012')
      expect((await run('DROP API_TOKEN hers')).sqlState).to.equal('3D012')
      expect((await run("CREATE API_TOKEN hers WITH ('token.role_name' = public)")).sqlState).to.equal('42P09')
    }
    await expectFailure(http.owner.dropUnusedToken('hers', {unusedForMs: 1}), 'NOT_FOUND')
  })

  it('has at most 1000 tokens in an organization, expired ones included', async () => {
    const {service, organizationId, clock} = http
    const [owner] = await service.read.listAccounts(organizationId, 'deltastream')
    const accountId = owner?.id ?? ''
    for (let n = 1; n < 1000; n++) {
      await service.issue(DELTASTREAM_POLICY, ACTOR, {
        organizationId,
        scope: 'USER',
        ownerId: accountId,
        kind: 'api_token',
        name: `t${n}`,
        description: '',
        lifetimeMs: DAY_MS,
        roles: [{entityType: 'USER', entityId: accountId, deploymentId: null, role: 'public'}],
        uniqueName: true,
        allow: async () => {},
      })
    }
    clock.nowMs += 2 * DAY_MS
    const create = "CREATE API_TOKEN new WITH ('token.role_name' = public)"
    const {sqlState, message} = await http.post(create)
    expect([sqlState, message]).to.deep.equal(['53000', 'the organization has 1000 API tokens, and cannot have more'])
    expect((await http.post(create.replace('new', 't1'))).sqlState, 'the duplicate is checked first').to.equal('42P09')
    expect((await http.post('DROP API_TOKEN t1')).sqlState).to.equal('00000')
    expect((await http.post(create)).sqlState).to.equal('00000')
  })

  describe('a renewal in two steps', () => {
    it('keeps the old secret until it is finished, and starts the times over', async () => {
      const old = await http.mint('ci', 'sysadmin', 30)
      await http.call('GET', '/v2/version', {as: old})
      http.clock.nowMs += DAY_MS
      const staged = await http.owner.beginRenewal('ci', {})
      expect([await works(old), await works(staged.secret)]).to.deep.equal([true, true])
      expect(await detail('ci')).to.include({
        unfinishedRotationAt: new Date(http.clock.nowMs).toISOString().replace('.000', ''),
      })
      const finished = await staged.finish()
      expect([await works(old), await works(staged.secret)]).to.deep.equal([false, true])
      expect(finished).to.deep.include({name: 'ci', lastUsedAt: null})
      const [created, expires] = [Date.parse(finished.createdAt), Date.parse(finished.expiresAt)]
      expect([created, expires - created]).to.deep.equal([http.clock.nowMs, 30 * DAY_MS])
    })

    it('can be undone, and then nothing has changed but the trail', async () => {
      const old = await http.mint('ci', 'sysadmin')
      const before = await detail('ci')
      const staged = await http.owner.beginRenewal('ci', {})
      await staged.undo()
      expect([await works(old), await works(staged.secret)]).to.deep.equal([true, false])
      expect({...(await detail('ci')), lastUsedAt: null}).to.deep.equal(before)
    })

    it('can leave the old secret a grace, which ALTER ends', async () => {
      const old = await http.mint('ci', 'sysadmin')
      const staged = await http.owner.beginRenewal('ci', {graceMs: HOUR_MS})
      await staged.finish()
      expect([await works(old), await works(staged.secret)]).to.deep.equal([true, true])
      await expectFailure(http.owner.beginRenewal('ci', {}), 'CONFLICT')
      const last = readSecret(await http.post('ALTER API_TOKEN ci RENEW TOKEN'))
      expect([await works(old), await works(staged.secret), await works(last)]).to.deep.equal([false, false, true])
    })

    it('is refused for a token that does not exist', async () => {
      const {message, details} = await expectFailure(http.owner.beginRenewal('nothing', {}), 'NOT_FOUND')
      expect([message, details.vendorCode]).to.deep.equal(['api_token "nothing" does not exist', '3D012'])
    })

    it('is refused for a token that is stronger than the caller', async () => {
      await http.mint('top', 'orgadmin')
      const credential = await http.service.authenticate(DELTASTREAM_POLICY, http.firstToken)
      const actor = {type: 'token', id: credential.token.id} as const
      const api = embeddedDeltaStreamApi(http.service, {kind: 'token', actor, ...credential})
      const {details} = await expectFailure(api.beginRenewal('top', {}), 'FORBIDDEN')
      expect(details.vendorCode).to.equal('42501')
      await expectFailure(api.dropUnusedToken('top', {unusedForMs: 1}), 'FORBIDDEN')
    })
  })

  it('drops a token only if no secret of it was used, also none from before a renewal', async () => {
    const old = await http.mint('ci', 'sysadmin')
    await http.call('GET', '/v2/version', {as: old})
    http.clock.nowMs += HOUR_MS
    await http.post('ALTER API_TOKEN ci RENEW TOKEN')
    expect((await detail('ci'))?.lastUsedAt).to.equal(null)
    const {message} = await expectFailure(http.owner.dropUnusedToken('ci', {unusedForMs: 2 * HOUR_MS}), 'CHECK_FAILED')
    expect(message).to.contain('was last used')
    http.clock.nowMs += 3 * HOUR_MS
    await http.owner.dropUnusedToken('ci', {unusedForMs: 2 * HOUR_MS})
    expect((await http.owner.listEndedTokens()).map(({name}) => name)).to.deep.equal(['ci'])
  })

  it('lists dropped tokens, the one that was dropped last at the end', async () => {
    for (const name of ['b', 'a']) await http.mint(name, 'public')
    for (const name of ['b', 'a']) {
      http.clock.nowMs += 1000
      await http.post(`DROP API_TOKEN ${name}`)
    }
    const ended = await http.owner.listEndedTokens()
    expect(ended.map(({name}) => name)).to.deep.equal(['b', 'a'])
    expect(Date.parse(ended[1]?.endedAt ?? '')).to.equal(http.clock.nowMs)
  })

  it('finds the token of a secret, without using it', async () => {
    const ci = await http.mint('ci', 'sysadmin', 1)
    const find = (secret: string) => http.owner.findTokenBySecret(secret)
    expect(await find(ci)).to.deep.equal({state: 'valid', token: {name: 'ci', isDeleted: false}})
    expect((await find(tamperedWith(ci))).state).to.equal('damaged')
    const renewed = readSecret(await http.post('ALTER API_TOKEN ci RENEW TOKEN'))
    expect((await find(ci)).state).to.equal('rotated')
    http.clock.nowMs += DAY_MS
    expect((await find(renewed)).state).to.equal('expired')
    await http.owner.run({statement: 'DROP API_TOKEN ci'})
    expect(await find(renewed)).to.deep.equal({state: 'deleted', token: {name: 'ci', isDeleted: true}})
    const {issueTestToken} = await import('../../../support/test-service.ts')
    expect(await find((await issueTestToken(http)).secret)).to.deep.equal({state: 'of another vendor', token: null})
    expect((await find('a.b.c')).state).to.equal('malformed')
  })

  it('records each change in the trail, with the token that made it, and never a secret', async () => {
    const before = (await http.service.read.listAudit(http.organizationId)).length
    const secret = readSecret(await http.post("CREATE API_TOKEN ci WITH ('token.role_name' = public)"))
    for (const statement of ['ALTER API_TOKEN ci RENEW TOKEN', 'DROP API_TOKEN ci', 'CREATE ROLE a', 'DROP ROLE a']) {
      await http.post(statement)
    }
    const first = (await http.service.verify(http.firstToken)).token
    const rows = (await http.service.read.listAudit(http.organizationId)).slice(before)
    expect(rows.map(({action}) => action)).to.deep.equal([
      'token.create',
      'token.rotate',
      'token.delete',
      'role.create',
      'role.delete',
    ])
    for (const {actorType, actorId, requestId} of rows) {
      expect([actorType, actorId]).to.deep.equal(['token', first?.id])
      expect(requestId).to.match(/^[\da-f-]{36}$/)
    }
    expect(JSON.stringify(rows)).to.not.contain(secret.split('.')[2])
  })
})

describe('a use that waits while another process has locked the store', () => {
  it('does not show after a renewal of the token', async () => {
    const http = await openDeltaStreamHttp()
    const old = await http.mint('ci', 'sysadmin')
    const other = new DatabaseSync(join(http.dataFolder, 'tokenry.db'))
    other.exec('BEGIN IMMEDIATE')
    await http.service.authenticate(DELTASTREAM_POLICY, old)
    await http.service.settle()
    other.exec('COMMIT')
    await http.owner.run({statement: 'ALTER API_TOKEN ci RENEW TOKEN'})
    other.close()
    await http.service.settle()
    const [row] = (await http.owner.run({statement: 'LIST API_TOKENS'})).data
    expect(row?.slice(0, 2)).to.deep.equal(['ci', null])
    const [value] = await http.service.read.listValues(
      http.organizationId,
      (await http.service.verify(old)).token?.id ?? '',
    )
    expect(value?.lastUsedAt, 'the use was written').to.equal(http.clock.nowMs)
    await http.service.close()
  })
})

describe('a store that fails', () => {
  for (const [what, code, sqlState, message] of [
    ['is busy', 'TIMEOUT', '57014', 'the service is busy'],
    ['is full or lost', 'CONFIG', 'XX000', 'the service has failed'],
  ] as const) {
    it(`is an error if nothing has run, and a failed result after a statement that has: it ${what}`, async () => {
      const {service, organizationId} = await openDeltaStreamHttp({inMemory: true})
      const failure = new AppError(code, 'The store fails', {hint: 'Try again'})
      const failing = {...service, createRole: () => Promise.reject(failure)}
      const api = embeddedDeltaStreamApi(failing, {kind: 'owner', actor: ACTOR, organizationId})
      expect(await expectFailure(api.run({statement: 'CREATE ROLE a; LIST ROLES'}), code)).to.equal(failure)
      const result = await api.run({statement: 'LIST ROLES; CREATE ROLE a; LIST ROLES'})
      expect([result.sqlState, result.message]).to.deep.equal([sqlState, message])
      expect(result.statementIDs).to.have.length(2)
      await service.close()
    })
  }
})
