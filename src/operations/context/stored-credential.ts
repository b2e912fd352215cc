import {existsSync} from 'node:fs'
import {type ContextSettings, EMBEDDED} from '../../config/context-settings.ts'
import type {CredentialStore} from '../../config/credentials/store.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'

/** Return whether `login` has stored the credential of this context. */
export function isStored(
  context: ContextSettings,
): context is ContextSettings & {credential: {store: CredentialStore; origin: string}} {
  return context.credential !== undefined && 'store' in context.credential
}

/**
 * Remove the stored credential of a context from both stores. A `login` that was killed leaves one
 * that the settings do not record, and one in CI leaves the older one in the keychain. Return the
 * store from which it was removed: the recorded one, else one where something was found, else null.
 *
 * @throws AppError CONFIG if the file cannot be removed, or if the settings record the keychain and
 * it cannot be reached. The file is removed even then.
 */
export async function removeStored(
  {credentials, env, folders}: Runtime,
  context: ContextSettings,
): Promise<CredentialStore | null> {
  if (context.vendor === EMBEDDED) return null
  const machine = {folder: folders().config, env}
  const recorded = isStored(context) ? context.credential : null
  const key = {vendor: context.vendor, context: context.name, origin: recorded?.origin ?? ''}
  const wasInFile = await credentials.removeCredential(machine, key, 'file')
  const wasInKeychain = await credentials.removeCredential(machine, key, 'keychain').catch((err: unknown) => {
    if (recorded?.store === 'keychain' || !(err instanceof AppError)) throw err
    return false
  })
  if (recorded) return recorded.store
  return wasInKeychain ? 'keychain' : wasInFile ? 'file' : null
}

/** Return whether `login` may have stored something. It creates the folder first. */
export function mayHaveStored({folders}: Runtime): boolean {
  return existsSync(folders().config)
}
