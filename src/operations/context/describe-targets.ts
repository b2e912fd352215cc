import {type ResolvedContext, resolveContext} from '../../config/context.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import {readSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {Vendor} from '../../vendors/vendor.ts'
import {type TargetResult, toTargetResult, toUnclearResult} from './target-result.ts'

/** Where the commands of one vendor go. */
export interface DescribedTarget<Result extends TargetResult = TargetResult> {
  vendor: Vendor
  /** Null if that is unclear. */
  resolved: ResolvedContext | null
  result: Result
  /** Why commands of the vendor fail; null if nothing is known to be wrong. */
  error: AppError | null
}

/**
 * Return where the commands of each vendor go. With a name from --context or TOKENRY_CONTEXT: of
 * each vendor that has such a context. If none has, the name of --context is USAGE, and that of
 * TOKENRY_CONTEXT is a problem of every vendor.
 */
export async function describeTargets(runtime: Runtime, context: string | undefined): Promise<DescribedTarget[]> {
  const described: DescribedTarget[] = []
  for (const vendor of await listVendors(runtime, context)) {
    described.push(await describeTarget(runtime, vendor, context))
  }
  return described
}

async function listVendors({env, folders, vendors}: Runtime, context: string | undefined): Promise<readonly Vendor[]> {
  const wanted = context ?? env['TOKENRY_CONTEXT']
  if (wanted === undefined || wanted === EMBEDDED) return vendors
  const {contexts} = await readSettings(folders().config, vendors)
  const owners = contexts.filter(({name}) => name === wanted).map(({vendor}) => vendor)
  const named = vendors.filter(({name}) => owners.includes(name) || owners.includes(EMBEDDED))
  if (named.length > 0) return named
  if (context === undefined) return vendors
  throw new AppError('USAGE', `No context named ${context}`, {hint: 'List them with: tokenry context list'})
}

/** Return where the commands of one vendor go. */
export async function describeTarget(
  runtime: Runtime,
  vendor: Vendor,
  context: string | undefined,
): Promise<DescribedTarget> {
  try {
    const resolved = await resolveContext(runtime, vendor, {context})
    return {vendor, resolved, result: toTargetResult(runtime, vendor.name, resolved), error: null}
  } catch (err) {
    if (!(err instanceof AppError)) throw err
    return {vendor, resolved: null, result: toUnclearResult(vendor.name, err), error: err}
  }
}

/**
 * Return the results. If the commands of a vendor fail, throw why, with the results: the error of
 * the first vendor if all fail, else PARTIAL.
 */
export function returnResults<Result extends TargetResult>(targets: readonly DescribedTarget<Result>[]): Result[] {
  const results = targets.map(({result}) => result)
  const failed = targets.filter(({error}) => error !== null)
  const [first] = failed
  if (!first?.error) return results
  if (failed.length === targets.length) {
    const {code, message, details} = first.error
    throw new AppError(code, message, {...details, cause: first.error, result: results})
  }
  const names = failed.map(({vendor}) => vendor.name).join(', ')
  throw new AppError('PARTIAL', `Commands of ${names} fail as things are, the others do not`, {
    hint: 'The result says what is wrong',
    result: results,
  })
}
