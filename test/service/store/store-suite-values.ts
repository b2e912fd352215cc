import {rejects} from 'node:assert/strict'
import {expect} from 'chai'
import type {Store, TokenValueRow} from '../../../src/service/store/store.ts'
import {ended, NOW, ORG, OTHER_ORG, tokenRole, tokenRow, valueRow} from './store-rows.ts'

export function valueSuite(store: () => Store): void {
  describe('secrets', () => {
    beforeEach(async () => {
      await store().insertToken(tokenRow(), [])
      await store().insertToken(tokenRow({organizationId: OTHER_ORG}), [])
    })

    const findValue = async (organizationId: string, sha256: string) =>
      (await store().findTokenByHash(organizationId, sha256))?.value ?? null

    it('finds a secret by its hash within its organization, with its token', async () => {
      const row = valueRow('a', {state: 'grace', validUntil: NOW + 9, graceUntil: NOW + 5, lastUsedAt: NOW + 1})
      await store().insertValue(row)
      await store().insertValue(valueRow('b'))
      const token = await store().findToken(ORG, 'astro', 'token')
      expect(await store().findTokenByHash(ORG, row.sha256)).to.deep.equal({token, value: row})
      expect(await store().findTokenByHash(OTHER_ORG, row.sha256)).to.equal(null)
    })

    it('lists the secrets of a token in the order in which they were created, even within one millisecond', async () => {
      const rows = [ended(valueRow('f')), ended(valueRow('0')), valueRow('c'), valueRow('1', {state: 'pending'})]
      for (const row of rows) await store().insertValue(row)
      await store().insertValue(valueRow('b', {organizationId: OTHER_ORG}))
      expect(await store().listValues(ORG, 'token')).to.deep.equal(rows)
      expect(await store().listValues(ORG, 'token', {live: true})).to.deep.equal(rows.slice(2))
    })

    it('finds a token with its secrets that have not ended, no matter which roles it has', async () => {
      const roles = ['c', 'a', 'b'].map((role) => tokenRole({role}))
      await store().replaceTokenRoles(ORG, 'token', roles)
      const empty = await store().findTokenWithLiveValues(ORG, 'astro', 'token')
      expect(empty).to.deep.equal({token: await store().findToken(ORG, 'astro', 'token'), values: []})
      const live = [valueRow('c', {state: 'grace', graceUntil: NOW}), valueRow('1', {state: 'pending'}), valueRow('0')]
      for (const row of [ended(valueRow('f')), ...live]) await store().insertValue(row)
      const found = await store().findTokenWithLiveValues(ORG, 'astro', 'token')
      expect(found).to.deep.equal({token: await store().findToken(ORG, 'astro', 'token'), values: live})
      expect(found?.token.roles).to.deep.equal(roles)
      expect(await store().findTokenWithLiveValues(ORG, 'motherduck', 'token')).to.equal(null)
      expect((await store().findTokenWithLiveValues(OTHER_ORG, 'astro', 'token'))?.values).to.deep.equal([])
    })

    it('refuses the same hash twice as CONFLICT', async () => {
      await store().insertValue(valueRow('a'))
      await rejects(store().insertValue(valueRow('a', {state: 'pending'})), {code: 'CONFLICT'})
    })

    it('refuses a second current secret of a token, inserted or updated', async () => {
      await store().insertValue(valueRow('a'))
      await store().insertValue(valueRow('b', {state: 'pending'}))
      await rejects(store().insertValue(valueRow('c')), {code: 'CONFLICT'})
      await rejects(store().updateValue(valueRow('b')), {code: 'CONFLICT'})
      expect((await store().listValues(ORG, 'token')).map((value) => value.state)).to.deep.equal(['current', 'pending'])
    })

    it('refuses an invalid hash, fragment or state, so that a secret cannot be stored by mistake', async () => {
      await rejects(store().insertValue({...valueRow('a'), sha256: 'eyJhbGciOiJFZERTQSJ9'}))
      await rejects(store().insertValue({...valueRow('a'), fragment: 'eyJhbGciOiJFZERTQSJ9'}))
      await rejects(store().insertValue({...valueRow('a'), state: 'fresh' as 'current'}))
      expect(await store().listValues(ORG, 'token')).to.deep.equal([])
    })

    it('refuses an ended secret without an end time, and a secret in grace without an end of grace', async () => {
      await rejects(store().insertValue(ended(valueRow('a'), {endedAt: null})))
      await rejects(store().insertValue(valueRow('a', {endedAt: NOW})))
      await rejects(store().insertValue(valueRow('a', {state: 'grace'})))
    })

    it('updates state, validity, grace and end, several times, and nothing else', async () => {
      const first = valueRow('a', {lastUsedAt: NOW + 1})
      await store().insertValue(first)
      const other = {tokenId: 'x', vendor: 'x', keyId: 'x', fragment: 'x', lastUsedAt: NOW + 99}
      const changes: Partial<TokenValueRow>[] = [
        {state: 'grace', validFrom: NOW + 2, validUntil: NOW + 9, graceUntil: NOW + 5},
        ended(first, {validFrom: NOW + 3, validUntil: NOW + 8, graceUntil: NOW + 6, endedAt: NOW + 7, endReason: 'x'}),
        ended(first, {validFrom: NOW + 4, validUntil: null, graceUntil: null, endedAt: NOW + 6, endReason: 'y'}),
        {state: 'current', validFrom: NOW, validUntil: NOW + 1, graceUntil: NOW + 1, endedAt: null, endReason: null},
      ]
      for (const change of changes) {
        const {state, validFrom, validUntil, graceUntil, endedAt, endReason} = {...first, ...change}
        const written = {state, validFrom, validUntil, graceUntil, endedAt, endReason}
        await store().updateValue({...first, ...written, ...other})
        expect(await findValue(ORG, first.sha256)).to.deep.equal({...first, ...written})
      }
    })

    it('returns the secrets in force of several tokens of one organization', async () => {
      await store().insertToken(tokenRow({id: 'second', name: 'second'}), [])
      await store().insertToken(tokenRow({id: 'ended', name: 'ended'}), [])
      await store().insertValue(ended(valueRow('a')))
      await store().insertValue(valueRow('b'))
      await store().insertValue(valueRow('c', {state: 'pending'}))
      await store().insertValue(valueRow('d', {tokenId: 'second'}))
      await store().insertValue(ended(valueRow('e', {tokenId: 'ended'})))
      await store().insertValue(valueRow('f', {organizationId: OTHER_ORG}))
      const fragments = async (...ids: string[]) =>
        (await store().listCurrentValues(ORG, ids)).map(({sha256}) => sha256[0]).sort()
      expect(await fragments('token', 'second', 'ended', 'nothing')).to.deep.equal(['b', 'd'])
      expect(await fragments('second', 'second')).to.deep.equal(['d'])
      expect(await fragments()).to.deep.equal([])
    })

    it('refuses to update a secret that does not exist', async () => {
      await rejects(store().updateValue(valueRow('a')))
      await store().insertValue(valueRow('a', {organizationId: OTHER_ORG}))
      await rejects(store().updateValue(ended(valueRow('a'))))
      expect(await findValue(OTHER_ORG, 'a'.repeat(64))).to.include({state: 'current'})
    })

    it('records a use unless one was recorded at or after the given time', async () => {
      const {sha256} = valueRow('a')
      await store().insertValue(valueRow('a'))
      await store().insertValue(valueRow('a', {organizationId: OTHER_ORG}))
      const lastUse = async () => {
        const found = await store().findTokenByHash(ORG, sha256)
        expect(found?.token.lastUsedAt).to.equal(found?.value.lastUsedAt)
        return found?.value.lastUsedAt
      }
      await store().touchValue(ORG, sha256, NOW + 1, NOW - 59_999)
      expect(await lastUse()).to.equal(NOW + 1)
      await store().touchValue(ORG, sha256, NOW + 2, NOW + 1)
      expect(await lastUse()).to.equal(NOW + 1)
      await store().touchValue(ORG, sha256, NOW + 3, NOW + 2)
      expect(await lastUse()).to.equal(NOW + 3)
      const other = await store().findTokenByHash(OTHER_ORG, sha256)
      expect([other?.value.lastUsedAt, other?.token.lastUsedAt]).to.deep.equal([null, null])
    })

    it('records the latest use of any secret on its token, even of an ended one, and never an earlier use', async () => {
      await store().insertValue(ended(valueRow('a')))
      await store().insertValue(valueRow('b'))
      const uses = []
      for (const [digit, at] of [
        ['b', NOW + 5],
        ['a', NOW + 3],
        ['a', NOW + 7],
      ] as const) {
        await store().touchValue(ORG, valueRow(digit).sha256, at, NOW)
        await store().touchValue(ORG, valueRow(digit).sha256, at, at)
        uses.push((await store().findToken(ORG, 'astro', 'token'))?.lastUsedAt)
      }
      expect(uses).to.deep.equal([NOW + 5, NOW + 5, NOW + 7])
    })

    it('keeps the latest use of a token if a later update is based on an older read', async () => {
      await store().insertValue(valueRow('a'))
      await store().touchValue(ORG, valueRow('a').sha256, NOW + 5, NOW)
      expect(await store().updateToken(tokenRow(), tokenRow({name: 'new', revision: 2}))).to.equal(true)
      expect(await store().findToken(ORG, 'astro', 'token')).to.include({name: 'new', lastUsedAt: NOW + 5})
    })
  })

  describe('a token with secrets', () => {
    beforeEach(() => store().insertToken(tokenRow(), []))

    const view = async () => {
      const found = await store().findToken(ORG, 'astro', 'token')
      const [listed] = await store().listTokens(ORG, {vendor: 'astro'}, {offset: 0, limit: 10})
      expect(listed).to.deep.equal(found)
      return found
    }

    it('shows the fields of the current secret from its row, and the newest pending secret', async () => {
      const shown = {fragment: 'frag-b', validFrom: NOW + 1, validUntil: NOW + 99}
      expect(await store().updateToken(tokenRow(), tokenRow({...shown, revision: 2}))).to.equal(true)
      await store().insertValue(ended(valueRow('a')))
      await store().insertValue(valueRow('b', {validFrom: NOW + 1, validUntil: NOW + 99}))
      await store().insertValue(valueRow('c', {state: 'pending', validFrom: NOW + 3}))
      await store().insertValue(valueRow('d', {state: 'pending', validFrom: NOW + 2}))
      expect(await view()).to.include({...shown, lastUsedAt: null, pendingSince: NOW + 3, graceUntil: null})
      await store().updateValue(ended(valueRow('c', {validFrom: NOW + 3})))
      expect(await view()).to.include({...shown, pendingSince: NOW + 2})
    })

    it('shows the latest end of grace of the secrets in grace, even if it has passed', async () => {
      await store().insertValue(ended(valueRow('a', {graceUntil: NOW + 9})))
      await store().insertValue(valueRow('b', {state: 'grace', graceUntil: NOW + 5}))
      await store().insertValue(valueRow('c', {state: 'grace', graceUntil: NOW - 5}))
      await store().insertValue(valueRow('d'))
      expect(await view()).to.include({graceUntil: NOW + 5})
      await store().updateValue(ended(valueRow('b', {graceUntil: NOW + 5})))
      expect(await view()).to.include({graceUntil: NOW - 5})
    })

    it('shows each of its roles once if it has several secrets, in the order in which they were given', async () => {
      const roles = ['c', 'a', 'b'].map((role) => tokenRole({role}))
      await store().replaceTokenRoles(ORG, 'token', roles)
      for (const digit of ['c', 'a', 'b']) await store().insertValue(ended(valueRow(digit)))
      await store().insertValue(valueRow('d'))
      await store().insertToken(tokenRow({id: 'other', createdAt: NOW + 1}), roles)
      expect(await view()).to.deep.include({roles})
      const whole = await store().listTokens(ORG, {vendor: 'astro'}, {offset: 0, limit: Number.MAX_SAFE_INTEGER})
      expect(whole).to.deep.equal([await view(), await store().findToken(ORG, 'astro', 'other')])
      expect(whole[1]).to.deep.include({fragment: null, roles})
    })
  })
}
