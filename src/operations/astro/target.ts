import {resolveContext} from '../../config/context.ts'
import type {Runtime} from '../../runtime.ts'
import type {TokenService} from '../../service/token-service.ts'
import {decodeToken} from '../../service/tokens/format.ts'
import type {AstroApi, AstroOrganization} from '../../vendors/astro/api.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../vendors/astro/embedded.ts'
import {type ChooseOrganization, localActor, openInContext} from '../service/open-embedded.ts'
import {listAll} from './list-all.ts'

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
  /** The token that one is signed in with; null for the owner of the embedded store. */
  ownTokenId: string | null
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
  const resolved = await resolveContext(runtime, 'astro', options.context)
  const {organizationId, chooseOrganization: choose} = options
  const {service, organization, severalOrganizations} = await openInContext(runtime, resolved, {organizationId, choose})
  const api = embeddedApi(runtime, service, options)
  const {name, workspace: workspaceId, deployment: deploymentId} = resolved
  return {
    context: name,
    organizationId: organization.organizationId,
    organizationName: organization.name,
    severalOrganizations,
    namedContext: options.context,
    workspaceId,
    deploymentId,
    ownTokenId: tokenIdOf(runtime.env['ASTRO_API_TOKEN'], service.installation.issuer),
    api,
    embedded: api,
  }
}

/** Every organization there is, which needs none to be chosen. */
export async function listOrganizations(
  runtime: Runtime,
  options: Pick<TargetOptions, 'context' | 'trace'>,
): Promise<OrganizationResult[]> {
  await resolveContext(runtime, 'astro', options.context)
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

/** The token of a value that this installation issued: what scripts here sign in with, though this command needs none. */
function tokenIdOf(value: string | undefined, issuer: string): string | null {
  const payload = value === undefined ? undefined : decodeToken(value)?.payload
  return payload?.['iss'] === issuer && typeof payload['sub'] === 'string' ? payload['sub'] : null
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
