import type {ResolvedContext} from '../../config/context.ts'
import {readCredential} from '../../config/credentials/read-credential.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenService} from '../../service/token-service.ts'
import type {Principal} from '../../vendors/astro/embedded/access.ts'
import {embeddedAstroApi} from '../../vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../vendors/astro/embedded/policy.ts'
import {isTokenOf, OWN_TOKEN_VARIABLE} from '../../vendors/astro/own-token.ts'
import {ASTRO} from '../../vendors/astro/vendor.ts'
import type {ConnectOptions} from '../connection.ts'
import {localActor} from '../service/open-embedded.ts'
import {REVOKE_COMMAND} from '../tokens/find-by-secret.ts'
import {traceCalls} from '../tokens/trace-calls.ts'
import type {AstroService} from './connect.ts'

/** Methods whose arguments are secrets. */
const SECRET_METHODS: ReadonlySet<string> = new Set(['findTokenBySecret'])

const OTHER_CONTEXT_HINT = 'This command goes to the embedded service; another context: --context NAME'

/**
 * Open the API over the embedded token service, for the owner of its store, or for the token in
 * --credential-file. UNAUTHENTICATED if the service does not accept that token.
 */
export async function connectEmbedded(
  runtime: Runtime,
  context: ResolvedContext,
  {trace, warn}: ConnectOptions,
): Promise<Omit<AstroService, 'namedContext' | 'credentialFile' | 'isOnlyTarget'>> {
  const {name, places} = context
  const {service} = await runtime.openService()
  const principal = await signIn(runtime, service, context)
  const embedded = embeddedAstroApi(service, principal)
  const api = trace ? traceCalls(embedded, {name: ASTRO.name, secretMethods: SECRET_METHODS, trace}) : embedded
  return {
    api,
    capabilities: api,
    warn,
    where: `the context ${name}`,
    places: {
      organizationId: places['organization'],
      workspaceId: places['workspace'],
      deploymentId: places['deployment'],
    },
    isOwnToken: (tokenId) =>
      (principal.kind === 'token' && principal.token.id === tokenId) ||
      isTokenOf(runtime.env[OWN_TOKEN_VARIABLE], {issuer: service.installation.issuer, tokenId}),
    verifyCommand: 'tokenry token verify',
    revokeCommand: REVOKE_COMMAND,
    creationCommand: (noun) => `tokenry service ${noun} create NAME`,
  }
}

async function signIn(runtime: Runtime, service: TokenService, context: ResolvedContext): Promise<Principal> {
  if (context.credential === null) return {kind: 'owner', actor: localActor(runtime)}
  const {secret, source, fix} = await readCredential(context, runtime)
  try {
    const credential = await service.authenticate(ASTRO_POLICY, secret)
    return {kind: 'token', actor: {type: 'token', id: credential.token.id}, ...credential}
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'UNAUTHENTICATED') throw cause
    throw new AppError('UNAUTHENTICATED', `${source} does not hold a valid token of the embedded service`, {
      cause,
      hint: fix === undefined ? OTHER_CONTEXT_HINT : `${OTHER_CONTEXT_HINT}. ${fix}`,
    })
  }
}
