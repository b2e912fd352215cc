import {createSortableIds} from '../src/lib/ids.ts'
import type {ServiceParts} from '../src/service/context.ts'
import {seedInstallation} from '../src/service/first-start.ts'
import {openSqliteStore} from '../src/service/store/sqlite/open-sqlite-store.ts'
import {createTokenService} from '../src/service/token-service.ts'
import {ASTRO_POLICY} from '../src/vendors/astro/embedded/policy.ts'

/**
 * Create a store with this many tokens in its deployment. One transaction writes all of them,
 * because each transaction waits for the disk.
 */
export async function fillStore(file: string, count: number): Promise<void> {
  const now = () => Date.now()
  const {store} = await openSqliteStore({
    file,
    now,
    seed: (session) => seedInstallation(session, {nowMs: now(), newId: ASTRO_POLICY.newId}),
  })
  const installation = await store.readInstallation()
  await store.transaction(async (session) => {
    const within: ServiceParts['store'] = {...store, ...session, transaction: (work) => work(session)}
    const service = createTokenService({
      store: within,
      installation,
      now,
      newSortableId: createSortableIds(),
      seeds: [],
    })
    const [organization] = await session.listOrganizations()
    const organizationId = organization?.organizationId ?? ''
    const [deployment] = await session.listDeployments(organizationId)
    const ownerId = deployment?.id ?? ''
    const allow = async () => {}
    const spec = {
      allow,
      organizationId,
      scope: 'DEPLOYMENT',
      ownerId,
      kind: 'STANDARD',
      lifetimeMs: null,
      uniqueName: false,
    }
    const roles = [{entityType: 'DEPLOYMENT', entityId: ownerId, deploymentId: null, role: 'DEPLOYMENT_ADMIN'}]
    for (let number = 1; number <= count; number++) {
      const named = {...spec, roles, name: `ci-${number}`, description: 'Made by npm run bench'}
      await service.issue(ASTRO_POLICY, {type: 'local', id: 'bench'}, named)
    }
  })
  await store.close()
}
