import {EMBEDDED, type Settings} from '../../config/context-settings.ts'
import {readSettings, updateSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type ContextResult, toContextResult} from './context-result.ts'
import {findOnly, lineOf, type WantedContext} from './find-context.ts'
import {hasSameCredential, removeStored} from './stored-credential.ts'

/**
 * Remove a context and its stored credential. Vendors whose current context it was have none then.
 * Return the context as it was.
 *
 * @throws AppError USAGE for `embedded`; NOT_FOUND and CONFLICT: see `findOnly`; CONFIG if the
 * stored credential cannot be removed. Then the context stays.
 */
export async function removeContext(runtime: Runtime, wanted: WantedContext): Promise<ContextResult> {
  refuseBuiltIn(wanted.name)
  const {folders, vendors} = runtime
  const folder = folders().config
  const find = (settings: Settings) =>
    findOnly(settings, wanted, {missing: 'NOT_FOUND', retry: lineOf('context remove'), exact: true})
  // Again if another process signs in between: its credential must not be left behind.
  for (;;) {
    const context = find(await readSettings(folder, vendors))
    await removeStored(runtime, context)
    let removed: ContextResult | undefined
    await updateSettings(
      folder,
      (before) => {
        const found = find(before)
        if (!hasSameCredential(found, context)) return before
        removed = toContextResult(found, before)
        return withoutContext(before, removed)
      },
      vendors,
    )
    if (removed) return removed
  }
}

function withoutContext(settings: Settings, {name, vendor, currentFor}: ContextResult): Settings {
  const current = Object.entries(settings.current).filter(([each]) => !currentFor.includes(each))
  return {
    contexts: settings.contexts.filter((each) => each.name !== name || each.vendor !== vendor),
    current: Object.fromEntries(current),
  }
}

function refuseBuiltIn(name: string): void {
  if (name !== EMBEDDED) return
  throw new AppError('USAGE', `${EMBEDDED} is built in, and cannot be removed`, {
    hint: 'To stop using it, choose another context with: tokenry context use NAME',
  })
}
