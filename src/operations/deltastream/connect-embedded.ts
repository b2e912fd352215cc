import type {ResolvedContext} from '../../config/context.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {embeddedDeltaStreamApi} from '../../vendors/deltastream/embedded/embedded-api.ts'
import {DELTASTREAM_POLICY} from '../../vendors/deltastream/embedded/policy.ts'
import {DELTASTREAM} from '../../vendors/deltastream/vendor.ts'
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
    title: DELTASTREAM.title,
    policy: DELTASTREAM_POLICY,
    variable: 'DS_TOKEN',
  })
  const embedded = embeddedDeltaStreamApi(service, principal)
  const api = trace ? traceCalls(embedded, {name: DELTASTREAM.name, secretMethods: SECRET_METHODS, trace}) : embedded
  return {
    api,
    capabilities: api,
    where: `the context ${context.name}`,
    isOwnToken: (name) => principal.kind === 'token' && principal.token.name === name,
    credential: identity,
  }
}
