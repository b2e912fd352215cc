import {rejects} from 'node:assert/strict'
import {expect} from 'chai'
import type {Store, TokenRow} from '../../../src/service/store/store.ts'
import {expectAllDifferent, NOW, ORG, OTHER_ORG, tokenRole, tokenRow, tokenVersions} from './store-rows.ts'

export function tokenSuite(store: () => Store): void {
  describe('tokens', () => {
    it('finds a token with every column, and its roles in the order in which they were given', async () => {
      const row = tokenRow({
        uniqueName: 'dep/ci',
        description: 'naïve 漢字 🗝',
        lifetimeMs: 3_600_000,
        lastRotatedAt: NOW + 1,
        deletedAt: NOW + 2,
        deletedBy: 'local:root',
      })
      const roles = [
        tokenRole({entityType: 'WORKSPACE', entityId: 'ws', role: 'WORKSPACE_MEMBER'}),
        tokenRole(),
        tokenRole({entityType: 'DAG', entityId: 'dag-1', deploymentId: 'dep', role: 'DAG_VIEWER'}),
      ]
      expect(await store().insertToken(row, roles)).to.equal(true)
      expect(await store().findToken(ORG, 'astro', 'token')).to.deep.equal({
        ...row,
        fragment: null,
        validFrom: null,
        validUntil: null,
        lastUsedAt: null,
        pendingSince: null,
        graceUntil: null,
        roles,
      })
    })

    it('keeps the order of many roles', async () => {
      const roles = Array.from({length: 130}, (_, index) => tokenRole({entityId: `dep-${(index * 7) % 130}`}))
      await store().insertToken(tokenRow(), roles)
      expect((await store().findToken(ORG, 'astro', 'token'))?.roles).to.deep.equal(roles)
    })

    it('does not find a token under another vendor or organization', async () => {
      await store().insertToken(tokenRow(), [])
      expect(await store().findToken(ORG, 'motherduck', 'token')).to.equal(null)
      expect(await store().findToken(OTHER_ORG, 'astro', 'token')).to.equal(null)
    })

    it('returns false and writes neither token nor roles if the unique name is taken', async () => {
      await store().insertToken(tokenRow({uniqueName: 'ci'}), [])
      expect(await store().insertToken(tokenRow({id: 'second', uniqueName: 'ci'}), [tokenRole()])).to.equal(false)
      expect(await store().findToken(ORG, 'astro', 'second')).to.equal(null)
      expect(await store().deleteEntityRoles(ORG, 'DEPLOYMENT', 'dep')).to.deep.equal([])
    })

    it('allows duplicate names, and the same unique name for other vendors and organizations', async () => {
      const rows = [
        tokenRow({id: 't1', uniqueName: 'ci'}),
        tokenRow({id: 't2'}),
        tokenRow({id: 't3'}),
        tokenRow({id: 't4', vendor: 'deltastream', uniqueName: 'ci'}),
        tokenRow({organizationId: OTHER_ORG, id: 't1', uniqueName: 'ci'}),
      ]
      for (const row of rows) expect(await store().insertToken(row, [])).to.equal(true)
    })

    it('updates every column of a token that still has the previous revision, several times', async () => {
      await store().insertToken(tokenRow(), [])
      await store().insertToken(tokenRow({organizationId: OTHER_ORG}), [])
      let before = tokenRow()
      for (const row of tokenVersions()) {
        expectAllDifferent(row, before, ['organizationId', 'id'])
        expect(await store().updateToken(before, row)).to.equal(true)
        expect(await store().findToken(ORG, before.vendor, 'token')).to.equal(null)
        expect(await store().findToken(ORG, row.vendor, 'token')).to.deep.include(row)
        before = row
      }
      expect(await store().findToken(OTHER_ORG, 'astro', 'token')).to.deep.include(
        tokenRow({organizationId: OTHER_ORG}),
      )
    })

    it('updates each column on its own, and keeps the others', async () => {
      await store().insertToken(tokenRow(), [])
      const [filled, other, empty] = tokenVersions().map((row) => ({...row, vendor: 'astro'}))
      let before = tokenRow()
      for (const version of [filled, empty, other].filter((row) => row !== undefined)) {
        for (const property of Object.keys(version) as (keyof TokenRow)[]) {
          const after = {...before, [property]: version[property], revision: before.revision + 1}
          expect(await store().updateToken(before, after), property).to.equal(true)
          expect(await store().findToken(ORG, 'astro', 'token'), property).to.deep.include(after)
          before = after
        }
      }
    })

    it('refuses an update that does not raise the revision by one', async () => {
      await store().insertToken(tokenRow(), [])
      for (const revision of [0, 1, 3]) {
        const update = async () => store().updateToken(tokenRow(), tokenRow({name: 'other', revision}))
        await rejects(update, /revision/)
      }
      expect(await store().findToken(ORG, 'astro', 'token')).to.include({name: 'ci', revision: 1})
    })

    it('refuses an update based on an older revision', async () => {
      await store().insertToken(tokenRow(), [])
      expect(await store().updateToken(tokenRow(), tokenRow({name: 'first', revision: 2}))).to.equal(true)
      expect(await store().updateToken(tokenRow(), tokenRow({name: 'second', revision: 2}))).to.equal(false)
      expect(await store().findToken(ORG, 'astro', 'token')).to.include({name: 'first', revision: 2})
    })

    it('refuses a change to a unique name that is taken as CONFLICT', async () => {
      await store().insertToken(tokenRow({uniqueName: 'ci'}), [])
      await store().insertToken(tokenRow({id: 'second'}), [])
      const second = tokenRow({id: 'second'})
      const taking = tokenRow({id: 'second', uniqueName: 'ci', revision: 2})
      await rejects(store().updateToken(second, taking), {code: 'CONFLICT'})
    })

    it('frees the unique name when an update removes it', async () => {
      await store().insertToken(tokenRow({uniqueName: 'ci'}), [])
      const before = tokenRow({uniqueName: 'ci'})
      await store().updateToken(
        before,
        tokenRow({uniqueName: null, deletedAt: NOW, deletedBy: 'local:root', revision: 2}),
      )
      expect(await store().insertToken(tokenRow({id: 'second', uniqueName: 'ci'}), [])).to.equal(true)
    })

    it('replaces all roles of one token', async () => {
      await store().insertToken(tokenRow(), [tokenRole(), tokenRole({entityId: 'dep-2'})])
      await store().insertToken(tokenRow({id: 'second'}), [tokenRole()])
      const roles = [tokenRole({entityId: 'dep-3'})]
      await store().replaceTokenRoles(ORG, 'token', roles)
      expect((await store().findToken(ORG, 'astro', 'token'))?.roles).to.deep.equal(roles)
      expect((await store().findToken(ORG, 'astro', 'second'))?.roles).to.deep.equal([tokenRole()])
      await store().replaceTokenRoles(ORG, 'token', [])
      expect((await store().findToken(ORG, 'astro', 'token'))?.roles).to.deep.equal([])
    })

    it('removes every role on an entity and returns the tokens that lost one', async () => {
      const other = tokenRole({entityType: 'WORKSPACE', entityId: 'dep'})
      await store().insertToken(tokenRow({id: 'b'}), [tokenRole(), other, tokenRole({role: 'custom'})])
      await store().insertToken(tokenRow({id: 'a'}), [tokenRole()])
      await store().insertToken(tokenRow({id: 'c'}), [other])
      await store().insertToken(tokenRow({organizationId: OTHER_ORG, id: 'a'}), [tokenRole()])
      expect(await store().deleteEntityRoles(ORG, 'DEPLOYMENT', 'dep')).to.deep.equal(['a', 'b'])
      expect((await store().findToken(ORG, 'astro', 'b'))?.roles).to.deep.equal([other])
      expect((await store().findToken(OTHER_ORG, 'astro', 'a'))?.roles).to.deep.equal([tokenRole()])
    })

    it('lists the live tokens that have a role on entities of a type', async () => {
      const member = tokenRole({entityType: 'WORKSPACE', entityId: 'ws', role: 'WORKSPACE_MEMBER'})
      await store().insertToken(tokenRow({id: 'b'}), [member, tokenRole()])
      await store().insertToken(tokenRow({id: 'a', createdAt: NOW + 1}), [tokenRole({entityId: 'dep-2'})])
      await store().insertToken(tokenRow({id: 'c'}), [member])
      await store().insertToken(tokenRow({id: 'd', deletedAt: NOW}), [tokenRole()])
      await store().insertToken(tokenRow({id: 'e', vendor: 'deltastream'}), [tokenRole()])
      const ids = await store().listTokenIdsWithRole(ORG, 'astro', 'DEPLOYMENT', 'DEPLOYMENT_ADMIN')
      expect(ids).to.deep.equal(['b', 'a'])
    })

    it('finds the live token of a name that was created first, within the filter', async () => {
      await store().insertToken(tokenRow({id: 'late', createdAt: NOW + 2}), [])
      await store().insertToken(tokenRow({id: 'early', createdAt: NOW + 1}), [tokenRole()])
      await store().insertToken(tokenRow({id: 'gone', deletedAt: NOW}), [])
      await store().insertToken(tokenRow({id: 'workspace', scope: 'WORKSPACE'}), [])
      const scope = 'DEPLOYMENT'
      expect(await store().findTokenIdByName(ORG, {vendor: 'astro', scope}, 'ci')).to.equal('early')
      expect(await store().findTokenIdByName(ORG, {vendor: 'astro', scope, show: 'deleted'}, 'ci')).to.equal('early')
      expect(await store().findTokenIdByName(ORG, {vendor: 'astro'}, 'ci')).to.equal('workspace')
      expect(await store().findTokenIdByName(ORG, {vendor: 'astro'}, 'CI')).to.equal(null)
      expect(await store().findTokenIdByName(OTHER_ORG, {vendor: 'astro'}, 'ci')).to.equal(null)
      const entity = {type: 'DEPLOYMENT', id: 'dep'}
      expect(await store().findTokenIdByName(ORG, {vendor: 'astro', entity}, 'ci')).to.equal('early')
    })
  })
}
