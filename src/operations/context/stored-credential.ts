import type {ContextSettings} from '../../config/context-settings.ts'
import type {Runtime} from '../../runtime/runtime.ts'

/** Return whether `login` has stored the credential of this context. */
export function isStored(
  context: ContextSettings,
): context is ContextSettings & {credential: {store: 'keychain' | 'file'; origin: string}} {
  return context.credential !== undefined && 'store' in context.credential
}

/**
 * Remove the stored credential of a context, if it has one, from where the settings say it is.
 * CONFIG if the keychain cannot be reached.
 */
export async function removeStored({credentials, env, folders}: Runtime, context: ContextSettings): Promise<void> {
  if (!isStored(context)) return
  const {vendor, name, credential} = context
  const key = {vendor, context: name, origin: credential.origin}
  await credentials.removeCredential({folder: folders().config, env}, key, credential.store)
}
