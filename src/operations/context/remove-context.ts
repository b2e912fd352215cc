import {EMBEDDED, type Settings} from '../../config/context-settings.ts'
import {readSettings, updateSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type ContextResult, toContextResult} from './context-result.ts'
import {findOnly, lineOf, type WantedContext} from './find-context.ts'
import {removeStored} from './stored-credential.ts'
import {withCredentialLock} from './with-credential-lock.ts'

/**
 * Remove a context and its stored credential. Vendors whose current context it was have none then.
 * Return the context as it was.
 *
 * @throws AppError USAGE for `embedded`; NOT_FOUND and CONFLICT: see `findOnly`; CONFIG if the
 * stored credential cannot be removed: see `removeStored`. Then the context stays.
 */
export async function removeContext(runtime: Runtime, wanted: WantedContext): Promise<ContextResult> {
  refuseBuiltIn(wanted.name)
  const {folders, vendors} = runtime
  const folder = folders().config
  const find = (settings: Settings) =>
    findOnly(settings, wanted, {missing: 'NOT_FOUND', retry: lineOf('context remove'), exact: true})
  // Without such a context, nothing is written, not even a lock.
  find(await readSettings(folder, vendors))
  return withCredentialLock(folder, async () => {
    const settings = await readSettings(folder, vendors)
    const context = find(settings)
    await removeStored(runtime, context)
    const removed = toContextResult(context, settings)
    await updateSettings(folder, (before) => withoutContext(before, removed), vendors)
    return removed
  })
}

function withoutContext(settings: Settings, {name, vendor}: ContextResult): Settings {
  const isOwner = (each: string) => vendor === EMBEDDED || vendor === each
  const current = Object.entries(settings.current).filter(([each, used]) => used !== name || !isOwner(each))
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
