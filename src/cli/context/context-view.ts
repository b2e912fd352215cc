import {EMBEDDED} from '../../config/context-settings.ts'
import type {ContextResult, CredentialResult} from '../../operations/context/context-result.ts'

/** Return where a credential is, for a line or a cell. */
export function describeCredential({from, variable, command}: CredentialResult): string {
  if (variable !== undefined) return `variable ${variable}`
  if (command !== undefined) return `command ${command}`
  return from
}

/** Return the places as `workspace=clm8…`, separated by blanks. */
export function describePlaces(places: Record<string, string>): string {
  return Object.entries(places)
    .map(([key, id]) => `${key}=${id}`)
    .join(' ')
}

/** Return the facts of a context for `facts` of a view. */
export function contextFacts({
  vendor,
  apiUrl,
  places,
  credential,
  currentFor,
}: ContextResult): [label: string, value: string | null][] {
  return [
    ['vendor', vendor],
    ['url', vendor === EMBEDDED ? null : (apiUrl ?? "the vendor's own")],
    ...Object.entries(places).map(([key, id]): [string, string] => [key, id]),
    ['credential', credential && describeCredential(credential)],
    ['current', currentFor.length === 0 ? null : `for ${currentFor.join(', ')}`],
  ]
}
