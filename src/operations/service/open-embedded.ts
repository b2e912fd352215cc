import {type ResolvedContext, resolveEmbedded} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime.ts'
import type {Actor} from '../../service/context.ts'
import type {TokenService} from '../../service/token-service.ts'
import {idFromEnvironment} from './environment.ts'

/** The embedded service for whoever owns its store. */
export interface EmbeddedTarget {
  service: TokenService
  actor: Actor
  organizationId: string
}

/** For commands about the service itself; USAGE when a context of a vendor is named. */
export async function openEmbedded(runtime: Runtime, context: string | undefined): Promise<EmbeddedTarget> {
  return openInContext(runtime, await resolveEmbedded(runtime, context))
}

/** The organization that the environment or the context names, or the only one there is. */
export async function openInContext(runtime: Runtime, context: ResolvedContext): Promise<EmbeddedTarget> {
  const {service} = await runtime.openService()
  const ids = (await service.read.listOrganizations()).map((row) => row.organizationId)
  const wanted = idFromEnvironment(runtime, 'TOKENRY_ORGANIZATION_ID') ?? context.organization
  if (wanted !== undefined && !ids.includes(wanted)) {
    throw new AppError('NOT_FOUND', `No organization ${wanted}`, {
      hint: `Set TOKENRY_ORGANIZATION_ID to one that is there: ${ids.join(', ')}`,
    })
  }
  const organizationId = wanted ?? (ids.length === 1 ? ids[0] : undefined)
  if (organizationId === undefined) {
    throw new AppError('USAGE', `There are ${ids.length} organizations, and nothing says which`, {
      hint: `Set TOKENRY_ORGANIZATION_ID to one of them: ${ids.join(', ')}`,
    })
  }
  return {service, actor: {type: 'local', id: runtime.userName}, organizationId}
}
