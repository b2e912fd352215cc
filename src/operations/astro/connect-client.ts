import type {Credential} from '../../config/context.ts'
import {readHttpTimeoutMs} from '../../config/http-timeout.ts'
import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {readAstroBaseUrl} from '../../vendors/astro/base-url.ts'
import {openAstroClient} from '../../vendors/astro/client.ts'
import {findTokenByClaims} from '../../vendors/astro/client-secrets.ts'
import {checkAstroCredential} from '../../vendors/astro/credential.ts'
import type {AstroService, ConnectOptions} from './connect.ts'

/**
 * Open the API that ASTRO_DOMAIN names. Errors: see `readAstroBaseUrl` and `checkAstroCredential`.
 */
export async function connectClient(
  runtime: Runtime,
  {secret, source}: Credential,
  {trace, warn}: ConnectOptions,
): Promise<AstroService> {
  const {env, now, signals} = runtime
  const domain = env['ASTRO_DOMAIN']
  const baseUrl = readAstroBaseUrl(domain)
  const {tokenId, organizationId, workspaceId, deploymentId} = checkAstroCredential(secret, {
    source,
    baseUrl,
    now: now(),
  })
  signals.expectMintRequests()
  const api = await openAstroClient(
    {
      baseUrl,
      urlSource: domain === undefined ? undefined : 'ASTRO_DOMAIN',
      credential: secret,
      credentialSource: source,
    },
    {
      env,
      now,
      pause: signals.pause,
      refuseWhenStopped: signals.refuseWhenStopped,
      onMintSent: signals.noteMintSent,
      random: Math.random,
      timeoutMs: readHttpTimeoutMs(env),
      trace,
    },
    {version: PROGRAM_VERSION},
  )
  return {
    api,
    capabilities: {findTokenBySecret: (given) => findTokenByClaims(api, given, now())},
    warn,
    where: `Astro (${baseUrl.host})`,
    places: {organizationId, workspaceId, deploymentId},
    isOwnToken: (id) => id === tokenId,
  }
}
