import {join} from 'node:path'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {TokenService} from '../../src/service/token-service.ts'
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
