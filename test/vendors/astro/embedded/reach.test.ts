import {expect} from 'chai'
import fc from 'fast-check'
import {AppError} from '../../../../src/errors/app-error.ts'
import type {AstroApi, AstroTokenRole} from '../../../../src/vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {type AstroFixture, openAstroFixture} from '../../../support/astro-fixture.ts'

const ACTOR = {type: 'local', id: 'tester'} as const

describe('the lists of workspaces and deployments', () => {
  let test: AstroFixture
  const places: {workspaceIds: string[]; deploymentIds: string[]} = {workspaceIds: [], deploymentIds: []}
  before(async () => {
    test = await openAstroFixture({inMemory: true})
    const {service, organizationId} = test
    for (const name of ['a', 'b', 'c']) {
      const spec = {organizationId, name, description: ''}
      const {id: workspaceId} = await service.createWorkspace(ASTRO_POLICY, ACTOR, spec)
      places.workspaceIds.push(workspaceId)
      for (const number of [1, 2, 3]) {
        const within = {organizationId, workspaceId, name: `${name}-${number}`}
        places.deploymentIds.push((await service.createDeployment(ASTRO_POLICY, ACTOR, within)).id)
      }
    }
  })
  after(() => test.service.close())

  const all = {workspaces: 5, deployments: 11}

  /** The roles of a token, by the indexes of the entities in `places`. */
  const held = fc.record({
    workspaces: fc.uniqueArray(fc.nat(2), {maxLength: 2}),
    deployments: fc.uniqueArray(fc.nat(8), {maxLength: 2}),
    dags: fc.uniqueArray(fc.nat(8), {maxLength: 2}),
    owner: fc.boolean(),
  })

  it('show exactly the entities that the caller can get by id, page by page, no matter what roles the caller has', async () => {
    const {organizationId} = test
    await fc.assert(
      fc.asyncProperty(held, fc.integer({min: 1, max: 4}), async ({workspaces, deployments, dags, owner}, limit) => {
        const minted = await test.create({
          name: 'wide',
          scope: 'ORGANIZATION',
          role: owner && dags.length === 0 ? 'ORGANIZATION_OWNER' : 'ORGANIZATION_MEMBER',
        })
        const roles: AstroTokenRole[] = [
          ...minted.roles,
          ...workspaces.map((index) => role('WORKSPACE', places.workspaceIds[index], 'WORKSPACE_MEMBER')),
          ...deployments.map((index) => role('DEPLOYMENT', places.deploymentIds[index], 'DEPLOYMENT_ADMIN')),
          ...dags.map((index) => ({
            ...role('DAG', 'etl', 'DAG_VIEWER'),
            deploymentId: places.deploymentIds[index] ?? '',
          })),
        ]
        await test.owner.updateTokenRoles(organizationId, minted.id, roles)
        const api = await test.as(minted)
        for (const noun of ['workspaces', 'deployments'] as const) {
          const listed = await listAll(api, noun, limit)
          const every = await listAll(test.owner, noun, 1000)
          expect(every).to.have.length(all[noun])
          const gettable = []
          for (const id of every) if (await canGet(api, noun, id)) gettable.push(id)
          expect(listed, `${noun} of ${JSON.stringify(roles)}`).to.deep.equal(gettable)
        }
      }),
      {numRuns: 60},
    )
  })

  async function listAll(api: AstroApi, noun: 'workspaces' | 'deployments', limit: number): Promise<string[]> {
    const ids: string[] = []
    for (let offset = 0; ; offset += limit) {
      const query = {offset, limit}
      const {totalCount, ...page} =
        noun === 'workspaces'
          ? await api.listWorkspaces(test.organizationId, query)
          : await api.listDeployments(test.organizationId, query)
      const rows = 'workspaces' in page ? page.workspaces : page.deployments
      ids.push(...rows.map(({id}) => id))
      expect(totalCount).to.be.at.least(ids.length)
      if (offset + limit >= totalCount) {
        expect(ids).to.have.length(totalCount)
        return ids
      }
    }
  }

  async function canGet(api: AstroApi, noun: 'workspaces' | 'deployments', id: string): Promise<boolean> {
    const got =
      noun === 'workspaces' ? api.getWorkspace(test.organizationId, id) : api.getDeployment(test.organizationId, id)
    return got.then(
      () => true,
      (err: unknown) => {
        if (err instanceof AppError && err.code === 'NOT_FOUND') return false
        throw err
      },
    )
  }
})

function role(entityType: AstroTokenRole['entityType'], entityId: string | undefined, name: string): AstroTokenRole {
  return {entityType, entityId: entityId ?? '', role: name}
}
