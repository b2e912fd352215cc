import {rejects} from 'node:assert/strict'
import {expect} from 'chai'
import type {Store} from '../../../src/service/store/store.ts'
import {
  accountRow,
  auditRow,
  deploymentRow,
  NOW,
  ORG,
  OTHER_ORG,
  roleRow,
  signingKey,
  tokenRow,
  valueRow,
} from './store-rows.ts'

const NO_OWNER = {scope: 'WORKSPACE', ownerId: 'none'}

export function directorySuite(store: () => Store): void {
  describe('installation and signing keys', () => {
    it('reads the installation as it was written', async () => {
      expect(await store().readInstallation()).to.deep.equal({id: 'i-1', issuer: 'urn:tokenry:i-1', createdAt: NOW})
    })

    it('refuses a second installation and keeps the first', async () => {
      const second = {id: 'i-2', issuer: 'urn:tokenry:i-2', createdAt: NOW}
      await rejects(store().insertInstallation(second), {code: 'CONFLICT'})
      expect(await store().readInstallation()).to.include({id: 'i-1'})
    })

    it('lists signing keys with the newest activeFrom first', async () => {
      const keys = [signingKey('k1', 1), signingKey('k3', 3), {...signingKey('k2', 2), sealed: true, retiredAt: 9}]
      for (const key of keys) await store().insertSigningKey(key)
      expect(await store().listSigningKeys()).to.deep.equal([keys[1], keys[2], keys[0]])
    })

    it('finds the newest active key, without active keys the oldest one, and never a retired key', async () => {
      const active = async (nowMs: number) => (await store().findActiveKey(nowMs, 'o1', NO_OWNER))?.id ?? null
      expect(await active(5)).to.equal(null)
      await store().insertSigningKey({...signingKey('retired', 4), retiredAt: 9})
      expect(await active(5)).to.equal(null)
      for (const key of [signingKey('k3', 3), signingKey('k1', 1), signingKey('k9', 9), signingKey('k7', 7)]) {
        await store().insertSigningKey(key)
      }
      expect(await Promise.all([0, 1, 2, 3, 5, 7, 8, 9, 10].map(active))).to.deep.equal([
        'k1',
        'k1',
        'k1',
        'k3',
        'k3',
        'k7',
        'k7',
        'k9',
        'k9',
      ])
    })

    it('finds the key that was created last among those that are active since the same time', async () => {
      await store().insertSigningKey({...signingKey('old', 5), createdAt: 1})
      await store().insertSigningKey({...signingKey('new', 5), createdAt: 2})
      const keys = [await store().findActiveKey(5, 'o1', NO_OWNER), await store().findActiveKey(4, 'o1', NO_OWNER)]
      expect(keys.map((key) => key?.id)).to.deep.equal(['new', 'old'])
    })
  })

  describe('organizations, workspaces, deployments', () => {
    it('lists organizations in order of creation, then id', async () => {
      const times = {createdAt: NOW - 1, updatedAt: NOW}
      const oldest = {organizationId: 'org-z', uuid: 'u', name: 'oldest', ...times}
      await store().insertOrganization(oldest)
      const organizations = await store().listOrganizations()
      expect(organizations.map((row) => row.organizationId)).to.deep.equal(['org-z', ORG, OTHER_ORG])
      expect(organizations[0]).to.deep.equal(oldest)
    })

    it('lists the workspaces of one organization only', async () => {
      const row = {organizationId: ORG, id: 'ws-2', name: 'n', description: 'd', createdAt: NOW + 1, updatedAt: NOW + 2}
      await store().insertWorkspace(row)
      const workspaces = await store().listWorkspaces(ORG)
      expect(workspaces.map((workspace) => workspace.id)).to.deep.equal(['ws', 'ws-2'])
      expect(workspaces[1]).to.deep.equal(row)
      expect(await store().listWorkspaces(OTHER_ORG)).to.have.length(1)
    })

    it('finds, lists and deletes deployments within their organization', async () => {
      const rows = [
        deploymentRow({id: 'b'}),
        deploymentRow({id: 'a'}),
        deploymentRow({id: 'c', createdAt: NOW - 1, name: 'ümläut 漢'}),
      ]
      for (const row of rows) await store().insertDeployment(row)
      await store().insertDeployment(deploymentRow({organizationId: OTHER_ORG, id: 'a'}))
      expect(await store().findDeployments(ORG, ['c'])).to.deep.equal([{...rows[2], workspaceName: 'default'}])
      expect(await store().findDeployments(OTHER_ORG, ['c'])).to.deep.equal([])

      await store().deleteDeployment(ORG, 'a')
      expect((await store().listDeployments(ORG)).map((row) => row.id)).to.deep.equal(['c', 'b'])
      const [other] = await store().findDeployments(OTHER_ORG, ['a'])
      expect(other).to.include({organizationId: OTHER_ORG})
    })

    it('refuses a deployment whose workspace is in another organization', async () => {
      await store().insertWorkspace({
        organizationId: OTHER_ORG,
        id: 'elsewhere',
        name: 'n',
        description: '',
        createdAt: NOW,
        updatedAt: NOW,
      })
      await rejects(store().insertDeployment(deploymentRow({workspaceId: 'elsewhere'})))
      expect(await store().listDeployments(ORG)).to.deep.equal([])
    })

    it('refuses an id that is taken as CONFLICT', async () => {
      await store().insertDeployment(deploymentRow())
      await rejects(store().insertDeployment(deploymentRow({name: 'other'})), {code: 'CONFLICT'})
    })

    it('refuses a name that is taken as CONFLICT, but accepts a name of another organization', async () => {
      const times = {createdAt: NOW, updatedAt: NOW}
      const workspace = {organizationId: ORG, id: 'ws-2', name: 'default', description: '', ...times}
      await rejects(store().insertWorkspace(workspace), {code: 'CONFLICT'})
      await store().insertDeployment(deploymentRow({name: 'taken'}))
      await rejects(store().insertDeployment(deploymentRow({id: 'again', name: 'taken'})), {code: 'CONFLICT'})
      await store().insertDeployment(deploymentRow({organizationId: OTHER_ORG, name: 'taken'}))
      const organization = {organizationId: 'org-c', uuid: 'c', name: `name-${ORG}`, ...times}
      await rejects(store().insertOrganization(organization), {code: 'CONFLICT'})
      expect(await store().listOrganizations()).to.have.length(2)
    })

    it('deletes an empty workspace of one organization only, and refuses one that has a deployment', async () => {
      await store().insertDeployment(deploymentRow())
      await rejects(store().deleteWorkspace(ORG, 'ws'))
      await store().deleteWorkspace(OTHER_ORG, 'ws')
      expect(await store().listWorkspaces(OTHER_ORG)).to.deep.equal([])
      expect(await store().listWorkspaces(ORG)).to.have.length(1)
    })

    it('keeps only the tokens of a deleted organization, and frees its name', async () => {
      await store().insertDeployment(deploymentRow())
      await store().insertRole(roleRow())
      await store().insertAccount(accountRow())
      await store().insertAccount(accountRow({organizationId: OTHER_ORG}))
      await store().insertToken(tokenRow(), [])
      await store().insertValue(valueRow('a'))
      await store().deleteOrganization(ORG, NOW + 5)
      expect((await store().listOrganizations()).map((row) => row.organizationId)).to.deep.equal([OTHER_ORG])
      const left = [
        await store().listWorkspaces(ORG),
        await store().listDeployments(ORG),
        await store().listRoles(ORG, 'astro'),
        await store().listAccounts(ORG, 'astro'),
      ]
      expect(left).to.deep.equal([[], [], [], []])
      expect(await store().findToken(ORG, 'astro', 'token')).to.include({name: 'ci'})
      expect((await store().findTokenByHash(ORG, 'a'.repeat(64)))?.value).to.include({state: 'current'})
      expect(await store().listWorkspaces(OTHER_ORG)).to.have.length(1)
      expect(await store().listAccounts(OTHER_ORG, 'astro')).to.have.length(1)
      const times = {createdAt: NOW, updatedAt: NOW}
      await store().insertOrganization({organizationId: 'org-c', uuid: 'c', name: `name-${ORG}`, ...times})
    })
  })

  describe('roles', () => {
    it('returns false and changes nothing if the name is taken for this vendor and scope type', async () => {
      expect(await store().insertRole(roleRow())).to.equal(true)
      expect(await store().insertRole(roleRow({id: 'again', description: 'other'}))).to.equal(false)
      expect(await store().listRoles(ORG, 'astro')).to.deep.equal([roleRow()])
    })

    it('lets another vendor, scope type or organization use the same name', async () => {
      const rows = [
        roleRow({id: 'r1'}),
        roleRow({id: 'r2', scopeType: 'DAG'}),
        roleRow({id: 'r3', vendor: 'deltastream'}),
        roleRow({organizationId: OTHER_ORG}),
      ]
      for (const row of rows) expect(await store().insertRole(row)).to.equal(true)
      expect(await store().listRoles(ORG, 'astro')).to.deep.equal([rows[0], rows[1]])
      expect(await store().listRoles(ORG, 'deltastream')).to.deep.equal([rows[2]])
      expect(await store().listRoles(OTHER_ORG, 'astro')).to.deep.equal([rows[3]])
    })

    it('keeps which role is above another one, and deletes both with their organization', async () => {
      const rows = [roleRow({id: 'above', name: 'above'}), roleRow({id: 'below', name: 'below', parentId: 'above'})]
      for (const row of rows) await store().insertRole(row)
      expect((await store().listRoles(ORG, 'astro')).map(({id, parentId}) => [id, parentId])).to.deep.equal([
        ['above', null],
        ['below', 'above'],
      ])
      await rejects(store().insertRole(roleRow({id: 'lost', name: 'lost', parentId: 'nothing'})))
      await rejects(store().deleteRole(ORG, 'above'))
      await store().deleteOrganization(ORG, NOW)
      expect(await store().listRoles(ORG, 'astro')).to.deep.equal([])
    })

    it('deletes a role of one organization only', async () => {
      await store().insertRole(roleRow())
      await store().insertRole(roleRow({organizationId: OTHER_ORG}))
      await store().deleteRole(ORG, 'role')
      expect(await store().listRoles(ORG, 'astro')).to.deep.equal([])
      expect(await store().listRoles(OTHER_ORG, 'astro')).to.have.length(1)
    })
  })

  describe('accounts', () => {
    it('returns false and changes nothing if the name is taken among the accounts of this vendor', async () => {
      const rows = [
        accountRow({id: 'b', admin: true}),
        accountRow({id: 'a', nameKey: 'bob@example.com', email: null}),
        accountRow({id: 'c', nameKey: 'carl@example.com', createdAt: NOW - 1}),
      ]
      for (const row of rows) expect(await store().insertAccount(row)).to.equal(true)
      expect(await store().insertAccount(accountRow({id: 'd', name: 'Other'}))).to.equal(false)
      expect(await store().insertAccount(accountRow({id: 'e', vendor: 'motherduck'}))).to.equal(true)
      expect(await store().insertAccount(accountRow({organizationId: OTHER_ORG}))).to.equal(true)
      expect(await store().listAccounts(ORG, 'astro')).to.deep.equal([rows[2], rows[1], rows[0]])
    })

    it('updates the settings of an account of one organization only', async () => {
      for (const organizationId of [ORG, OTHER_ORG]) await store().insertAccount(accountRow({organizationId}))
      const changed = accountRow({settings: '{"size":"big"}', updatedAt: NOW + 5})
      await store().updateAccount({...changed, name: 'Other', admin: true})
      expect(await store().listAccounts(ORG, 'astro')).to.deep.equal([changed])
      expect(await store().listAccounts(OTHER_ORG, 'astro')).to.deep.equal([accountRow({organizationId: OTHER_ORG})])
    })

    it('deletes an account of one organization only', async () => {
      await store().insertAccount(accountRow())
      await store().insertAccount(accountRow({organizationId: OTHER_ORG}))
      await store().deleteAccount(ORG, 'account')
      expect(await store().listAccounts(ORG, 'astro')).to.deep.equal([])
      expect(await store().listAccounts(OTHER_ORG, 'astro')).to.have.length(1)
    })
  })

  describe('audit', () => {
    it('lists the changes in one organization, oldest first', async () => {
      const rows = [auditRow({id: 'c', at: NOW + 1, requestId: 'req-1', detail: '{"a":1}'}), auditRow({id: 'b'})]
      for (const row of rows) await store().insertAudit(row)
      await store().insertAudit(auditRow({organizationId: OTHER_ORG, id: 'a'}))
      expect(await store().listAudit(ORG)).to.deep.equal([rows[1], rows[0]])
    })
  })
}
