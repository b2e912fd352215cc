import type {CredentialOptions} from '../../config/credentials/read-credential.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {HttpMachine} from '../../vendors/http.ts'
import {createHttpMachine} from '../http-machine.ts'
import type {Warn} from '../tokens/deliver.ts'
import {type DescribedTarget, describeTargets, returnResults} from './describe-targets.ts'
import {reachVendor} from './reach-vendor.ts'
import {type TargetResult, toProblem} from './target-result.ts'
import {type TokenFacts, toTokenFacts} from './token-facts.ts'

export interface Identity extends TargetResult {
  /** What the credential says of itself; null if it was not read. */
  token: TokenFacts | null
  /** Whether the vendor has accepted the credential. */
  checked: boolean
}

interface WhoAmIOptions extends CredentialOptions {
  /** From --context. */
  context: string | undefined
  /** Whether to ask the vendors. */
  check: boolean
  warn: Warn
  trace: HttpMachine['trace']
}

/**
 * Return, for each vendor, where its commands go and what their credential says. A credential
 * command runs only with `check`.
 *
 * @throws AppError as `returnResults`: UNAUTHENTICATED if the only vendor refuses the credential
 */
export async function whoAmI(runtime: Runtime, options: WhoAmIOptions): Promise<Identity[]> {
  const identities: DescribedTarget<Identity>[] = []
  for (const target of await describeTargets(runtime, options.context)) {
    for (const warning of target.resolved?.warnings ?? []) await options.warn(warning)
    identities.push(await identify(runtime, target, options))
  }
  return returnResults(identities)
}

async function identify(
  runtime: Runtime,
  target: DescribedTarget,
  options: WhoAmIOptions,
): Promise<DescribedTarget<Identity>> {
  const identity: Identity = {...target.result, token: null, checked: false}
  try {
    await addToken(runtime, {target, identity}, options)
    return {...target, result: identity}
  } catch (err) {
    if (!(err instanceof AppError)) throw err
    return {...target, result: {...identity, problem: toProblem(err)}, error: err}
  }
}

/** Fill in what is known of the credential. What is known before an error stays. */
async function addToken(
  runtime: Runtime,
  {target: {vendor, resolved}, identity}: {target: DescribedTarget; identity: Identity},
  {check, warn, trace, showStderr}: WhoAmIOptions,
): Promise<void> {
  const reached = resolved && (await reachVendor(vendor, resolved))
  if (!reached || (resolved.credential?.kind === 'command' && !check)) return
  const {api} = reached
  const {target, facts} = await reached.readCredential(runtime, {showStderr})
  identity.token = toTokenFacts(facts)
  if (!check) return
  const {warning} = await api.signIn(target, createHttpMachine(runtime, trace))
  identity.checked = true
  if (warning !== undefined) await warn(warning)
}
