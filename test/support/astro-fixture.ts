import type {AstroMintedToken, CreateTokenBody} from '../../src/vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {openTestService, type TestService, type TestServiceOptions} from './test-service.ts'

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
const OTHER_WORKSPACE_ID = 'cworkspace000000000000000'

export async function openAstroFixture(options: TestServiceOptions = {}): Promise<AstroFixture> {
  const test = await openTestService(options)
  const {service, organizationId} = test
  const owner = embeddedAstroApi(service, {kind: 'owner', actor: ACTOR})
  if (!options.storeFile) await addOtherWorkspace(test)
  const deployments = await service.read.listDeployments(organizationId)
  const otherDeploymentId = deployments.find(({workspaceId}) => workspaceId === OTHER_WORKSPACE_ID)?.id ?? ''
  return {
    ...test,
    owner,
    otherWorkspaceId: OTHER_WORKSPACE_ID,
    otherDeploymentId,
    create: (body = {}) =>
      owner.createToken(organizationId, {
        name: 'ci',
        role: 'DEPLOYMENT_ADMIN',
        scope: 'DEPLOYMENT',
        ...(body.scope === 'ORGANIZATION' ? {} : {entityId: test.deploymentId}),
        ...body,
      }),
    async as(minted) {
      const credential = await service.authenticate('astro', minted.token)
      return embeddedAstroApi(service, {kind: 'token', actor: {type: 'token', id: credential.token.id}, ...credential})
    },
  }
}

/** With a deployment, both a second younger than the first ones. */
async function addOtherWorkspace({service, organizationId, clock}: TestService): Promise<void> {
  clock.nowMs += 1000
  const times = {createdAt: clock.nowMs, updatedAt: clock.nowMs}
  const names = {id: OTHER_WORKSPACE_ID, name: 'another', description: 'The other one'}
  await service.read.insertWorkspace({organizationId, ...names, ...times})
  await service.createDeployment(ASTRO_POLICY, ACTOR, {
    organizationId,
    workspaceId: OTHER_WORKSPACE_ID,
    name: 'elsewhere',
  })
}
