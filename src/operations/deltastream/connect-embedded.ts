import type {ResolvedContext} from '../../config/context.ts'
import {readCredential} from '../../config/credentials/read-credential.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {embeddedDeltaStreamApi} from '../../vendors/deltastream/embedded/embedded-api.ts'
import {DELTASTREAM_POLICY} from '../../vendors/deltastream/embedded/policy.ts'
import type {Principal} from '../../vendors/deltastream/embedded/principal.ts'
import {DELTASTREAM} from '../../vendors/deltastream/vendor.ts'
import type {ConnectOptions} from '../connection.ts'
import {openEmbedded} from '../service/open-embedded.ts'
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
  const {principal, identity} = await signIn(runtime, context)
  const embedded = embeddedDeltaStreamApi(service, principal)
  const api = trace ? traceCalls(embedded, {name: DELTASTREAM.name, secretMethods: SECRET_METHODS, trace}) : embedded
  return {
    api,
    capabilities: api,
    where: `the context ${context.name}`,
    isOwnToken: (name) => principal.kind === 'token' && principal.token.name === name,
    credential: {context: context.name, ...identity},
  }
}

async function signIn(
  runtime: Runtime,
  context: ResolvedContext,
): Promise<{principal: Principal; identity: {source: string; secret?: string}}> {
  if (context.credential === null) {
    const {actor, organizationId} = await openEmbedded(runtime, {context: context.name ?? undefined})
    return {principal: {kind: 'owner', actor, organizationId}, identity: {source: 'the owner of the store'}}
  }
  const {secret, source} = await readCredential(context, runtime)
  const {service} = await runtime.openService()
  try {
    const credential = await service.authenticate(DELTASTREAM_POLICY, secret)
    const actor = {type: 'token', id: credential.token.id} as const
    return {principal: {kind: 'token', actor, ...credential}, identity: {source, secret}}
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'UNAUTHENTICATED') throw cause
    throw new AppError('UNAUTHENTICATED', `${source} does not hold a valid token of the embedded service`, {
      cause,
      hint: 'To reach DeltaStream itself, set DS_TOKEN, or name a context of DeltaStream with --context',
    })
  }
}
