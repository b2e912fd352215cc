import {contextFromEnvironment, type ResolvedContext} from '../../config/context.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import {loginLine} from '../../config/credentials/credential-key.ts'
import type {CredentialOptions} from '../../config/credentials/read-credential.ts'
import type {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {HttpMachine} from '../../vendors/http.ts'
import type {TokenList, Vendor} from '../../vendors/vendor.ts'
import {type DescribedTarget, describeTarget, describeTargets} from '../context/describe-targets.ts'
import {reachVendor} from '../context/reach-vendor.ts'
import {findVendor} from '../context/vendor-names.ts'
import {createHttpMachine} from '../http-machine.ts'
import {listNamedOrganizations, localActor} from '../service/open-embedded.ts'
import type {Warn} from '../tokens/deliver.ts'

/** A place with tokens of one vendor: the embedded service, or the vendor itself. */
export interface TokenSource {
  vendor: Vendor
  /** The name of the context; null if a variable leads to the vendor. */
  context: string | null
  /** For use in a sentence: `the context embedded`, `Tiny (api.tiny.example)`. */
  where: string
  /** Call `use` with all of its tokens, and return the result. */
  withTokens<Result>(use: (lists: readonly TokenList[]) => Promise<Result>): Promise<Result>
}

export interface SourceOptions extends CredentialOptions {
  /** From --context. */
  context: string | undefined
  /** From --vendor: only this vendor. */
  vendor: string | undefined
  warn: Warn
  trace: HttpMachine['trace']
}

/**
 * Return the places with tokens that the current contexts lead to, in the order of the vendors: the
 * embedded service, then the vendor itself. If a context is named, only its own place. A place that
 * cannot be opened throws when its tokens are read.
 */
export async function findTokenSources(runtime: Runtime, options: SourceOptions): Promise<TokenSource[]> {
  const {context, vendor} = options
  const isNamed = (context ?? contextFromEnvironment(runtime.env)) !== undefined
  const targets =
    vendor === undefined
      ? await describeTargets(runtime, context)
      : [await describeTarget(runtime, findVendor(runtime.vendors, vendor), context)]
  const sources: TokenSource[] = []
  for (const target of targets) {
    for (const warning of target.resolved?.warnings ?? []) await options.warn(warning)
    if (!isNamed && target.resolved?.vendor !== EMBEDDED) {
      sources.push(embeddedSource(runtime, target.vendor, {name: EMBEDDED, places: {}}))
    }
    const own = await findOwnSource(runtime, target, {...options, isNamed})
    if (own) sources.push(own)
  }
  return sources
}

/** Return the place of the vendor's context. Null if it has no credential, and was not named. */
async function findOwnSource(
  runtime: Runtime,
  {vendor, resolved, result, error}: DescribedTarget,
  {isNamed, ...options}: SourceOptions & {isNamed: boolean},
): Promise<TokenSource | null> {
  if (error) return failingSource(vendor, error)
  if (!resolved) return null
  const reached = await reachVendor(vendor, resolved)
  if (!reached) return embeddedSource(runtime, vendor, resolved)
  const {name: context} = resolved
  if (resolved.credential === null && !isNamed) {
    const login = loginLine({vendor: vendor.name, context: context ?? '', origin: reached.baseUrl.origin})
    await options.warn(
      `The tokens of ${vendor.title} are not listed: the context ${context} has no credential. Sign in: ${login}`,
    )
    return null
  }
  const places = Object.fromEntries(result.places.map(({place, id}) => [place, id]))
  return {
    vendor,
    context,
    where: reached.where,
    async withTokens(use) {
      const {showStderr, trace, warn} = options
      const {target, facts} = await reached.readCredential(runtime, {showStderr})
      const sight = {places: {...facts.places, ...places}, warn}
      return reached.api.withTokens(target, createHttpMachine(runtime, trace), {...sight, use})
    },
  }
}

function embeddedSource(
  runtime: Runtime,
  vendor: Vendor,
  context: Pick<ResolvedContext, 'name' | 'places'>,
): TokenSource {
  return {
    vendor,
    context: context.name,
    where: `the context ${context.name}`,
    async withTokens(use) {
      // A list must not be what creates the store.
      if (!(await runtime.hasStore())) return use([])
      const {service} = await runtime.openService()
      const organizations = await listNamedOrganizations(runtime, service, context)
      const lists: TokenList[] = []
      for (const {organizationId} of organizations) {
        lists.push(...(await vendor.openEmbeddedTokens(service, localActor(runtime), organizationId)))
      }
      return use(lists)
    },
  }
}

/** Return the place of a vendor whose target is unclear. */
function failingSource(vendor: Vendor, error: AppError): TokenSource {
  return {
    vendor,
    context: null,
    where: vendor.title,
    async withTokens() {
      throw error
    },
  }
}
