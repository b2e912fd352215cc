import {rejects} from 'node:assert/strict'
import {expect} from 'chai'
import type {Store, TokenValueRow} from '../../../src/service/store/store.ts'
import {ended, NOW, ORG, OTHER_ORG, tokenRole, tokenRow, valueRow} from './store-rows.ts'

export function valueSuite(store: () => Store): void {
  describe('values', () => {
    beforeEach(async () => {
      await store().insertToken(tokenRow(), [])
      await store().insertToken(tokenRow({organizationId: OTHER_ORG}), [])
    })

    it('finds a value by its hash within its organization', async () => {
      const row = valueRow('a', {state: 'grace', validUntil: NOW + 9, graceUntil: NOW + 5, lastUsedAt: NOW + 1})
      await store().insertValue(row)
      expect(await store().findValue(ORG, row.sha256)).to.deep.equal(row)
      expect(await store().findValue(OTHER_ORG, row.sha256)).to.equal(null)
    })

    it('lists the values of a token as they were minted, even within one millisecond', async () => {
      const rows = [ended(valueRow('f')), ended(valueRow('0')), valueRow('c'), valueRow('1', {state: 'pending'})]
      for (const row of rows) await store().insertValue(row)
      await store().insertValue(valueRow('b', {organizationId: OTHER_ORG}))
      expect(await store().listValues(ORG, 'token')).to.deep.equal(rows)
    })

    it('refuses the same hash twice as CONFLICT', async () => {
      await store().insertValue(valueRow('a'))
      await rejects(store().insertValue(valueRow('a', {state: 'pending'})), {code: 'CONFLICT'})
    })

    it('refuses a second current value of a token, inserted or updated', async () => {
      await store().insertValue(valueRow('a'))
      await store().insertValue(valueRow('b', {state: 'pending'}))
      await rejects(store().insertValue(valueRow('c')), {code: 'CONFLICT'})
      await rejects(store().updateValue(valueRow('b')), {code: 'CONFLICT'})
      expect((await store().listValues(ORG, 'token')).map((value) => value.state)).to.deep.equal(['current', 'pending'])
    })

    it('refuses what is no hash, no fragment or no state, so that a secret cannot be stored by mistake', async () => {
      await rejects(store().insertValue({...valueRow('a'), sha256: 'eyJhbGciOiJFZERTQSJ9'}))
      await rejects(store().insertValue({...valueRow('a'), fragment: 'eyJhbGciOiJFZERTQSJ9'}))
      await rejects(store().insertValue({...valueRow('a'), state: 'fresh' as 'current'}))
      expect(await store().listValues(ORG, 'token')).to.deep.equal([])
    })

    it('refuses a value that is ended without saying when, and one in grace without an end', async () => {
      await rejects(store().insertValue(ended(valueRow('a'), {endedAt: null})))
      await rejects(store().insertValue(valueRow('a', {endedAt: NOW})))
      await rejects(store().insertValue(valueRow('a', {state: 'grace'})))
    })

    it('updates state, validity, grace and end each time anew, and nothing else', async () => {
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
        expect(await store().findValue(ORG, first.sha256)).to.deep.equal({...first, ...written})
      }
    })

    it('refuses to update a value that is not there', async () => {
      await rejects(store().updateValue(valueRow('a')))
      await store().insertValue(valueRow('a', {organizationId: OTHER_ORG}))
      await rejects(store().updateValue(ended(valueRow('a'))))
      expect(await store().findValue(OTHER_ORG, 'a'.repeat(64))).to.include({state: 'current'})
    })

    it('notes a use unless one was noted at or after the given time', async () => {
      const {sha256} = valueRow('a')
      await store().insertValue(valueRow('a'))
      await store().insertValue(valueRow('a', {organizationId: OTHER_ORG}))
      const lastUse = async () => (await store().findValue(ORG, sha256))?.lastUsedAt
      await store().touchValue(ORG, sha256, NOW + 1, NOW - 59_999)
      expect(await lastUse()).to.equal(NOW + 1)
      await store().touchValue(ORG, sha256, NOW + 2, NOW + 1)
      expect(await lastUse()).to.equal(NOW + 1)
      await store().touchValue(ORG, sha256, NOW + 3, NOW + 2)
      expect(await lastUse()).to.equal(NOW + 3)
      expect((await store().findValue(OTHER_ORG, sha256))?.lastUsedAt).to.equal(null)
    })
  })

  describe('a token with values', () => {
    beforeEach(() => store().insertToken(tokenRow(), []))

    const view = async () => {
      const found = await store().findToken(ORG, 'astro', 'token')
      const [listed] = await store().listTokens(ORG, {vendor: 'astro'}, {offset: 0, limit: 10})
      expect(listed).to.deep.equal(found)
      return found
    }

    it('shows the current value, the latest use of any and the newest pending one', async () => {
      await store().insertValue(ended(valueRow('a', {lastUsedAt: NOW + 7})))
      await store().insertValue(valueRow('b', {validFrom: NOW + 1, validUntil: NOW + 99, lastUsedAt: NOW + 5}))
      await store().insertValue(valueRow('c', {state: 'pending', validFrom: NOW + 3}))
      await store().insertValue(valueRow('d', {state: 'pending', validFrom: NOW + 2}))
      expect(await view()).to.include({
        fragment: 'frag-b',
        validFrom: NOW + 1,
        validUntil: NOW + 99,
        lastUsedAt: NOW + 7,
        pendingSince: NOW + 3,
      })
    })

    it('shows the latest end of grace, passed or not, of values that are in grace', async () => {
      await store().insertValue(ended(valueRow('a', {graceUntil: NOW + 9})))
      await store().insertValue(valueRow('b', {state: 'grace', graceUntil: NOW + 5}))
      await store().insertValue(valueRow('c', {state: 'grace', graceUntil: NOW - 5}))
      await store().insertValue(valueRow('d'))
      expect(await view()).to.include({fragment: 'frag-d', graceUntil: NOW + 5})
      await store().updateValue(ended(valueRow('b', {graceUntil: NOW + 5})))
      expect(await view()).to.include({graceUntil: NOW - 5})
    })

    it('shows each of its roles once beside several values, in the order they were given', async () => {
      const roles = ['c', 'a', 'b'].map((role) => tokenRole({role}))
      await store().replaceTokenRoles(ORG, 'token', roles)
      for (const digit of ['c', 'a', 'b']) await store().insertValue(ended(valueRow(digit)))
      await store().insertValue(valueRow('d'))
      await store().insertToken(tokenRow({id: 'other', createdAt: NOW + 1}), roles)
      expect(await view()).to.deep.include({fragment: 'frag-d', roles})
      const whole = await store().listTokens(ORG, {vendor: 'astro'}, {offset: 0, limit: Number.MAX_SAFE_INTEGER})
      expect(whole).to.deep.equal([await view(), await store().findToken(ORG, 'astro', 'other')])
      expect(whole[1]).to.deep.include({fragment: null, roles})
    })

    it('shows no value before one is put in force', async () => {
      await store().insertValue(valueRow('a', {state: 'pending'}))
      expect(await view()).to.include({
        fragment: null,
        validFrom: null,
        validUntil: null,
        pendingSince: NOW,
        graceUntil: null,
      })
    })

    it('shows, once every value is ended, the one that was current last and not one that was never delivered', async () => {
      const values = [valueRow('a'), valueRow('b', {state: 'pending'}), valueRow('c', {state: 'pending'})]
      for (const value of values) await store().insertValue(value)
      await store().updateValue(ended(valueRow('a')))
      await store().updateValue(valueRow('b', {validFrom: NOW + 1}))
      for (const digit of ['b', 'c']) await store().updateValue(ended(valueRow(digit)))
      expect(await view()).to.include({fragment: 'frag-b', pendingSince: null})
    })
  })
}
