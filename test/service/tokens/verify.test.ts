import {expect} from 'chai'
import {decodeToken} from '../../../src/service/tokens/format.ts'
import {tamperedWith} from '../../support/tampered.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const DAY_MS = 86_400_000

describe('a value', () => {
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

  it('claims whose it is, who issued it, with which key, and from when until when', async () => {
    test.clock.nowMs += 789
    const {secret, token} = await issueTestToken(test, {lifetimeMs: DAY_MS})
    const {header, payload} = decodeToken(secret) ?? {}
    const seconds = Math.floor(test.clock.nowMs / 1000)
    const [key] = await test.service.publicKeys()
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
