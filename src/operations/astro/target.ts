import {resolveContext} from '../../config/context.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenService} from '../../service/token-service.ts'
import type {AstroApi, AstroOrganization} from '../../vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../vendors/astro/embedded/embedded-api.ts'
import {ASTRO} from '../../vendors/astro/vendor.ts'
import {type ChooseOrganization, localActor, openInContext} from '../service/open-embedded.ts'
import {listAll} from './list-all.ts'
import {isTokenOf} from './own-token.ts'

/** An open way to the Astro API, wherever the context leads. */
export interface AstroTarget {
  context: string
  organizationId: string
  organizationName: string
  /** Whether there are others: then hints have to name it. */
  severalOrganizations?: boolean
  /** The context, where --context names it: then hints have to name it, too. */
  namedContext?: string | undefined
  /** What the context names. */
  workspaceId?: string | undefined
  deploymentId?: string | undefined
  /** Whether it is the token that one is signed in with. CONFIG if that cannot be judged: ask only where it matters. */
  isOwnToken(tokenId: string): boolean
  api: AstroApi
  /** What only the embedded service can do; null at Astro. */
  embedded: EmbeddedAstro | null
}

export type OrganizationResult = Pick<AstroOrganization, 'id' | 'name' | 'product' | 'createdAt' | 'updatedAt'>

export interface TargetOptions {
  context?: string | undefined
  organizationId?: string | undefined
  /** Asks which; absent where no question may be asked. */
  chooseOrganization?: ChooseOrganization | undefined
  /** Is told of every call, without what is answered. */
  trace?: ((line: string) => Promise<void>) | undefined
}

export async function openTarget(runtime: Runtime, options: TargetOptions): Promise<AstroTarget> {
  const resolved = await resolveContext(runtime, ASTRO, options.context)
  const {organizationId, chooseOrganization: choose} = options
  const {service, organization, severalOrganizations} = await openInContext(runtime, resolved, {organizationId, choose})
  const api = embeddedApi(runtime, service, options)
  const {
    name,
    places: {workspace: workspaceId, deployment: deploymentId},
  } = resolved
  return {
    context: name,
    organizationId: organization.organizationId,
    organizationName: organization.name,
    severalOrganizations,
    namedContext: options.context,
    workspaceId,
    deploymentId,
    isOwnToken: (tokenId) => isTokenOf(runtime.env['ASTRO_API_TOKEN'], {issuer: service.installation.issuer, tokenId}),
    api,
    embedded: api,
  }
}

/** Every organization there is, which needs none to be chosen. */
export async function listOrganizations(
  runtime: Runtime,
  options: Pick<TargetOptions, 'context' | 'trace'>,
): Promise<OrganizationResult[]> {
  await resolveContext(runtime, ASTRO, options.context)
  const {service} = await runtime.openService()
  const api = embeddedApi(runtime, service, options)
  const all = await listAll(async (page) => {
    const {organizations, totalCount} = await api.listOrganizations(page)
    return {items: organizations, totalCount}
  })
  return all.map(({id, name, product, createdAt, updatedAt}) => ({id, name, product, createdAt, updatedAt}))
}

function embeddedApi(runtime: Runtime, service: TokenService, {trace}: Pick<TargetOptions, 'trace'>): EmbeddedAstro {
  const api = embeddedAstroApi(service, {kind: 'owner', actor: localActor(runtime)})
  return trace ? traced(api, trace) : api
}

/** Tells of every call before it is made. What goes in is no secret; what comes out may be, and is not told. */
function traced(api: EmbeddedAstro, trace: (line: string) => Promise<void>): EmbeddedAstro {
  return new Proxy(api, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        await trace(`astro ${String(name)} ${args.map((arg) => JSON.stringify(arg)).join(' ')}`)
        return method.apply(target, args)
      }
    },
  })
}
