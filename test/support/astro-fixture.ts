import type {AstroMintedToken, CreateTokenBody} from '../../src/vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../src/vendors/astro/embedded.ts'
import {openTestService, type TestService} from './test-service.ts'

/** The Astro API on a service of its own, with a second workspace that has a deployment. */
export interface AstroFixture extends TestService {
  /** The API for the owner of the store. */
  owner: EmbeddedAstro
  otherWorkspaceId: string
  otherDeploymentId: string
  /** A token; unless `body` says otherwise, an administrator of the first deployment. */
  create(body?: Partial<CreateTokenBody>): Promise<AstroMintedToken>
  /** The API as this token sees it that was used for a request. */
  as(minted: AstroMintedToken): Promise<EmbeddedAstro>
}

const ACTOR = {type: 'local', id: 'tester'} as const

export async function openAstroFixture(): Promise<AstroFixture> {
  const test = await openTestService()
  const {service, organizationId} = test
  const owner = embeddedAstroApi(service, {kind: 'owner', actor: ACTOR})
  const otherWorkspaceId = 'cworkspace000000000000000'
  const times = {createdAt: test.clock.nowMs + 1000, updatedAt: test.clock.nowMs + 1000}
  const workspace = {organizationId, id: otherWorkspaceId, name: 'another', description: 'The other one', ...times}
  await service.read.insertWorkspace(workspace)
  test.clock.nowMs += 1000
  const other = await service.createDeployment(ACTOR, {
    organizationId,
    workspaceId: otherWorkspaceId,
    name: 'elsewhere',
  })
  return {
    ...test,
    owner,
    otherWorkspaceId,
    otherDeploymentId: other.id,
    create: (body = {}) =>
      owner.createToken(organizationId, {
        name: 'ci',
        role: 'DEPLOYMENT_ADMIN',
        scope: 'DEPLOYMENT',
        entityId: test.deploymentId,
        ...body,
      }),
    async as(minted) {
      const token = await service.authenticate('astro', minted.token)
      return embeddedAstroApi(service, {kind: 'token', actor: {type: 'token', id: token.id}, token})
    },
  }
}
