import {expect} from 'chai'
import {decodeToken} from '../../../src/lib/jwt.ts'
import type {Actor} from '../../../src/service/context.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../support/rejection.ts'
import {tamperedWith} from '../../support/tampered.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const DAY_MS = 86_400_000

const ACTOR: Actor = {type: 'local', id: 'tester'}

describe('a secret', () => {
  let test: TestService
  beforeEach(async () => {
    test = await openTestService()
  })
  afterEach(() => test.service.close())

  const reasonOf = async (secret: string) => {
    const verdict = await test.service.verify(secret)
    return verdict.valid ? null : verdict.reason
  }

  it('of another installation is not ours, and one of ours that is not stored is unknown', async () => {
    const other = await openTestService()
    const {secret} = await issueTestToken(other)
    await other.service.close()
    expect(await reasonOf(secret)).to.equal('not ours')
    expect(await reasonOf(tamperedWith((await issueTestToken(test)).secret))).to.equal('unknown')
    expect(await reasonOf('nonsense')).to.equal('malformed')
  })

  it('is malformed unless it has the three segments of a JWT, with a JSON object in the first two', async () => {
    const {secret} = await issueTestToken(test)
    const [header = '', payload = '', signature = ''] = secret.split('.')
    const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url')
    const others = [null, 1, 'text', true, [], [{}]].map(encode)
    for (const text of [
      `${header}.${payload}`,
      `${secret}.${signature}`,
      `!${secret}`,
      `${secret}=`,
      `${header}.${payload}!.${signature}`,
      `.${payload}.${signature}`,
      `${header}..${signature}`,
      `abcd.${payload}.${signature}`,
      `${header}.abcd.${signature}`,
      ...others.flatMap((other) => [`${other}.${payload}.${signature}`, `${header}.${other}.${signature}`]),
    ]) {
      expect(await reasonOf(text), text).to.equal('malformed')
    }
    expect(await reasonOf(`${header}.${payload}.`)).to.equal('unknown')
    expect(await reasonOf(secret)).to.equal(null)
  })

  it('is not ours if it names our installation but no organization', async () => {
    const {secret} = await issueTestToken(test)
    const [header, , signature] = secret.split('.')
    const {issuer: iss} = test.service.installation
    for (const claims of [{iss}, {iss, org_id: null}, {iss, org_id: 5}, {iss, org_id: {}}]) {
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
      expect(await reasonOf(`${header}.${payload}.${signature}`), JSON.stringify(claims)).to.equal('not ours')
    }
  })

  it('contains its token, its issuer, its key, and its time of validity', async () => {
    test.clock.nowMs += 789
    const {secret, token} = await issueTestToken(test, {lifetimeMs: DAY_MS})
    const {header, payload} = decodeToken(secret) ?? {}
    const seconds = Math.floor(test.clock.nowMs / 1000)
    const [key] = await test.service.publicKeys()
    // Secret scanners find a token by this prefix.
    expect(key?.kid).to.match(/^tokenry-/)
    expect(header).to.deep.equal({alg: 'EdDSA', typ: 'JWT', kid: key?.kid})
    expect(payload).to.include({
      iss: test.service.installation.issuer,
      sub: token.id,
      org_id: test.organizationId,
      kid: key?.kid,
      iat: seconds,
      nbf: seconds,
      exp: seconds + DAY_MS / 1000,
    })
    expect(decodeToken((await issueTestToken(test)).secret)?.payload).to.not.have.property('exp')
  })
})

describe('the credential of a request', () => {
  let test: TestService
  beforeEach(async () => {
    test = await openTestService()
  })
  afterEach(() => test.service.close())

  /** Check a credential again in the transaction of a change. */
  async function lookAgain(credential: Awaited<ReturnType<TestService['service']['authenticate']>>) {
    const other = (await issueTestToken(test, {name: 'other'})).token
    let again: typeof credential | undefined
    const allow = async (session: Parameters<TestService['service']['reauthenticate']>[0]) => {
      again = await test.service.reauthenticate(session, credential)
    }
    const reference = {organizationId: test.organizationId, tokenId: other.id}
    await test.service.update(ASTRO_POLICY, ACTOR, {...reference, name: 'renamed', allow})
    return again
  }

  it('has, in the transaction of a change, the current roles of its token', async () => {
    const {secret, token} = await issueTestToken(test)
    const credential = await test.service.authenticate(ASTRO_POLICY, secret)
    await test.service.settle()
    const roles = token.roles.map((role) => ({...role, role: 'DEPLOYMENT_VIEWER'}))
    const reference = {organizationId: test.organizationId, tokenId: token.id}
    const changed = await test.service.replaceRoles(ASTRO_POLICY, ACTOR, {...reference, roles})
    expect(changed).to.deep.include({roles, revision: 2, updatedBy: 'local:tester'})
    expect(await test.service.read.findToken(test.organizationId, 'astro', token.id)).to.deep.equal(changed)
    expect(await lookAgain(credential)).to.deep.equal({token: changed, sha256: credential.sha256})
  })

  it('is refused there, and before, in the same words if its token is deleted', async () => {
    const {secret, token} = await issueTestToken(test)
    const credential = await test.service.authenticate(ASTRO_POLICY, secret)
    await test.service.delete(ASTRO_POLICY, ACTOR, {organizationId: test.organizationId, tokenId: token.id})
    for (const work of [() => lookAgain(credential), () => test.service.authenticate(ASTRO_POLICY, secret)]) {
      const err = await expectFailure(work(), 'UNAUTHENTICATED')
      expect(err.message).to.equal('The API token is missing, invalid or expired')
      expect(err.details.reason).to.equal('credential-refused')
    }
  })
})
