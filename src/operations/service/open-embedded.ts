import {type ResolvedContext, resolveEmbedded} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import {findPlace, refuseUnnamed} from '../../lib/find-place.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {Actor} from '../../service/context.ts'
import type {OrganizationRow} from '../../service/store/store.ts'
import type {TokenService} from '../../service/token-service.ts'
import type {Vendor} from '../../vendors/vendor.ts'
import {idFromEnvironment} from './environment.ts'

/** The embedded service, opened for the owner of its store. */
export interface Installation {
  service: TokenService
  actor: Actor
  /** Every vendor whose roles and people the service can hold. */
  vendors: readonly Vendor[]
}

/**
 * Open the service for commands about all organizations. USAGE if a context of a vendor is named.
 */
export async function openInstallation(runtime: Runtime, context: string | undefined): Promise<Installation> {
  await resolveEmbedded(runtime, context)
  const {service} = await runtime.openService()
  return {service, actor: localActor(runtime), vendors: runtime.vendors}
}

/**
 * Open the service for commands about one organization. USAGE if a context of a vendor is named.
 */
export async function openEmbedded(
  runtime: Runtime,
  {context, ...options}: OrganizationOptions & {context?: string | undefined},
): Promise<OpenedOrganization> {
  return openInContext(runtime, await resolveEmbedded(runtime, context), options)
}

/** Ask a person to choose one of the given organizations. */
type ChooseOrganization = (organizations: Organization[]) => Promise<Organization>

interface Organization {
  id: string
  name: string
}

export interface OpenedOrganization extends Installation {
  organizationId: string
  organization: OrganizationRow
  /** Whether there are other organizations. Then hints must name this one. */
  severalOrganizations: boolean
  /** The workspace that the context names. */
  workspaceId: string | undefined
}

export interface OrganizationOptions {
  /** Absent if the command has no flag for it. */
  organizationId?: string | undefined
  choose?: ChooseOrganization | undefined
}

/**
 * Return the flag that selects the same organization, with a space before it; empty if not needed.
 */
export function formatOrganizationFlag({severalOrganizations, organizationId}: OpenedOrganization): string {
  return severalOrganizations ? ` --organization-id ${shellPath(organizationId)}` : ''
}

/** Return the actor of the command line: the user of this machine owns the store. */
export function localActor(runtime: Runtime): Actor {
  return {type: 'local', id: runtime.userName}
}

/**
 * Return every organization that the variable or the context names, or all if none is named. The
 * variable may be for another service: then there is none. NOT_FOUND for a wrong one in a context.
 * Both name it by id or name.
 */
export async function listNamedOrganizations(
  runtime: Runtime,
  {read}: TokenService,
  {places}: Pick<ResolvedContext, 'places'>,
): Promise<OrganizationRow[]> {
  const rows = await read.listOrganizations()
  const variable = idFromEnvironment(runtime, 'TOKENRY_ORGANIZATION_ID')
  if (variable !== undefined) return rows.filter((row) => row === findRow(rows, variable))
  const {organization} = places
  return organization === undefined ? rows : [findOrganization(rows, organization)]
}

/**
 * Open the organization that a flag, the environment or the context names, by id or name. If none
 * is named, it is the only one, or the one that a person chooses.
 */
async function openInContext(
  runtime: Runtime,
  context: ResolvedContext,
  options: OrganizationOptions = {},
): Promise<OpenedOrganization> {
  const {service} = await runtime.openService()
  const rows = await service.read.listOrganizations()
  const named =
    options.organizationId ?? idFromEnvironment(runtime, 'TOKENRY_ORGANIZATION_ID') ?? context.places['organization']
  const organization = named === undefined ? await onlyOne(rows, options) : findOrganization(rows, named)
  const {organizationId} = organization
  return {
    service,
    actor: localActor(runtime),
    vendors: runtime.vendors,
    organizationId,
    organization,
    severalOrganizations: rows.length > 1,
    workspaceId: context.places['workspace'],
  }
}

function findOrganization(rows: OrganizationRow[], idOrName: string): OrganizationRow {
  const found = findRow(rows, idOrName)
  if (found) return found
  throw new AppError('NOT_FOUND', `No organization ${idOrName}`, {hint: 'See them with: tokenry organization list'})
}

function findRow(rows: OrganizationRow[], idOrName: string): OrganizationRow | undefined {
  const places = rows.map((row) => ({
    row,
    id: row.organizationId,
    name: row.name,
    createdAt: toRfc3339(row.createdAt),
  }))
  return findPlace(places, idOrName, 'organization')?.row
}

async function onlyOne(rows: OrganizationRow[], options: OrganizationOptions): Promise<OrganizationRow> {
  const {choose} = options
  const [first] = rows
  if (rows.length === 1 && first) return first
  if (choose) {
    const {id} = await choose(rows.map(({organizationId, name}) => ({id: organizationId, name})))
    return findOrganization(rows, id)
  }
  const places = rows.map(({organizationId: id, name}) => ({id, name}))
  const hasFlag = 'organizationId' in options
  throw refuseUnnamed(places, {noun: 'organization', list: 'tokenry organization list', hasFlag})
}
