import {expect} from 'chai'
import {embeddedAstroApi} from '../../../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {findLocalUser} from '../../../../src/vendors/astro/embedded/users.ts'
import {accountRow} from '../../../service/store/store-rows.ts'
import {openAstroFixture} from '../../../support/astro-fixture.ts'

describe('the user for a local user name', () => {
  const user = (email: string, changes: Parameters<typeof accountRow>[0] = {}) =>
    accountRow({id: email, email, nameKey: email.toLowerCase(), ...changes})
  const found = (userName: string, ...accounts: ReturnType<typeof user>[]) => findLocalUser(accounts, userName)?.id

  it('is the user whose e-mail address is that name, ignoring case', () => {
    const others = [user('ann@a.example'), user('ann@b.example')]
    expect(found('Ann@B.example', ...others)).to.equal('ann@b.example')
  })

  it('is otherwise the only user with that name before the @', () => {
    expect(found('ANN', user('bob@a.example'), user('ann@a.example'))).to.equal('ann@a.example')
  })

  for (const [why, userName, accounts] of [
    ['several users have the name', 'ann', [user('ann@a.example'), user('ann@b.example')]],
    ['the name is only a part of theirs', 'an', [user('ann@a.example')]],
    ['the name is the part after the @', 'a.example', [user('ann@a.example')]],
    ['there are no users', 'ann', []],
    ['the name belongs to a service', 'ann', [user('ann@a.example', {kind: 'SERVICE'})]],
    ['the name is empty', '', [user('ann@a.example')]],
  ] as const) {
    it(`is unknown if ${why}`, () => {
      expect(found(userName, ...accounts)).to.equal(undefined)
    })
  }

  it('appears as the profile of the user who created or changed a token', async () => {
    const test = await openAstroFixture()
    try {
      const {id} = await test.create()
      const email = 'tester@example.com'
      const spec = {vendor: 'astro', kind: 'USER', name: 'Tess Ter', nameKey: email, email}
      const actor = {type: 'local' as const, id: 'admin'}
      const account = await test.service.createAccount(ASTRO_POLICY, actor, {
        organizationId: test.organizationId,
        ...spec,
      })
      const owner = embeddedAstroApi(test.service, {kind: 'owner', actor: {type: 'local', id: 'tester'}})
      const token = await owner.getToken(test.organizationId, id)
      const profile = {id: account.id, subjectType: 'USER', fullName: 'Tess Ter', username: email}
      expect([token.createdBy, token.updatedBy]).to.deep.equal([profile, profile])
    } finally {
      await test.service.close()
    }
  })
})
