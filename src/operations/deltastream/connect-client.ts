import type {ResolvedContext} from '../../config/context.ts'
import {readCredential} from '../../config/credentials/read-credential.ts'
import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {openDeltaStreamClient} from '../../vendors/deltastream/client.ts'
import {DELTASTREAM_API} from '../../vendors/deltastream/vendor-api.ts'
import {createHttpMachine} from '../http-machine.ts'
import type {ConnectOptions, OpenedApi} from './connect.ts'

type ContextAtVendor = ResolvedContext & {url: NonNullable<ResolvedContext['url']>}

/**
 * Open the API at the URL of a context. Errors: see `readCredential`, `VendorApi.readCredential`
 * and `openHttpClient`.
 */
export async function connectClient(
  runtime: Runtime,
  context: ContextAtVendor,
  {trace, showStderr}: ConnectOptions,
): Promise<OpenedApi> {
  const {base: baseUrl} = context.url
  const {secret, source, fix} = await readCredential(context, runtime, {showStderr})
  DELTASTREAM_API.readCredential(secret, {source, fix, baseUrl, now: runtime.now()})
  runtime.signals.expectMintRequests()
  const api = await openDeltaStreamClient(
    {baseUrl, urlSource: describeUrlSource(context), credential: secret, credentialSource: source},
    createHttpMachine(runtime, trace),
    {version: PROGRAM_VERSION},
  )
  return {
    api,
    capabilities: {},
    where: context.name === null ? `DeltaStream (${baseUrl.host})` : `the context ${context.name} (${baseUrl.host})`,
    // No claim names the token, and the list of tokens has no ids.
    isOwnToken: () => false,
    credential: {secret, url: baseUrl.href, context: context.name, source},
  }
}

/** Return what a hint for a wrong URL names. Undefined for the vendor's own URL. */
function describeUrlSource({name, url: {source}}: ContextAtVendor): string | undefined {
  if (source.from === 'default') return undefined
  return source.from === 'variable' ? source.name : `the URL of the context ${name}`
}
