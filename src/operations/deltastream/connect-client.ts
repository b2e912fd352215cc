import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {openDeltaStreamClient} from '../../vendors/deltastream/client.ts'
import {DELTASTREAM} from '../../vendors/deltastream/vendor.ts'
import {DELTASTREAM_API} from '../../vendors/deltastream/vendor-api.ts'
import {type ConnectOptions, type ContextAtVendor, describePlace, readTarget} from '../connection.ts'
import {createHttpMachine} from '../http-machine.ts'
import type {OpenedApi} from './connect.ts'

/** Open the API at the URL of a context. Errors: see `readTarget` and `openHttpClient`. */
export async function connectClient(
  runtime: Runtime,
  context: ContextAtVendor,
  {trace, showStderr}: ConnectOptions,
): Promise<OpenedApi> {
  const {target} = await readTarget(runtime, DELTASTREAM_API, context, {showStderr})
  runtime.signals.expectMintRequests()
  const api = await openDeltaStreamClient(target, createHttpMachine(runtime, trace), {version: PROGRAM_VERSION})
  return {
    api,
    capabilities: {},
    where: describePlace(DELTASTREAM, context),
    // No claim names the token, and the list of tokens has no ids.
    isOwnToken: () => false,
    credential: {
      secret: target.credential,
      url: target.baseUrl.href,
      context: context.name,
      source: target.credentialSource,
    },
  }
}
