import type {ContextChoice, ResolvedContext} from '../config/context.ts'
import {type CredentialOptions, readCredential} from '../config/credentials/read-credential.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {HttpTarget} from '../vendors/http.ts'
import type {CredentialFacts, VendorApi} from '../vendors/vendor.ts'
import type {Warn} from './tokens/deliver.ts'

export interface ConnectOptions extends ContextChoice, CredentialOptions {
  /** Called for every API call, or every request, without its result. */
  trace?: ((line: string) => Promise<void>) | undefined
  /** Gets what a person should know, about the choice or about an answer. */
  warn?: Warn | undefined
}

/** Who a command acts as, as far as it is known without a request. */
export interface CredentialIdentity {
  /** The token that signs in. Absent for the owner of the embedded store. */
  secret?: string
  /** The base URL. Absent for the embedded service. */
  url?: string
  /** The name of the context; null if a variable leads to the vendor. */
  context: string | null
  /** What the credential comes from: a variable, a file, a flag, `the context prod`. */
  source: string
}

/** A context that leads to a vendor itself. */
export type ContextAtVendor = ResolvedContext & {url: NonNullable<ResolvedContext['url']>}

/**
 * Read the credential of a context, and return where it is sent and what it says of itself. Errors:
 * see `readCredential` and `VendorApi.readCredential`.
 */
export async function readTarget(
  runtime: Runtime,
  api: Pick<VendorApi, 'readCredential'>,
  context: ContextAtVendor,
  options: CredentialOptions,
): Promise<{target: HttpTarget; facts: CredentialFacts}> {
  const {base: baseUrl} = context.url
  const {secret, source, fix} = await readCredential(context, runtime, options)
  const facts = api.readCredential(secret, {source, fix, baseUrl, now: runtime.now()})
  const target = {baseUrl, urlSource: describeUrlSource(context), credential: secret, credentialSource: source}
  return {target, facts}
}

/** Return what a hint for a wrong URL names. Undefined for the vendor's own URL. */
function describeUrlSource({name, url: {source}}: ContextAtVendor): string | undefined {
  if (source.from === 'default') return undefined
  return source.from === 'variable' ? source.name : `the URL of the context ${name}`
}

/** Return where a command goes, for use in a sentence: `Astro (api.astronomer.io)`. */
export function describePlace({title}: {title: string}, {name, url: {base}}: ContextAtVendor): string {
  return name === null ? `${title} (${base.host})` : `the context ${name} (${base.host})`
}
