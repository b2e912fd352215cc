import {AppError} from '../../errors/app-error.ts'
import {
  checkCredentialFolder,
  readCredentialFile,
  removeCredentialFile,
  writeCredentialFile,
} from './credential-file.ts'
import {type CredentialKey, formatCredential, loginLine, nameCredential, parseCredential} from './credential-key.ts'
import {askKeychain, type KeychainFailure} from './keychain.ts'

export type {CredentialKey} from './credential-key.ts'

/** Where a credential is stored. The settings record it. */
export type CredentialStore = 'keychain' | 'file'

export interface CredentialPlace {
  /** The config folder. */
  folder: string
  env: Record<string, string | undefined>
}

/**
 * Store the credential of a context, instead of an earlier one: in the keychain, or in a file of
 * mode 0600 if no keychain can be reached. In CI the keychain is not used, because it may open a
 * dialog. Return where it is now. An earlier one in the other store stays, because the settings
 * still name it.
 *
 * @throws AppError CONFIG if the file cannot be written, or if others may write to its folder. Then
 * nothing is stored.
 */
export async function saveCredential(
  place: CredentialPlace,
  key: CredentialKey,
  secret: string,
): Promise<CredentialStore> {
  checkCredentialFolder(place.folder)
  if (await saveInKeychain(place, key, secret)) return 'keychain'
  writeCredentialFile(place.folder, key, secret)
  return 'file'
}

async function saveInKeychain(place: CredentialPlace, key: CredentialKey, secret: string): Promise<boolean> {
  if (isCi(place)) return false
  const account = nameCredential(key, place.folder)
  return (await askKeychain({operation: 'save', account, text: formatCredential(key, secret)}, place)).ok
}

/**
 * Return the credential of a context from the store that the settings record. No other store is
 * tried: an unreachable keychain is an error, and not a person who is signed out.
 *
 * @throws AppError CONFIG if the store cannot be reached or is damaged, if the credential is
 * missing there, or if it was stored for another origin
 */
export async function readStoredCredential(
  place: CredentialPlace,
  key: CredentialKey,
  store: CredentialStore,
): Promise<string> {
  if (store === 'file') return readCredentialFile(place.folder, key)
  refuseCi(place, key)
  const result = await askKeychain({operation: 'read', account: nameCredential(key, place.folder)}, place)
  if (!result.ok) throw unreachable(key, result)
  if (result.text !== null) return parseCredential(result.text, key, 'the keychain')
  throw new AppError('CONFIG', `The keychain does not have the credential of context ${key.context} any more`, {
    hint: `Sign in again: ${loginLine(key)}`,
  })
}

/**
 * Remove the credential of a context from one store. Return whether there was one.
 *
 * @throws AppError CONFIG if the store cannot be reached
 */
export async function removeCredential(
  place: CredentialPlace,
  key: CredentialKey,
  store: CredentialStore,
): Promise<boolean> {
  if (store === 'file') return removeCredentialFile(place.folder, key)
  refuseCi(place, key)
  const result = await askKeychain({operation: 'remove', account: nameCredential(key, place.folder)}, place)
  if (!result.ok) throw unreachable(key, result)
  return result.text !== null
}

function isCi({env}: CredentialPlace): boolean {
  return Boolean(env['CI'])
}

function refuseCi(place: CredentialPlace, {context}: CredentialKey): void {
  if (!isCi(place)) return
  throw new AppError(
    'CONFIG',
    `The credential of context ${context} is in the keychain, which is not opened while CI is set: it may ask a question`,
    {hint: CI_HINT},
  )
}

const CI_HINT = 'Give the credential with --credential-file, or unset CI at a desktop'

function unreachable(key: CredentialKey, {reason, detail}: KeychainFailure): AppError {
  const [why, fix] = REASONS[reason]
  return new AppError('CONFIG', `The credential of context ${key.context} is in the keychain, ${why}`, {
    cause: new Error(detail),
    hint: `${fix}; or sign in again: ${loginLine(key)}`,
  })
}

/** What is wrong with the keychain, and the fix. */
const REASONS: Readonly<Record<KeychainFailure['reason'], readonly [why: string, fix: string]>> = {
  missing: [
    'and the package @napi-rs/keyring, which opens it, is not installed',
    'Install tokenry again, where npm can reach its registry',
  ],
  unreachable: [
    'which cannot be reached',
    'Run this where the keychain is unlocked: on Linux, in a desktop session with a Secret Service',
  ],
  silent: ['which did not answer in 5 seconds', 'Unlock the keychain, and run this again'],
}
