import type {StoreSession} from '../../../service/store/store.ts'
import {TOKEN_SCOPES} from '../api.ts'
import {
  type Access,
  accessIn,
  type Entity,
  findReach,
  type Place,
  type Principal,
  placeOfDeployment,
  placeOfOrganization,
  placeOfWorkspace,
} from './access.ts'

/** The entities that exist among the ones that were read, with everything above each. */
export interface Places {
  /** Return null for an entity that is not in the organization, or that was not read. */
  find(entity: Entity): Place | null
}

/** Read entities of one organization by their keys, with at most one statement for each type. */
export async function readPlaces(
  session: StoreSession,
  principal: Principal,
  {organizationId, entities}: {organizationId: string; entities: readonly Entity[]},
): Promise<Places> {
  const listIds = (scope: Entity['scope']) => entities.filter((each) => each.scope === scope).map(({id}) => id)
  const isThere =
    listIds('ORGANIZATION').includes(organizationId) && (await hasOrganization(session, principal, organizationId))
  const workspaces = await session.findWorkspaces(organizationId, listIds('WORKSPACE'))
  // A role on a deployment also sees the workspace of that deployment, so these are read too.
  const held = workspaces.length === 0 ? [] : (findReach(principal)?.deploymentIds ?? [])
  const deployments = await session.findDeployments(organizationId, [...listIds('DEPLOYMENT'), ...held])
  const workspaceOf = new Map(workspaces.map((row) => [row.id, row]))
  const deploymentOf = new Map(deployments.map((row) => [row.id, row]))
  const heldIn = (workspaceId: string) => held.filter((id) => deploymentOf.get(id)?.workspaceId === workspaceId)
  return {
    find({scope, id}) {
      if (scope === 'ORGANIZATION') return isThere && id === organizationId ? placeOfOrganization(id) : null
      if (scope === 'WORKSPACE') {
        const workspace = workspaceOf.get(id)
        return workspace ? placeOfWorkspace(workspace, heldIn(id)) : null
      }
      const deployment = deploymentOf.get(id)
      return deployment ? placeOfDeployment(deployment) : null
    },
  }
}

/**
 * Read entities like `readPlaces`. If an entity does not exist with its type, find what else has
 * its id: older versions accepted a role on such an entity.
 */
export async function readPlacesOfAnyType(
  session: StoreSession,
  principal: Principal,
  {organizationId, entities}: {organizationId: string; entities: readonly Entity[]},
): Promise<Places> {
  const places = await readPlaces(session, principal, {organizationId, entities})
  const misplaced = entities.filter((entity) => places.find(entity) === null)
  if (misplaced.length === 0) return places
  const others = misplaced.flatMap(({id}) => TOKEN_SCOPES.map((scope) => ({organizationId, scope, id})))
  const more = await readPlaces(session, principal, {organizationId, entities: others})
  return {find: (entity) => places.find(entity) ?? more.find(entity)}
}

/** Return whether the organization exists. The organization of a live token always does. */
async function hasOrganization(session: StoreSession, principal: Principal, organizationId: string): Promise<boolean> {
  if (principal.kind === 'token' && principal.token.organizationId === organizationId) return true
  return (await session.findOrganization(organizationId)) !== null
}

/**
 * Return what the principal may do with tokens of this entity; `none` also if it does not exist.
 */
export async function accessTo(session: StoreSession, principal: Principal, entity: Entity): Promise<Access> {
  const {organizationId} = entity
  return accessOn(await readPlaces(session, principal, {organizationId, entities: [entity]}), principal, entity)
}

export function accessOn(places: Places, principal: Principal, entity: Entity): Access {
  const place = places.find(entity)
  return place ? accessIn(principal, place) : 'none'
}
