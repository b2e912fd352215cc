import {type ResolvedContext, resolveContext} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenService} from '../../service/token-service.ts'
import {ASTRO_LIMITS, type AstroOrganization} from '../../vendors/astro/api.ts'
import {embeddedAstroApi} from '../../vendors/astro/embedded/embedded-api.ts'
import {isTokenOf} from '../../vendors/astro/own-token.ts'
import type {AstroConnection} from '../../vendors/astro/token-port.ts'
import {ASTRO} from '../../vendors/astro/vendor.ts'
import {listAll} from '../../vendors/list-all.ts'
import {idFromEnvironment} from '../service/environment.ts'
import {localActor} from '../service/open-embedded.ts'
import {contextFlag} from '../tokens/context-flag.ts'
import {traceCalls} from '../tokens/trace-calls.ts'

/** Methods whose arguments are secrets. */
const SECRET_METHODS: ReadonlySet<string> = new Set(['findTokenBySecret'])

/** The Astro API of a context, before an organization is chosen. */
export interface AstroService extends AstroConnection {
  context: string
  /** The context, if --context names it. Then hints must name it too. */
  namedContext?: string | undefined
  /** The places that the context names. */
  places: {organizationId?: string | undefined; workspaceId?: string | undefined; deploymentId?: string | undefined}
  /**
   * Return whether commands sign in with this token. CONFIG if that is unclear, so call it only if
   * needed.
   */
  isOwnToken(tokenId: string): boolean
  /** The command that creates a workspace or a deployment. Absent if tokenry has none. */
  creationCommand?: ((noun: string) => string) | undefined
}

/** An organization of that API. */
export interface AstroTarget extends AstroService {
  organizationId: string
  organizationName: string
  /** Whether there are other organizations. Then hints must name this one. */
  severalOrganizations: boolean
}

export type OrganizationResult = Pick<AstroOrganization, 'id' | 'name' | 'product' | 'createdAt' | 'updatedAt'>

export interface ConnectOptions {
  context?: string | undefined
  /** Called for every API call, without its result. */
  trace?: ((line: string) => Promise<void>) | undefined
}

export interface TargetOptions extends ConnectOptions {
  organizationId?: string | undefined
  /** Ask a person to choose. Absent if no question may be asked. */
  chooseOrganization?: (<Item extends {id: string; name: string}>(organizations: Item[]) => Promise<Item>) | undefined
}

/** Open the Astro API of the context. This is the only place that chooses an implementation. */
export async function connectAstro(runtime: Runtime, options: ConnectOptions): Promise<AstroService> {
  const resolved = await resolveContext(runtime, ASTRO, options.context)
  const {service} = await runtime.openService()
  return connectEmbedded(runtime, service, {...options, resolved})
}

function connectEmbedded(
  runtime: Runtime,
  service: TokenService,
  {context, trace, resolved}: ConnectOptions & {resolved: ResolvedContext},
): AstroService {
  const embedded = embeddedAstroApi(service, {kind: 'owner', actor: localActor(runtime)})
  const api = trace ? traceCalls(embedded, {name: ASTRO.name, secretMethods: SECRET_METHODS, trace}) : embedded
  return {
    api,
    capabilities: api,
    context: resolved.name,
    namedContext: context,
    places: {
      organizationId: resolved.places['organization'],
      workspaceId: resolved.places['workspace'],
      deploymentId: resolved.places['deployment'],
    },
    isOwnToken: (tokenId) => isTokenOf(runtime.env['ASTRO_API_TOKEN'], {issuer: service.installation.issuer, tokenId}),
    creationCommand: (noun) => `tokenry service ${noun} create NAME`,
  }
}

/**
 * Open the organization that a flag, the environment or the context names. If none is named, it is
 * the only one, or the one that a person chooses.
 */
export async function openTarget(
  runtime: Runtime,
  service: AstroService,
  {organizationId, chooseOrganization}: TargetOptions,
): Promise<AstroTarget> {
  const organizations = await listOrganizations(service)
  const wanted =
    organizationId ?? idFromEnvironment(runtime, 'TOKENRY_ORGANIZATION_ID') ?? service.places.organizationId
  const {id, name} =
    wanted === undefined
      ? await onlyOrganization(service, {organizations, choose: chooseOrganization})
      : findOrganization(service, {organizations, id: wanted})
  return {...service, organizationId: id, organizationName: name, severalOrganizations: organizations.length > 1}
}

/** Return every organization. No organization has to be chosen for this. */
export async function listOrganizations({
  api,
  warn,
}: Pick<AstroService, 'api' | 'warn'>): Promise<OrganizationResult[]> {
  const all = await listAll({
    what: 'organizations',
    limit: ASTRO_LIMITS.pageLimitMax,
    async readPage(page) {
      const {organizations, totalCount} = await api.listOrganizations(page)
      return {items: organizations, totalCount}
    },
    warn,
  })
  return all.map(({id, name, product, createdAt, updatedAt}) => ({id, name, product, createdAt, updatedAt}))
}

function findOrganization(
  service: AstroService,
  {organizations, id}: {organizations: OrganizationResult[]; id: string},
): OrganizationResult {
  const found = organizations.find((organization) => organization.id === id)
  if (found) return found
  throw new AppError('NOT_FOUND', `No organization ${id}`, {
    hint: `See them with: ${listOrganizationsCommand(service)}`,
  })
}

async function onlyOrganization(
  service: AstroService,
  {organizations, choose}: {organizations: OrganizationResult[]; choose: TargetOptions['chooseOrganization']},
): Promise<OrganizationResult> {
  const [first, ...others] = organizations
  if (!first) {
    throw new AppError('NOT_FOUND', 'There is no organization', {hint: 'Use a token of an organization'})
  }
  if (others.length === 0) return first
  if (choose) return choose(organizations)
  throw new AppError('USAGE', `There are ${organizations.length} organizations, and none is named`, {
    hint: `Name one with --organization-id or TOKENRY_ORGANIZATION_ID; see them with: ${listOrganizationsCommand(service)}`,
  })
}

function listOrganizationsCommand({namedContext}: AstroService): string {
  return `tokenry organization list${contextFlag(namedContext)}`
}
