import type {ResolvedContext} from '../../config/context.ts'
import type {CredentialOptions} from '../../config/credentials/read-credential.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {HttpTarget} from '../../vendors/http.ts'
import type {CredentialFacts, Vendor, VendorApi} from '../../vendors/vendor.ts'
import {describePlace, readTarget} from '../connection.ts'

/** The API of a vendor, which is the target of a context. */
export interface ReachedVendor {
  api: VendorApi
  /** The URL of the API. */
  baseUrl: URL
  /** Where it is, for use in a sentence. */
  where: string
  /** See `readTarget`. */
  readCredential(runtime: Runtime, options: CredentialOptions): Promise<{target: HttpTarget; facts: CredentialFacts}>
}

/** Return how the vendor itself is reached. Null if the context leads to the embedded service. */
export async function reachVendor(vendor: Vendor, resolved: ResolvedContext): Promise<ReachedVendor | null> {
  const {url} = resolved
  const api = url && (await vendor.loadApi?.())
  if (!api) return null
  return {
    api,
    baseUrl: url.base,
    where: describePlace(vendor, {...resolved, url}),
    readCredential: (runtime, options) => readTarget(runtime, api, {...resolved, url}, options),
  }
}
