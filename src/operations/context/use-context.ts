import {EMBEDDED} from '../../config/context-settings.ts'
import {updateSettings} from '../../config/settings.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {Warn} from '../tokens/deliver.ts'
import {BUILT_IN, type ContextResult, toContextResult} from './context-result.ts'
import {findOnly, lineOf, type WantedContext} from './find-context.ts'
import {warnOfPrecedence} from './warn-of-precedence.ts'

/**
 * Make a context the current one of its vendor. A context of `embedded` becomes the current one of
 * every vendor, or of `vendor`. NOT_FOUND and CONFLICT: see `findOnly`.
 */
export async function useContext(runtime: Runtime, wanted: WantedContext, warn: Warn): Promise<ContextResult> {
  const {folders, vendors} = runtime
  let used: ContextResult | undefined
  let changed: string[] = []
  await updateSettings(
    folders().config,
    (before) => {
      const context =
        wanted.name === EMBEDDED
          ? BUILT_IN
          : findOnly(before, wanted, {missing: 'NOT_FOUND', retry: lineOf('context use')})
      changed = context.vendor === EMBEDDED ? listServed(vendors, wanted.vendor) : [context.vendor]
      const after = {...before, current: {...before.current}}
      for (const vendor of changed) after.current[vendor] = context.name
      used = toContextResult(context, after)
      return after
    },
    vendors,
  )
  await warnOfPrecedence(runtime, changed, warn)
  if (!used) throw new Error('The settings were not changed')
  return used
}

function listServed(vendors: Runtime['vendors'], only: string | undefined): string[] {
  const names = vendors.map(({name}) => name)
  return only === undefined || only === EMBEDDED ? names : names.filter((name) => name === only)
}
