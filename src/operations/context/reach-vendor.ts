import type {ResolvedContext} from '../../config/context.ts'
import {type CredentialOptions, readCredential} from '../../config/credentials/read-credential.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {HttpTarget} from '../../vendors/http.ts'
import type {CredentialFacts, Vendor, VendorApi} from '../../vendors/vendor.ts'

/** The API of a vendor, which is the target of a context. */
export interface ReachedVendor {
  api: VendorApi
  /** The URL of the API. */
  baseUrl: URL
  /**
   * Read the credential, and return where it is sent and what it says of itself. Errors: see
   * `readCredential` and `VendorApi.readCredential`.
   */
  readCredential(runtime: Runtime, options: CredentialOptions): Promise<{target: HttpTarget; facts: CredentialFacts}>
}

/** Return how the vendor itself is reached. Null if the context leads to the embedded service. */
export async function reachVendor(vendor: Vendor, resolved: ResolvedContext): Promise<ReachedVendor | null> {
  const {url} = resolved
  const api = url && (await vendor.loadApi?.())
  if (!api) return null
  const {base: baseUrl} = url
  return {
    api,
    baseUrl,
    async readCredential(runtime, options) {
      const {secret, source, fix} = await readCredential(resolved, runtime, options)
      const facts = api.readCredential(secret, {source, fix, baseUrl, now: runtime.now()})
      const urlSource = url.source.from === 'default' ? undefined : describeUrl(resolved.name, url.source.name)
      return {target: {baseUrl, urlSource, credential: secret, credentialSource: source}, facts}
    },
  }
}

function describeUrl(context: string | null, variable: string): string {
  return context === null ? variable : `the URL of the context ${context}`
}
