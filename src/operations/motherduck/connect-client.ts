import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {openMotherDuckClient} from '../../vendors/motherduck/client.ts'
import {findTokenByClaims} from '../../vendors/motherduck/client-secrets.ts'
import {MOTHERDUCK} from '../../vendors/motherduck/vendor.ts'
import {MOTHERDUCK_API} from '../../vendors/motherduck/vendor-api.ts'
import {type ConnectOptions, type ContextAtVendor, describePlace, readTarget} from '../connection.ts'
import {createHttpMachine} from '../http-machine.ts'
import type {OpenedApi} from './connect.ts'

/** Open the API at the URL of a context. Errors: see `readTarget` and `openHttpClient`. */
export async function connectClient(
  runtime: Runtime,
  context: ContextAtVendor,
  {trace, showStderr}: ConnectOptions,
): Promise<OpenedApi> {
  const {target, facts} = await readTarget(runtime, MOTHERDUCK_API, context, {showStderr})
  runtime.signals.expectMintRequests()
  const api = await openMotherDuckClient(target, createHttpMachine(runtime, trace), {version: PROGRAM_VERSION})
  return {
    api,
    capabilities: {
      findTokenBySecret: (given) => findTokenByClaims(api, given, {issuer: facts.issuer, now: runtime.now()}),
    },
    where: describePlace(MOTHERDUCK, context),
    isOwnToken: (id) => id === facts.tokenId,
    ownUser: facts.places['user'],
    credential: {
      secret: target.credential,
      url: target.baseUrl.href,
      context: context.name,
      source: target.credentialSource,
    },
  }
}
