import {resolveContext} from '../../config/context.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {readSession} from '../../vendors/deltastream/session.ts'
import type {DeltaStreamConnection} from '../../vendors/deltastream/token-port.ts'
import {DELTASTREAM} from '../../vendors/deltastream/vendor.ts'
import type {ConnectOptions, CredentialIdentity} from '../connection.ts'
import {contextFlags} from '../tokens/context-flags.ts'

/** The DeltaStream API of a context. `session` has the places of the context. */
export interface DeltaStreamService extends DeltaStreamConnection {
  /**
   * Where it is, for use in a sentence: `the context embedded`, `DeltaStream (api.deltastream.io)`.
   */
  where: string
  /** Whether nothing but the embedded context exists, so that a person needs not be told. */
  isOnlyTarget: boolean
  /** The flags that lead to the same target with the same credential, each after a space. */
  targetFlags: string
  /** Return whether commands sign in with the token of this name, as far as it is known. */
  isOwnToken(name: string): boolean
  /** What is known of the credential. */
  credential: CredentialIdentity
}

export type OpenedApi = Omit<DeltaStreamService, 'isOnlyTarget' | 'session' | 'targetFlags'>

/** Open the API of the context. This is the only place that chooses an implementation. */
export async function connectDeltaStream(runtime: Runtime, options: ConnectOptions): Promise<DeltaStreamService> {
  const {url, ...context} = await resolveContext(runtime, DELTASTREAM, options)
  for (const warning of context.warnings) await options.warn?.(warning)
  const opened = url
    ? await (await import('./connect-client.ts')).connectClient(runtime, {...context, url}, options)
    : await (await import('./connect-embedded.ts')).connectEmbedded(runtime, context, options)
  return {
    ...opened,
    isOnlyTarget: context.isOnlyOne,
    session: readSession(context.places),
    targetFlags: formatTargetFlags(options, context.credential?.kind),
  }
}

/** A token itself is never part of a hint. */
function formatTargetFlags(options: ConnectOptions, kind: string | undefined): string {
  const {context: namedContext, credentialFile, credentialText} = options
  if (credentialText === undefined) return contextFlags({namedContext, credentialFile})
  const {flag, text} = credentialText
  return `${contextFlags({namedContext})} ${flag} ${kind === 'argument' ? 'TOKEN' : shellPath(text.trim())}`
}
