import {type ContextSettings, EMBEDDED, type Settings} from '../../config/context-settings.ts'
import type {CredentialStore} from '../../config/credentials/store.ts'
import type {ContextCredential} from '../../config/credentials/types.ts'
import {withoutTokens} from '../../lib/token-shape.ts'

/** A context as settings have it. */
export interface ContextResult {
  name: string
  vendor: string
  /** Null for the vendor's own API, and for the embedded service. */
  apiUrl: string | null
  /** Ids by the key of the place. */
  places: Record<string, string>
  /** Where its credential is; null if it has none. */
  credential: CredentialResult | null
  /** The vendors whose current context it is. */
  currentFor: string[]
}

/** Where a credential is, never its value. */
export interface CredentialResult {
  from: CredentialStore | 'variable' | 'command'
  /** The only origin to which a stored credential is sent. */
  origin?: string
  variable?: string
  command?: string
}

export function toContextResult(context: ContextSettings, {current}: Settings): ContextResult {
  const {name, vendor, apiUrl, places, credential} = context
  return {
    name,
    vendor,
    apiUrl: apiUrl === undefined ? null : hideUser(apiUrl),
    places: copyTexts(places),
    credential: credential ? toCredentialResult(credential) : null,
    currentFor: Object.keys(current).filter(
      (each) => current[each] === name && (vendor === EMBEDDED || vendor === each),
    ),
  }
}

/**
 * Return a URL with `***` instead of a user and a password, which a person may have written into
 * the file. It may be malformed, so everything between the scheme and the last `@` is hidden.
 */
function hideUser(url: string): string {
  return url.replace(/^(https?:[/\\]*)?.*@/is, '$1***@')
}

export function toCredentialResult(place: ContextCredential): CredentialResult {
  if ('store' in place) return {from: place.store, origin: place.origin}
  if ('variable' in place) return {from: 'variable', variable: place.variable}
  // No flag takes a token, but a person may have written one into the file.
  return {from: 'command', command: withoutTokens(place.command)}
}

function copyTexts(texts: Partial<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(texts)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The embedded service, which is not in the settings. */
export const BUILT_IN: ContextSettings = {vendor: EMBEDDED, name: EMBEDDED, places: {}}
