import type {AstroMintedToken, CreateTokenBody} from '../../src/vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {openTestService, type TestService, type TestServiceOptions} from './test-service.ts'

/** The Astro API on a separate service, with a second workspace that has a deployment. */
export interface AstroFixture extends TestService {
  /** The API as the owner of the store. */
  owner: EmbeddedAstro
  otherWorkspaceId: string
  otherDeploymentId: string
  /** Create a token (default: an administrator of the first deployment). */
  create(body?: Partial<CreateTokenBody>): Promise<AstroMintedToken>
  /** Return the API as the owner of this token, which counts as used. */
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
      const credential = await service.authenticate(ASTRO_POLICY, minted.token)
      return embeddedAstroApi(service, {kind: 'token', actor: {type: 'token', id: credential.token.id}, ...credential})
    },
  }
}

/** Add a second workspace with a deployment. Both are created one second after the first ones. */
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
