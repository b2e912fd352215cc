import {join} from 'node:path'
import type {Actor} from '../../src/service/context.ts'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import type {IssuedToken, TokenSpec} from '../../src/service/tokens/issue.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/policy.ts'
import {TEST_NOW} from './run-tokenry.ts'
import {tempFolder} from './temp-folder.ts'

export interface TestService {
  service: TokenService
  organizationId: string
  workspaceId: string
  deploymentId: string
  /** Epoch milliseconds that the service goes by. */
  clock: {nowMs: number}
}

/** A new installation with a real store in a temporary folder, and a clock that stands still until it is set. */
export async function openTestService(): Promise<TestService> {
  const clock = {nowMs: TEST_NOW}
  const {service} = await openEmbeddedService(join(tempFolder(), 'data'), () => clock.nowMs)
  const [organization] = await service.read.listOrganizations()
  const organizationId = organization?.organizationId ?? ''
  const [deployment] = await service.read.listDeployments(organizationId)
  return {
    service,
    organizationId,
    workspaceId: deployment?.workspaceId ?? '',
    deploymentId: deployment?.id ?? '',
    clock,
  }
}

/** A token of the deployment, without an expiry. */
export function issueTestToken(
  {service, organizationId, deploymentId}: TestService,
  changes: Partial<TokenSpec> = {},
): Promise<IssuedToken> {
  const actor: Actor = {type: 'local', id: 'tester'}
  return service.issue(ASTRO_POLICY, actor, {
    organizationId,
    scope: 'DEPLOYMENT',
    ownerId: deploymentId,
    kind: 'STANDARD',
    name: 'ci',
    description: '',
    lifetimeMs: null,
    roles: [{entityType: 'DEPLOYMENT', entityId: deploymentId, deploymentId: null, role: 'DEPLOYMENT_ADMIN'}],
    uniqueName: false,
    allow: async () => {},
    ...changes,
  })
}
