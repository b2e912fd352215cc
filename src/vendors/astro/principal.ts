import {AppError} from '../../errors/app-error.ts'
import type {Actor} from '../../service/context.ts'
import type {StoreSession, TokenView} from '../../service/store/store.ts'
import type {TokenScope} from './api.ts'

/** For whom the API answers: the owner of the store, who may do all, or the token of a request, which may do what its roles say. */
export type Principal = {kind: 'owner'; actor: Actor} | {kind: 'token'; actor: Actor; token: TokenView}

export interface Entity {
  organizationId: string
  scope: TokenScope
  /** Id of the organization, workspace or deployment. */
  id: string
}

/**
 * Refuse a principal that may not manage tokens of this entity: NOT_FOUND when it cannot even see the entity, else FORBIDDEN
 * (contracts/astro.md, 8.3). The entity must exist.
 */
export async function requireManager(session: StoreSession, principal: Principal, entity: Entity): Promise<void> {
  const chain = await ancestry(session, entity)
  if (principal.kind === 'owner') return
  const {token} = principal
  if (token.organizationId !== entity.organizationId) throw unseen(entity)
  if (chain.some(({type, id, manager}) => holds(token, type, id, manager))) return
  const sees =
    entity.scope === 'ORGANIZATION' || chain.some(({type, id}) => type !== 'ORGANIZATION' && holds(token, type, id))
  if (!sees) throw unseen(entity)
  throw new AppError('FORBIDDEN', `This credential may not manage API tokens of ${describeEntity(entity)}`)
}

interface Ancestor {
  type: TokenScope
  id: string
  /** The role on it that may manage the tokens of the entity. */
  manager: string
}

/** The entity and everything above it; NOT_FOUND when the entity is none of this organization. */
async function ancestry(session: StoreSession, entity: Entity): Promise<Ancestor[]> {
  const {organizationId, id} = entity
  const organization: Ancestor = {type: 'ORGANIZATION', id: organizationId, manager: 'ORGANIZATION_OWNER'}
  if (entity.scope === 'ORGANIZATION') {
    const known = (await session.listOrganizations()).some((row) => row.organizationId === id)
    if (!known) throw unseen(entity)
    return [organization]
  }
  if (entity.scope === 'WORKSPACE') {
    const known = (await session.listWorkspaces(organizationId)).some((row) => row.id === id)
    if (!known) throw unseen(entity)
    return [{type: 'WORKSPACE', id, manager: 'WORKSPACE_OWNER'}, organization]
  }
  const deployment = await session.findDeployment(organizationId, id)
  if (!deployment) throw unseen(entity)
  return [
    {type: 'DEPLOYMENT', id, manager: 'DEPLOYMENT_ADMIN'},
    {type: 'WORKSPACE', id: deployment.workspaceId, manager: 'WORKSPACE_OWNER'},
    organization,
  ]
}

function holds(token: TokenView, type: string, id: string, role?: string): boolean {
  return token.roles.some(
    (held) => held.entityType === type && held.entityId === id && (role === undefined || held.role === role),
  )
}

function unseen(entity: Entity): AppError {
  return new AppError('NOT_FOUND', `No ${describeEntity(entity)}`)
}

function describeEntity(entity: Entity): string {
  return `${entity.scope.toLowerCase()} ${entity.id}`
}
