import type {ResolvedContext} from '../../config/context.ts'
import {readCredential} from '../../config/credentials/read-credential.ts'
import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {openMotherDuckClient} from '../../vendors/motherduck/client.ts'
import {findTokenByClaims} from '../../vendors/motherduck/client-secrets.ts'
import {MOTHERDUCK_API} from '../../vendors/motherduck/vendor-api.ts'
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
  const {tokenId, issuer, places} = MOTHERDUCK_API.readCredential(secret, {source, fix, baseUrl, now: runtime.now()})
  runtime.signals.expectMintRequests()
  const api = await openMotherDuckClient(
    {baseUrl, urlSource: describeUrlSource(context), credential: secret, credentialSource: source},
    createHttpMachine(runtime, trace),
    {version: PROGRAM_VERSION},
  )
  return {
    api,
    capabilities: {findTokenBySecret: (given) => findTokenByClaims(api, given, {issuer, now: runtime.now()})},
    where: context.name === null ? `MotherDuck (${baseUrl.host})` : `the context ${context.name} (${baseUrl.host})`,
    isOwnToken: (id) => id === tokenId,
    ownUser: places['user'],
    credential: {secret, url: baseUrl.href, context: context.name, source},
  }
}

/** Return what a hint for a wrong URL names. Undefined for the vendor's own URL. */
function describeUrlSource({name, url: {source}}: ContextAtVendor): string | undefined {
  if (source.from === 'default') return undefined
  return source.from === 'variable' ? source.name : `the URL of the context ${name}`
}
