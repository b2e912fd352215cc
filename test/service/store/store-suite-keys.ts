import {expect} from 'chai'
import type {Store} from '../../../src/service/store/store.ts'
import {accountRow, deploymentRow, NOW, ORG, OTHER_ORG, roleRow, tokenRole, tokenRow} from './store-rows.ts'

/** Test the reads by key, by filter and by page. */
export function keySuite(store: () => Store): void {
  const ids = (rows: {id: string}[]) => rows.map(({id}) => id)
  const place = (id: string, changes: object = {}) => {
    return {organizationId: ORG, id, name: `name-${id}`, description: '', createdAt: NOW, updatedAt: NOW, ...changes}
  }

  describe('organizations by key', () => {
    it('finds, lists by name, counts and pages the organizations that are not deleted', async () => {
      expect(await store().findOrganization(ORG)).to.include({organizationId: ORG, name: `name-${ORG}`})
      expect(await store().findOrganization('nowhere')).to.equal(null)
      const named = await store().listOrganizations({names: [`name-${OTHER_ORG}`, 'none']})
      expect(named.map(({organizationId}) => organizationId)).to.deep.equal([OTHER_ORG])
      const page = {offset: 0, limit: 1, sorts: [{key: 'name', descending: true}]} as const
      const [last] = await store().listOrganizations({}, {...page, sorts: [...page.sorts]})
      expect(last?.organizationId).to.equal(OTHER_ORG)
      await store().deleteOrganization(ORG, NOW)
      expect(await store().findOrganization(ORG)).to.equal(null)
      expect(await store().listOrganizations({names: [`name-${ORG}`]})).to.deep.equal([])
      expect(await store().countOrganizations()).to.equal(1)
    })
  })

  describe('workspaces and deployments by key', () => {
    beforeEach(async () => {
      for (const id of ['w3', 'w1', 'w2']) {
        await store().insertWorkspace(place(id, {createdAt: NOW + Number(id[1]), updatedAt: NOW - Number(id[1])}))
      }
      await store().insertWorkspace(place('w1', {organizationId: OTHER_ORG}))
      for (const [id, workspaceId] of [
        ['d4', 'w1'],
        ['d2', 'w2'],
        ['d3', 'w1'],
        ['d1', 'w3'],
      ] as const) {
        await store().insertDeployment(
          deploymentRow({id, workspaceId, name: `d-${id}`, createdAt: NOW + Number(id[1])}),
        )
      }
      await store().insertDeployment(deploymentRow({organizationId: OTHER_ORG, id: 'd1', workspaceId: 'w1'}))
    })

    it('finds those of several ids that exist in their organization, each once', async () => {
      const found = await store().findWorkspaces(ORG, ['w2', 'nowhere', 'w1', 'w2', 'd1'])
      expect(ids(found).sort()).to.deep.equal(['w1', 'w2'])
      expect(await store().findWorkspaces(ORG, [])).to.deep.equal([])
      expect(ids(await store().findWorkspaces(OTHER_ORG, ['w2', 'w1']))).to.deep.equal(['w1'])
      const deployments = await store().findDeployments(ORG, ['d3', 'd1', 'w1'])
      expect(deployments.map(({id, workspaceName}) => [id, workspaceName]).sort()).to.deep.equal([
        ['d1', 'name-w3'],
        ['d3', 'name-w1'],
      ])
      expect(await store().findDeployments(ORG, [])).to.deep.equal([])
    })

    it('finds more ids in one call than a statement may have parameters', async () => {
      const many = Array.from({length: 40_000}, (_, index) => `none-${index}`)
      expect(ids(await store().findWorkspaces(ORG, [...many, 'w1', ...many]))).to.deep.equal(['w1'])
      expect(ids(await store().findDeployments(ORG, ['d2', ...many]))).to.deep.equal(['d2'])
      expect(await store().findTokens(ORG, 'astro', many)).to.deep.equal([])
    })

    const workspaceCases = [
      [{}, ['ws', 'w1', 'w2', 'w3']],
      [{ids: ['w3', 'w1']}, ['w1', 'w3']],
      [{names: ['name-w2', 'default']}, ['ws', 'w2']],
      [{ids: ['w1', 'w2'], names: ['name-w2']}, ['w2']],
      [{ids: []}, []],
      [{names: []}, []],
      [{reach: {workspaceIds: ['w3'], deploymentIds: ['d3', 'd4']}}, ['w1', 'w3']],
      [{reach: {workspaceIds: [], deploymentIds: ['d2', 'w3', 'none']}}, ['w2']],
      [{reach: {workspaceIds: [], deploymentIds: []}}, []],
      [{ids: ['w1', 'w2'], reach: {workspaceIds: ['w2'], deploymentIds: []}}, ['w2']],
    ] as const
    for (const [filter, expected] of workspaceCases) {
      it(`lists and counts the workspaces of ${JSON.stringify(filter)}`, async () => {
        expect(ids(await store().listWorkspaces(ORG, filter))).to.deep.equal(expected)
        expect(await store().countWorkspaces(ORG, filter)).to.equal(expected.length)
      })
    }

    const deploymentCases = [
      [{}, ['d1', 'd2', 'd3', 'd4']],
      [{workspaceIds: ['w1', 'w3']}, ['d1', 'd3', 'd4']],
      [{workspaceIds: ['w1'], names: ['d-d4', 'd-d1']}, ['d4']],
      [{ids: ['d2', 'd4', 'd9']}, ['d2', 'd4']],
      [{workspaceIds: []}, []],
      [{reach: {workspaceIds: ['w1'], deploymentIds: ['d2']}}, ['d2', 'd3', 'd4']],
      [{reach: {workspaceIds: [], deploymentIds: []}}, []],
      [{workspaceIds: ['w1', 'w2'], reach: {workspaceIds: ['w2'], deploymentIds: ['d3', 'd1']}}, ['d2', 'd3']],
    ] as const
    for (const [filter, expected] of deploymentCases) {
      it(`lists and counts the deployments of ${JSON.stringify(filter)}`, async () => {
        expect(ids(await store().listDeployments(ORG, filter))).to.deep.equal(expected)
        expect(await store().countDeployments(ORG, filter)).to.equal(expected.length)
      })
    }

    it('pages in the requested order, ties by creation; a repeated key changes nothing', async () => {
      const byUpdate = {key: 'updatedAt', descending: false} as const
      const page = (offset: number, limit: number, sorts = [byUpdate]) =>
        store().listWorkspaces(ORG, {}, {offset, limit, sorts})
      expect(ids(await page(0, 3))).to.deep.equal(['w3', 'w2', 'w1'])
      expect(ids(await page(3, 3))).to.deep.equal(['ws'])
      expect(ids(await page(4, 3))).to.deep.equal([])
      expect(ids(await page(0, 0))).to.deep.equal([])
      const sorts = [{key: 'name', descending: true}, byUpdate, {key: 'name', descending: false}] as const
      expect(ids(await store().listWorkspaces(ORG, {}, {offset: 1, limit: 2, sorts: [...sorts]}))).to.deep.equal([
        ...['w2', 'w1'],
      ])
      const same = {key: 'updatedAt', descending: true} as const
      const deployments = await store().listDeployments(ORG, {}, {offset: 1, limit: 2, sorts: [same]})
      expect(ids(deployments)).to.deep.equal(['d2', 'd3'])
    })
  })

  describe('roles, accounts and tokens by key', () => {
    it('lists the roles of some scopes, or of some names', async () => {
      for (const [id, scopeType, name] of [
        ['r1', 'DEPLOYMENT', 'a'],
        ['r2', 'DAG', 'a'],
        ['r3', 'DAG', 'b'],
      ] as const) {
        await store().insertRole(roleRow({id, scopeType, name}))
      }
      expect(ids(await store().listRoles(ORG, 'astro', {scopeTypes: ['DAG']}))).to.deep.equal(['r2', 'r3'])
      expect(ids(await store().listRoles(ORG, 'astro', {names: ['a']}))).to.deep.equal(['r1', 'r2'])
      expect(ids(await store().listRoles(ORG, 'astro', {names: ['a'], scopeTypes: ['DAG']}))).to.deep.equal(['r2'])
      expect(await store().listRoles(ORG, 'astro', {scopeTypes: []})).to.deep.equal([])
      expect(await store().listRoles(OTHER_ORG, 'astro', {names: ['a']})).to.deep.equal([])
    })

    it('lists accounts by id, by kind, and by name or prefix, the exact name first', async () => {
      for (const [id, nameKey, kind] of [
        ['a1', 'ann@b.example', 'USER'],
        ['a2', 'ann@a.example', 'USER'],
        ['a3', 'ann', 'USER'],
        ['a4', 'anna@a.example', 'USER'],
        ['a5', 'ann@c.example', 'SERVICE'],
        ['a6', 'AN', 'USER'],
      ] as const) {
        await store().insertAccount(accountRow({id, nameKey, kind}))
      }
      const list = async (filter: object) => ids(await store().listAccounts(ORG, 'astro', filter))
      const nameKey = {equal: 'ann', prefix: 'ann@'}
      expect(await list({id: 'a4'})).to.deep.equal(['a4'])
      expect(await list({kind: 'SERVICE'})).to.deep.equal(['a5'])
      expect(await list({nameKey})).to.deep.equal(['a3', 'a2', 'a1', 'a5'])
      expect(await list({nameKey, kind: 'USER', limit: 2})).to.deep.equal(['a3', 'a2'])
      expect(await list({nameKey: {equal: 'none', prefix: 'anna'}})).to.deep.equal(['a4'])
      expect(await store().listAccounts(OTHER_ORG, 'astro', {nameKey})).to.deep.equal([])
    })

    it('finds several tokens of one vendor, each the same as when it is found alone', async () => {
      await store().insertToken(tokenRow({id: 'a'}), [tokenRole({role: 'x'}), tokenRole({role: 'y'})])
      await store().insertToken(tokenRow({id: 'b', deletedAt: NOW}), [])
      await store().insertToken(tokenRow({id: 'c', vendor: 'motherduck'}), [])
      await store().insertToken(tokenRow({organizationId: OTHER_ORG, id: 'a'}), [])
      const found = await store().findTokens(ORG, 'astro', ['b', 'c', 'a', 'a', 'none'])
      const byId = found.sort((one, other) => (one.id < other.id ? -1 : 1))
      expect(byId).to.deep.equal([
        await store().findToken(ORG, 'astro', 'a'),
        await store().findToken(ORG, 'astro', 'b'),
      ])
      expect(await store().findTokens(ORG, 'astro', [])).to.deep.equal([])
    })
  })

  describe('seeds of vendors', () => {
    it('are recorded once for each vendor, and listed if each organization has its administrator', async () => {
      const insertAdmin = (vendor: string, organizationId: string, admin = true) =>
        store().insertAccount(accountRow({id: `${vendor}-${admin}`, vendor, organizationId, admin}))
      expect(await store().insertSeededVendor('duckling', NOW)).to.equal(true)
      expect(await store().insertSeededVendor('duckling', NOW + 1)).to.equal(false)
      expect(await store().insertSeededVendor('goose', NOW)).to.equal(true)
      for (const vendor of ['duckling', 'goose', 'swan']) await insertAdmin(vendor, ORG)
      expect(await store().listSeededVendors()).to.deep.equal([])
      await insertAdmin('duckling', OTHER_ORG)
      await insertAdmin('goose', OTHER_ORG, false)
      await insertAdmin('swan', OTHER_ORG)
      expect(await store().listSeededVendors()).to.deep.equal(['duckling'])
      await store().deleteOrganization(OTHER_ORG, NOW)
      expect((await store().listSeededVendors()).sort()).to.deep.equal(['duckling', 'goose'])
    })
  })
}
