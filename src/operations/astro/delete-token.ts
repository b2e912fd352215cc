import {toRfc3339} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import type {DeploymentEntity} from './open-deployment.ts'

export interface DeletedToken {
  id: string
  name: string
  deploymentId: string
  deletedAt: string
  /** False for a token of a wider scope, which only lost its role here. */
  ended: boolean
}

/** Delete a token of this deployment; a token of a wider scope only loses its role here. */
export async function deleteToken(
  runtime: Runtime,
  {entity, token}: {entity: DeploymentEntity; token: AstroToken},
): Promise<DeletedToken> {
  const {api, organizationId} = entity.target
  const ended = token.scope === entity.scope
  if (ended) await api.deleteToken(organizationId, token.id)
  else await api.updateTokenRoles(organizationId, token.id, withoutEntity(token.roles, entity))
  const {id, name} = token
  return {id, name, deploymentId: entity.id, deletedAt: toRfc3339(runtime.now()), ended}
}

function withoutEntity(roles: AstroToken['roles'], entity: DeploymentEntity): AstroToken['roles'] {
  return roles.filter(({entityType, entityId}) => entityType !== entity.scope || entityId !== entity.id)
}
