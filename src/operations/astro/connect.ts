import {resolveContext} from '../../config/context.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {AstroConnection} from '../../vendors/astro/token-port.ts'
import {ASTRO} from '../../vendors/astro/vendor.ts'
import type {ConnectOptions} from '../connection.ts'

/** The Astro API of a context, before an organization is chosen. */
export interface AstroService extends AstroConnection {
  /** Where it is, for use in a sentence: `the context embedded`, `Astro (api.astronomer.io)`. */
  where: string
  /** The context, if --context names it. Then hints must name it too. */
  namedContext?: string | undefined
  /** The file that --credential-file names. Then hints must name it too. */
  credentialFile?: string | undefined
  /** Whether nothing but the embedded context exists, so that a person needs not be told. */
  isOnlyTarget: boolean
  /** The places that the context or the credential names. */
  places: {organizationId?: string | undefined; workspaceId?: string | undefined; deploymentId?: string | undefined}
  /**
   * Return whether commands sign in with this token. CONFIG if that is unclear, so call it only if
   * needed.
   */
  isOwnToken(tokenId: string): boolean
  /** The command that verifies a secret. Absent if tokenry has none. */
  verifyCommand?: string | undefined
  /** The command that ends a token of any kind, found by its secret. Absent if tokenry has none. */
  revokeCommand?: string | undefined
  /** The command that creates a workspace or a deployment. Absent if tokenry has none. */
  creationCommand?: ((noun: string) => string) | undefined
}

/** Open the Astro API of the context. This is the only place that chooses an implementation. */
export async function connectAstro(runtime: Runtime, options: ConnectOptions): Promise<AstroService> {
  const {context: namedContext, credentialFile} = options
  const {url, ...context} = await resolveContext(runtime, ASTRO, options)
  for (const warning of context.warnings) await options.warn?.(warning)
  const service = url
    ? await (await import('./connect-client.ts')).connectClient(runtime, {...context, url}, options)
    : await (await import('./connect-embedded.ts')).connectEmbedded(runtime, context, options)
  return {...service, namedContext, credentialFile, isOnlyTarget: context.isOnlyOne}
}
