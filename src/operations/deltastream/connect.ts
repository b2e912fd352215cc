import {type ContextChoice, resolveContext} from '../../config/context.ts'
import type {CredentialOptions} from '../../config/credentials/read-credential.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {readSession} from '../../vendors/deltastream/session.ts'
import type {DeltaStreamConnection} from '../../vendors/deltastream/token-port.ts'
import {DELTASTREAM} from '../../vendors/deltastream/vendor.ts'
import {contextFlags} from '../tokens/context-flags.ts'
import type {Warn} from '../tokens/deliver.ts'

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

/** Who a command acts as, as far as it is known without a request. */
interface CredentialIdentity {
  /** The token that signs in. Absent for the owner of the embedded store. */
  secret?: string
  /** The base URL. Absent for the embedded service. */
  url?: string
  /** The name of the context; null if a variable leads to the vendor. */
  context: string | null
  /** What the credential comes from: a variable, a file, a flag, `the context prod`. */
  source: string
}

export interface ConnectOptions extends ContextChoice, CredentialOptions {
  /** Called for every API call, or every request, without its result. */
  trace?: ((line: string) => Promise<void>) | undefined
  /** Gets what a person should know. */
  warn?: Warn | undefined
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
