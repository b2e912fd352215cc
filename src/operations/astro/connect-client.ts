import type {ResolvedContext} from '../../config/context.ts'
import {readCredential} from '../../config/credentials/read-credential.ts'
import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {openAstroClient} from '../../vendors/astro/client.ts'
import {findTokenByClaims} from '../../vendors/astro/client-secrets.ts'
import {isClaimedToken} from '../../vendors/astro/own-token.ts'
import {ASTRO_API} from '../../vendors/astro/vendor-api.ts'
import {createHttpMachine} from '../http-machine.ts'
import type {AstroService, ConnectOptions} from './connect.ts'

type ContextAtVendor = ResolvedContext & {url: NonNullable<ResolvedContext['url']>}

/**
 * Open the API at the URL of a context. Errors: see `readCredential`, `VendorApi.readCredential`
 * and `openHttpClient`.
 */
export async function connectClient(
  runtime: Runtime,
  context: ContextAtVendor,
  {trace, warn, showStderr}: ConnectOptions,
): Promise<Omit<AstroService, 'namedContext' | 'credentialFile' | 'isOnlyTarget'>> {
  const {now} = runtime
  const {base: baseUrl} = context.url
  const {secret, source, fix} = await readCredential(context, runtime, {showStderr})
  const facts = ASTRO_API.readCredential(secret, {source, fix, baseUrl, now: now()})
  runtime.signals.expectMintRequests()
  const api = await openAstroClient(
    {baseUrl, urlSource: describeUrlSource(context), credential: secret, credentialSource: source},
    createHttpMachine(runtime, trace),
    {version: PROGRAM_VERSION},
  )
  return {
    api,
    capabilities: {findTokenBySecret: (given) => findTokenByClaims(api, given, now())},
    warn,
    where: context.name === null ? `Astro (${baseUrl.host})` : `the context ${context.name} (${baseUrl.host})`,
    places: choosePlaces(context.places, facts.places),
    isOwnToken: (tokenId) => isClaimedToken(facts, {source, tokenId}),
  }
}

/** Return what a hint for a wrong URL names. Undefined for the vendor's own URL. */
function describeUrlSource({name, url: {source}}: ContextAtVendor): string | undefined {
  if (source.from === 'default') return undefined
  return source.from === 'variable' ? source.name : `the URL of the context ${name}`
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
