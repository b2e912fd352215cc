import type {ResolvedContext} from '../../config/context.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {embeddedAstroApi} from '../../vendors/astro/embedded/embedded-api.ts'
import {isTokenOf, OWN_TOKEN_VARIABLE} from '../../vendors/astro/own-token.ts'
import {ASTRO} from '../../vendors/astro/vendor.ts'
import {localActor} from '../service/open-embedded.ts'
import {traceCalls} from '../tokens/trace-calls.ts'
import type {AstroService, ConnectOptions} from './connect.ts'

/** Methods whose arguments are secrets. */
const SECRET_METHODS: ReadonlySet<string> = new Set(['findTokenBySecret'])

/** Open the API over the embedded token service, for the owner of its store. */
export async function connectEmbedded(
  runtime: Runtime,
  {name, places}: ResolvedContext,
  {context, trace, warn}: ConnectOptions,
): Promise<AstroService> {
  const {service} = await runtime.openService()
  const embedded = embeddedAstroApi(service, {kind: 'owner', actor: localActor(runtime)})
  const api = trace ? traceCalls(embedded, {name: ASTRO.name, secretMethods: SECRET_METHODS, trace}) : embedded
  return {
    api,
    capabilities: api,
    warn,
    where: `the context ${name}`,
    namedContext: context,
    places: {
      organizationId: places['organization'],
      workspaceId: places['workspace'],
      deploymentId: places['deployment'],
    },
    isOwnToken: (tokenId) => isTokenOf(runtime.env[OWN_TOKEN_VARIABLE], {issuer: service.installation.issuer, tokenId}),
    verifyCommand: 'tokenry token verify',
    creationCommand: (noun) => `tokenry service ${noun} create NAME`,
  }
}
