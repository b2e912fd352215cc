import {resolveContext} from '../../config/context.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {MotherDuckConnection} from '../../vendors/motherduck/token-port.ts'
import {MOTHERDUCK} from '../../vendors/motherduck/vendor.ts'
import type {ConnectOptions, CredentialIdentity} from '../connection.ts'
import {contextFlags} from '../tokens/context-flags.ts'

/** The MotherDuck API of a context, before a user is chosen. */
export interface MotherDuckService extends MotherDuckConnection {
  /**
   * Where it is, for use in a sentence: `the context embedded`, `MotherDuck (api.motherduck.com)`.
   */
  where: string
  /** Whether nothing but the embedded context exists, so that a person needs not be told. */
  isOnlyTarget: boolean
  /** The user that the context names. */
  contextUser?: string | undefined
  /** The user that the credential claims to belong to. Only tokenry's own tokens do. */
  ownUser?: string | undefined
  /** The flags that lead to the same target with the same credential, each after a space. */
  targetFlags: string
  /** Return whether commands sign in with this token. Undefined if that cannot be known. */
  isOwnToken(tokenId: string): boolean
  /** What is known of the credential. */
  credential: CredentialIdentity
}

export type OpenedApi = Omit<MotherDuckService, 'isOnlyTarget' | 'contextUser' | 'targetFlags'>

/** Open the API of the context. This is the only place that chooses an implementation. */
export async function connectMotherDuck(runtime: Runtime, options: ConnectOptions): Promise<MotherDuckService> {
  const {url, ...context} = await resolveContext(runtime, MOTHERDUCK, options)
  for (const warning of context.warnings) await options.warn?.(warning)
  const opened = url
    ? await (await import('./connect-client.ts')).connectClient(runtime, {...context, url}, options)
    : await (await import('./connect-embedded.ts')).connectEmbedded(runtime, context, options)
  return {
    ...opened,
    isOnlyTarget: context.isOnlyOne,
    contextUser: context.places['user'],
    targetFlags: formatTargetFlags(options, context.credential?.kind),
  }
}

/** A token itself is never part of a hint. */
function formatTargetFlags(options: ConnectOptions, kind: string | undefined): string {
  const {context: namedContext, credentialFile, credentialText} = options
  if (credentialText === undefined) return contextFlags({namedContext, credentialFile})
  const {flag, text} = credentialText
  const shown = kind === 'argument' ? 'VARIABLE' : shellPath(text.trim())
  return `${contextFlags({namedContext})} ${flag} ${shown}`
}
