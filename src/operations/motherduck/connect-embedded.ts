import type {ResolvedContext} from '../../config/context.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {embeddedMotherDuckApi} from '../../vendors/motherduck/embedded/embedded-api.ts'
import {MOTHERDUCK_POLICY} from '../../vendors/motherduck/embedded/policy.ts'
import {MOTHERDUCK} from '../../vendors/motherduck/vendor.ts'
import type {ConnectOptions} from '../connection.ts'
import {signInEmbedded} from '../tokens/sign-in-embedded.ts'
import {traceCalls} from '../tokens/trace-calls.ts'
import type {OpenedApi} from './connect.ts'

/** Methods whose arguments are secrets. */
const SECRET_METHODS: ReadonlySet<string> = new Set(['findTokenBySecret'])

/**
 * Open the API over the embedded token service, for the owner of its store, or for the token in
 * --token or --credential-file. UNAUTHENTICATED if the service does not accept that token.
 */
export async function connectEmbedded(
  runtime: Runtime,
  context: ResolvedContext,
  {trace}: ConnectOptions,
): Promise<OpenedApi> {
  const {service} = await runtime.openService()
  const {principal, identity} = await signInEmbedded(runtime, context, {
    title: MOTHERDUCK.title,
    policy: MOTHERDUCK_POLICY,
    variable: 'MOTHERDUCK_TOKEN',
  })
  const embedded = embeddedMotherDuckApi(service, principal)
  const api = trace ? traceCalls(embedded, {name: MOTHERDUCK.name, secretMethods: SECRET_METHODS, trace}) : embedded
  return {
    api,
    capabilities: api,
    where: `the context ${context.name}`,
    isOwnToken: (tokenId) => principal.kind === 'token' && principal.token.id === tokenId,
    credential: identity,
  }
}
