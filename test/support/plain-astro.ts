import {entityAt, type TokenEntity} from '../../src/operations/astro/entity.ts'
import type {AstroTarget} from '../../src/operations/astro/target.ts'
import type {Runtime} from '../../src/runtime/runtime.ts'
import type {AstroApi, CreateTokenBody} from '../../src/vendors/astro/api.ts'
import {type AstroTokenRecord, toMinted} from '../../src/vendors/astro/token-port.ts'
import type {Minted} from '../../src/vendors/token-port.ts'
import {type AstroFixture, openAstroFixture} from './astro-fixture.ts'
import {createAstroTarget} from './astro-target.ts'
import {plainAstroApi} from './plain-astro-api.ts'
import {recordingApi} from './recording-api.ts'

interface Entities {
  deployment: TokenEntity
  workspace: TokenEntity
  organization: TokenEntity
  /** The deployment, for its agent tokens. */
  agents: TokenEntity
}

/** Entities that have only Astro's API, in front of a separate service. */
export interface PlainAstro extends AstroFixture, Entities {
  /** The calls of the operations: the method, then the arguments after the organization. */
  calls: unknown[][]
  /** A runtime that has only the clock of the service. */
  runtime: Runtime
  /** Create a token (default: of the deployment) without recording a call. */
  make(body?: Partial<CreateTokenBody>): Promise<Minted<AstroTokenRecord>>
  makeWide(): Promise<Minted<AstroTokenRecord>>
  isValid(secret: string | undefined): Promise<boolean>
  /** Return the same entities, but with these calls replaced or with another target. */
  changed(calls: Partial<AstroApi>, target?: Partial<AstroTarget>): Entities
}

export async function openPlainAstro(): Promise<PlainAstro> {
  const fixture = await openAstroFixture()
  const {service, owner, clock, organizationId} = fixture
  const plain = plainAstroApi(owner)
  const {api, calls} = recordingApi(plain)
  const make: PlainAstro['make'] = async (body = {}) => {
    const given = body.scope === 'ORGANIZATION' ? {} : {entityId: fixture.deploymentId}
    const wanted = {name: 'ci', role: 'DEPLOYMENT_ADMIN', scope: 'DEPLOYMENT' as const, ...given, ...body}
    return toMinted(await plain.createToken(organizationId, wanted))
  }
  const changed: PlainAstro['changed'] = (overrides, target = {}) => {
    const capable = Object.assign(Object.create(api), overrides) as AstroApi
    return createEntities(createAstroTarget({api: capable, capabilities: {}}, {organizationId, ...target}), fixture)
  }
  return {
    ...fixture,
    ...changed({}),
    calls,
    runtime: {now: () => clock.nowMs} as unknown as Runtime,
    make,
    makeWide: () => make({name: 'ops', role: 'ORGANIZATION_OWNER', scope: 'ORGANIZATION'}),
    isValid: async (secret) => (await service.verify(secret ?? '')).valid,
    changed,
  }
}

function createEntities(target: AstroTarget, {deploymentId, workspaceId, organizationId}: AstroFixture): Entities {
  const deployment = {scope: 'DEPLOYMENT', id: deploymentId, name: 'default', isSeen: true, workspaceId} as const
  return {
    deployment: entityAt(target, deployment),
    agents: entityAt(target, deployment, true),
    workspace: entityAt(target, {scope: 'WORKSPACE', id: workspaceId, name: 'default', isSeen: true}),
    organization: entityAt(target, {scope: 'ORGANIZATION', id: organizationId, name: 'default', isSeen: true}),
  }
}
