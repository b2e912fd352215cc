import {resolveContext} from '../../config/context.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {AstroConnection} from '../../vendors/astro/token-port.ts'
import {ASTRO} from '../../vendors/astro/vendor.ts'
import type {Warn} from '../tokens/deliver.ts'

/** The Astro API of a context, before an organization is chosen. */
export interface AstroService extends AstroConnection {
  /** Where it is, for use in a sentence: `the context embedded`, `Astro (api.astronomer.io)`. */
  where: string
  /** The context, if --context names it. Then hints must name it too. */
  namedContext?: string | undefined
  /** The places that the context or the credential names. */
  places: {organizationId?: string | undefined; workspaceId?: string | undefined; deploymentId?: string | undefined}
  /**
   * Return whether commands sign in with this token. CONFIG if that is unclear, so call it only if
   * needed.
   */
  isOwnToken(tokenId: string): boolean
  /** The command that verifies a secret. Absent if tokenry has none. */
  verifyCommand?: string | undefined
  /** The command that creates a workspace or a deployment. Absent if tokenry has none. */
  creationCommand?: ((noun: string) => string) | undefined
}

export interface ConnectOptions {
  context?: string | undefined
  /** Called for every API call, or every request, without its result. */
  trace?: ((line: string) => Promise<void>) | undefined
  /** Gets what a person should know about an answer. */
  warn?: Warn | undefined
}

/** Open the Astro API of the context. This is the only place that chooses an implementation. */
export async function connectAstro(runtime: Runtime, options: ConnectOptions): Promise<AstroService> {
  const resolved = await resolveContext(runtime, ASTRO, options.context)
  if (resolved.credential) {
    const {connectClient} = await import('./connect-client.ts')
    return connectClient(runtime, resolved.credential, options)
  }
  const {connectEmbedded} = await import('./connect-embedded.ts')
  return connectEmbedded(runtime, resolved, options)
}
