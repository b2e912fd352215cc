import type {ResolvedContext} from '../../config/context.ts'
import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {openAstroClient} from '../../vendors/astro/client.ts'
import {findTokenByClaims} from '../../vendors/astro/client-secrets.ts'
import {isClaimedToken} from '../../vendors/astro/own-token.ts'
import {ASTRO} from '../../vendors/astro/vendor.ts'
import {ASTRO_API} from '../../vendors/astro/vendor-api.ts'
import {type ConnectOptions, type ContextAtVendor, describePlace, readTarget} from '../connection.ts'
import {createHttpMachine} from '../http-machine.ts'
import type {AstroService} from './connect.ts'

/** Open the API at the URL of a context. Errors: see `readTarget` and `openHttpClient`. */
export async function connectClient(
  runtime: Runtime,
  context: ContextAtVendor,
  {trace, warn, showStderr}: ConnectOptions,
): Promise<Omit<AstroService, 'namedContext' | 'credentialFile' | 'isOnlyTarget'>> {
  const {now} = runtime
  const {target, facts} = await readTarget(runtime, ASTRO_API, context, {showStderr})
  runtime.signals.expectMintRequests()
  const api = await openAstroClient(target, createHttpMachine(runtime, trace), {version: PROGRAM_VERSION})
  return {
    api,
    capabilities: {findTokenBySecret: (given) => findTokenByClaims(api, given, now())},
    warn,
    where: describePlace(ASTRO, context),
    places: choosePlaces(context.places, facts.places),
    isOwnToken: (tokenId) => isClaimedToken(facts, {source: target.credentialSource, tokenId}),
  }
}

type Places = ResolvedContext['places']

/**
 * Return the places of the context. Where it names none, use that of the credential, unless that is
 * in another organization or workspace than the context's.
 */
function choosePlaces(named: Places, claimed: Places): AstroService['places'] {
  const fits = (key: string) => named[key] === undefined || named[key] === claimed[key]
  const inOrganization = fits('organization')
  const inWorkspace = inOrganization && fits('workspace')
  return {
    organizationId: named['organization'] ?? claimed['organization'],
    workspaceId: named['workspace'] ?? (inOrganization ? claimed['workspace'] : undefined),
    deploymentId: named['deployment'] ?? (inWorkspace ? claimed['deployment'] : undefined),
  }
}
