import {type ContextSource, resolveEmbedded} from '../../config/context.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime.ts'
import type {Actor} from '../../service/context.ts'
import type {TokenService} from '../../service/token-service.ts'

/** The embedded service for whoever owns its store. */
export interface EmbeddedTarget {
  service: TokenService
  actor: Actor
  organizationId: string
}

export async function openEmbedded(runtime: Runtime, context: string | undefined): Promise<EmbeddedTarget> {
  const source: ContextSource = runtime
  const {organization} = await resolveEmbedded(source, context)
  const {service} = await runtime.openService()
  const organizations = await service.read.listOrganizations()
  const wanted = organization ?? (organizations.length === 1 ? organizations[0]?.organizationId : undefined)
  if (wanted === undefined) {
    throw new AppError('CONFIG', `There are ${organizations.length} organizations and none is named`)
  }
  return {service, actor: {type: 'local', id: runtime.userName}, organizationId: wanted}
}
