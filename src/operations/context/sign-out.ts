import {type ContextSettings, EMBEDDED, type Settings} from '../../config/context-settings.ts'
import {readSettings, updateSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {findOnly, lineOf, type WantedContext} from './find-context.ts'
import {isStored, mayHaveStored, removeStored} from './stored-credential.ts'
import {withCredentialLock} from './with-credential-lock.ts'

export interface SignedOut {
  /** Null if the vendor has no context. */
  context: string | null
  vendor: string
  /** Where the removed credential was; null if none was stored. */
  removedFrom: 'keychain' | 'file' | null
}

/**
 * Remove the stored credential of a context from both stores; the context stays. For a vendor
 * alone, its current context, else the one with its own name.
 *
 * @throws AppError USAGE for a context that does not exist; CONFLICT: see `findOnly`; CONFIG if the
 * credential cannot be removed
 */
export async function signOut(runtime: Runtime, wanted: WantedContext | {vendor: string}): Promise<SignedOut> {
  const {folders, vendors} = runtime
  const folder = folders().config
  const found = find(await readSettings(folder, vendors), wanted)
  // Nothing is written then, not even a lock.
  if (!mayHaveStored(runtime)) return describe(found, wanted, null)
  return withCredentialLock(folder, async () => {
    const context = find(await readSettings(folder, vendors), wanted)
    const removedFrom = await removeStored(runtime, context ?? newContext(wanted))
    if (context && isStored(context)) {
      await updateSettings(folder, (before) => withoutCredential(before, context), vendors)
    }
    return describe(context, wanted, removedFrom)
  })
}

function find(settings: Settings, wanted: WantedContext | {vendor: string}): ContextSettings | undefined {
  if (!('name' in wanted)) {
    const {vendor} = wanted
    const own = settings.contexts.filter((each) => each.vendor === vendor)
    return own.find(({name}) => name === settings.current[vendor]) ?? own.find((each) => each.name === each.vendor)
  }
  if (wanted.name === EMBEDDED) throw hasNone(EMBEDDED)
  const context = findOnly(settings, wanted, {missing: 'USAGE', retry: lineOf('logout', '--context ')})
  if (context.vendor === EMBEDDED) throw hasNone(context.name)
  return context
}

function withoutCredential(settings: Settings, context: ContextSettings): Settings {
  const {vendor, name} = context
  const contexts = settings.contexts.map((each) => {
    if (each.vendor !== vendor || each.name !== name) return each
    const {credential: _, ...rest} = each
    return rest
  })
  return {...settings, contexts}
}

/**
 * Return the context that `login` makes. A `login` that was killed may have stored a token for it.
 */
function newContext({vendor = EMBEDDED}: {vendor?: string | undefined}): ContextSettings {
  return {vendor, name: vendor, places: {}}
}

function describe(
  context: ContextSettings | undefined,
  wanted: {vendor?: string | undefined},
  removedFrom: SignedOut['removedFrom'],
): SignedOut {
  return {context: context?.name ?? null, vendor: context?.vendor ?? wanted.vendor ?? EMBEDDED, removedFrom}
}

function hasNone(name: string): AppError {
  return new AppError('USAGE', `The context ${name} is the embedded service, which needs no credential`, {
    hint: 'Name a context of a vendor with --context, or a vendor with --vendor',
  })
}
