import {AppError} from '../../errors/app-error.ts'
import {findPlace, refuseUnnamed} from '../../lib/find-place.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {allowForbidden} from '../../vendors/allow-forbidden.ts'
import type {AstroOrganization} from '../../vendors/astro/api.ts'
import {listEveryOrganization} from '../../vendors/astro/list-places.ts'
import type {ConnectOptions} from '../connection.ts'
import {idFromEnvironment} from '../service/environment.ts'
import {contextFlags} from '../tokens/context-flags.ts'
import type {AstroService} from './connect.ts'

/** An organization of that API. */
export interface AstroTarget extends AstroService {
  organizationId: string
  organizationName: string
  /** False if only its id is known, because the caller must not list organizations. */
  isSeen: boolean
  /** Whether there are other organizations. Then hints must name this one. */
  severalOrganizations: boolean
}

export type OrganizationResult = Pick<AstroOrganization, 'id' | 'name' | 'product' | 'createdAt' | 'updatedAt'>

export interface TargetOptions extends ConnectOptions {
  organizationId?: string | undefined
  /** Ask a person to choose. Absent if no question may be asked. */
  chooseOrganization?: (<Item extends {id: string; name: string}>(organizations: Item[]) => Promise<Item>) | undefined
}

/**
 * Open the organization that a flag, the environment or the context names, by id or name. If none
 * is named, it is the only one, or the one that a person chooses.
 */
export async function openTarget(
  runtime: Runtime,
  service: AstroService,
  {organizationId, chooseOrganization}: TargetOptions,
): Promise<AstroTarget> {
  const wanted =
    organizationId ?? idFromEnvironment(runtime, 'TOKENRY_ORGANIZATION_ID') ?? service.places.organizationId
  const listing = listOrganizations(service)
  const organizations = wanted === undefined ? await listing : await allowForbidden(listing)
  if (!organizations) return {...service, ...nameOnly(wanted ?? ''), isSeen: false, severalOrganizations: true}
  const {id, name} =
    wanted === undefined
      ? await onlyOrganization(service, {organizations, choose: chooseOrganization})
      : findOrganization(service, {organizations, idOrName: wanted})
  const severalOrganizations = organizations.length > 1
  return {...service, organizationId: id, organizationName: name, isSeen: true, severalOrganizations}
}

/** Return an organization of which only the id is known. */
function nameOnly(id: string): Pick<AstroTarget, 'organizationId' | 'organizationName'> {
  return {organizationId: id, organizationName: id}
}

/** Return every organization. No organization has to be chosen for this. */
export async function listOrganizations(service: Pick<AstroService, 'api' | 'warn'>): Promise<OrganizationResult[]> {
  const all = await listEveryOrganization(service)
  return all.map(({id, name, product, createdAt, updatedAt}) => ({id, name, product, createdAt, updatedAt}))
}

function findOrganization(
  service: AstroService,
  {organizations, idOrName}: {organizations: OrganizationResult[]; idOrName: string},
): OrganizationResult {
  const found = findPlace(organizations, idOrName, 'organization')
  if (found) return found
  throw new AppError('NOT_FOUND', `No organization ${idOrName}`, {
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
  throw refuseUnnamed(organizations, {noun: 'organization', list: listOrganizationsCommand(service)})
}

function listOrganizationsCommand(service: AstroService): string {
  return `tokenry organization list${contextFlags(service)}`
}
