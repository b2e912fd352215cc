import {resolveContext} from '../../config/context.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import {readSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {Warn} from '../tokens/deliver.ts'
import {describeTargets, returnResults} from './describe-targets.ts'
import {findOnly, lineOf, type WantedContext} from './find-context.ts'
import {type TargetResult, toTargetResult} from './target-result.ts'
import {findVendor} from './vendor-names.ts'

/**
 * Return what a context says, and which credential would be used. No credential is read, and no
 * credential command runs. NOT_FOUND and CONFLICT: see `findOnly`.
 */
export async function showContext(runtime: Runtime, wanted: WantedContext, warn: Warn): Promise<TargetResult[]> {
  const {folders, vendors} = runtime
  const settings = await readSettings(folders().config, vendors)
  const owner =
    wanted.name === EMBEDDED
      ? EMBEDDED
      : findOnly(settings, wanted, {missing: 'NOT_FOUND', retry: lineOf('context show')}).vendor
  const vendor = owner === EMBEDDED ? vendors[0] : findVendor(vendors, owner)
  if (!vendor) throw new AppError('INTERNAL', 'There is no vendor')
  const resolved = await resolveContext(runtime, vendor, {context: wanted.name})
  for (const warning of resolved.warnings) await warn(warning)
  return [{...toTargetResult(runtime, owner, resolved), chosenBy: {from: 'argument'}}]
}

/**
 * Return where the commands of each vendor go, and which credential would be used.
 *
 * @param context from --context
 * @throws AppError as `returnResults` if the commands of a vendor fail; USAGE for a name that no
 * context has
 */
export async function showTargets(
  runtime: Runtime,
  {context, vendor}: {context: string | undefined; vendor: string | undefined},
  warn: Warn,
): Promise<TargetResult[]> {
  const targets = await describeTargets(runtime, context)
  const shown = targets.filter((target) => vendor === undefined || target.vendor.name === vendor)
  for (const warning of shown.flatMap(({resolved}) => resolved?.warnings ?? [])) await warn(warning)
  return returnResults(shown)
}
