import type {ContextSettings, Settings} from '../../config/context-settings.ts'
import {credentialFile} from '../../config/credentials/credential-file.ts'
import type {CredentialKey, CredentialStore} from '../../config/credentials/store.ts'
import {readSettings, updateSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {HttpMachine} from '../../vendors/http.ts'
import {createHttpMachine} from '../http-machine.ts'
import type {Warn} from '../tokens/deliver.ts'
import {withContext} from './add-context.ts'
import type {SignInTarget} from './choose-sign-in.ts'
import {isStored} from './stored-credential.ts'
import {type TokenFacts, toTokenFacts} from './token-facts.ts'
import {warnOfPrecedence} from './warn-of-precedence.ts'
import {withCredentialLock} from './with-credential-lock.ts'

export interface SignedIn {
  context: string
  vendor: string
  apiUrl: string
  /** Where the token is stored. */
  store: 'keychain' | 'file'
  /** The file that holds the token; null if it is in the keychain. */
  file: string | null
  /** Whether the context is new. */
  created: boolean
  /** Whether it is now the current context of the vendor. */
  current: boolean
  /** What the token says of itself. */
  token: TokenFacts
}

interface SignInOptions {
  secret: string
  /** What the secret comes from, for messages. */
  source: string
  /** How to give another one. */
  fix: string
  warn: Warn
  trace: HttpMachine['trace']
}

/**
 * Check a token with the vendor, then store it for the context.
 *
 * @throws AppError UNAUTHENTICATED if the token is malformed, has expired or is refused; CONFIG if
 * it must not be sent there or cannot be stored; the errors of a request. Then nothing is stored.
 */
export async function signIn(runtime: Runtime, target: SignInTarget, options: SignInOptions): Promise<SignedIn> {
  const {vendor, api, context, baseUrl} = target
  const {secret, source, fix, warn, trace} = options
  const facts = api.readCredential(secret, {source, fix, baseUrl, now: runtime.now()})
  const {warning} = await api.signIn(
    {
      baseUrl,
      urlSource: context.apiUrl === undefined ? undefined : `the context ${context.name}`,
      credential: secret,
      credentialSource: source,
    },
    createHttpMachine(runtime, trace),
  )
  runtime.signals.refuseWhenStopped()
  const {store, created, settings, older} = await storeToken(runtime, target, secret)
  if (older !== null) await warn(older)
  if (warning !== undefined) await warn(warning)
  if (target.makes) await warnOfPrecedence(runtime, [vendor.name], warn)
  const key = {vendor: vendor.name, context: context.name, origin: baseUrl.origin}
  return {
    context: context.name,
    vendor: vendor.name,
    apiUrl: baseUrl.href,
    store,
    file: store === 'file' ? credentialFile(runtime.folders().config, key) : null,
    created,
    current: settings.current[vendor.name] === context.name,
    token: toTokenFacts(facts),
  }
}

/**
 * Store the token first: settings must not name a credential that is not there. Remove an older
 * token from the other store last. `older` is a warning if that one stays.
 */
async function storeToken(runtime: Runtime, target: SignInTarget, secret: string) {
  const {credentials, env, folders, vendors} = runtime
  const {context, baseUrl, makes} = target
  const machine = {folder: folders().config, env}
  return withCredentialLock(machine.folder, async () => {
    const present = findPresent(await readSettings(machine.folder, vendors), target)
    const key = {vendor: context.vendor, context: context.name, origin: baseUrl.origin}
    const recorded = present && isStored(present) ? present.credential.store : null
    const store = await credentials.saveCredential(machine, key, secret)
    const signedIn = {...(present ?? context), credential: {store, origin: baseUrl.origin}}
    const change = (before: Settings) => {
      const all = findPresent(before, target) ? before : withContext(before, context)
      return withCredential(all, signedIn, makes)
    }
    const settings = await updateSettings(machine.folder, change, vendors).catch(async (err: unknown) => {
      // In the store that the settings still name, an older token has been replaced. That one
      // stays.
      if (recorded !== store) await credentials.removeCredential(machine, key, store)
      throw err
    })
    return {store, created: !present, settings, older: await removeOlder(runtime, key, {recorded, store})}
  })
}

/**
 * Remove an older token from the store that is not used any more. Return a warning if it stays
 * there: in CI, or if the keychain cannot be reached.
 */
async function removeOlder(
  {credentials, env, folders}: Runtime,
  key: CredentialKey,
  {recorded, store}: {recorded: CredentialStore | null; store: CredentialStore},
): Promise<string | null> {
  const machine = {folder: folders().config, env}
  const other = store === 'file' ? 'keychain' : 'file'
  // A file may be there that no settings record. A keychain that was not recorded may open a
  // dialog.
  if (other === 'keychain' && recorded !== 'keychain') return null
  try {
    await credentials.removeCredential(machine, key, other)
    return null
  } catch (err) {
    if (!(err instanceof AppError)) throw err
    const file = shellPath(credentialFile(machine.folder, key))
    const [place, fix] =
      other === 'keychain'
        ? ['the keychain', 'sign in again or log out, where the keychain can be reached and CI is not set']
        : [file, `rm -f ${file}`]
    return `An older token of the context ${key.context} stays in ${place}. To remove it: ${fix}`
  }
}

/**
 * Return the context as the settings have it now; undefined if it is still to be made. CONFLICT if
 * it was removed or leads elsewhere since the token was checked.
 */
function findPresent(settings: Settings, {context, makes}: SignInTarget): ContextSettings | undefined {
  const {vendor, name, apiUrl} = context
  const present = settings.contexts.find((each) => each.vendor === vendor && each.name === name)
  if (present ? present.apiUrl === apiUrl : makes) return present
  throw new AppError('CONFLICT', `The context ${name} was changed or removed in the meantime`, {
    hint: 'See what is there with: tokenry context list',
  })
}

function withCredential(settings: Settings, context: ContextSettings, makes: boolean): Settings {
  const {vendor, name} = context
  return {
    contexts: settings.contexts.map((each) => (each.vendor === vendor && each.name === name ? context : each)),
    current: makes ? {...settings.current, [vendor]: name} : settings.current,
  }
}
