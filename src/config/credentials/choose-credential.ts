import {AppError} from '../../errors/app-error.ts'
import type {ContextApi, ContextSource, ContextVendor, CredentialChoice, ResolvedContext} from '../context.ts'
import {findSetVariable, warnOfOtherTokens} from './credential-variable.ts'
import type {ContextCredential} from './types.ts'

interface ContextTarget {
  target: ResolvedContext
  api: ContextApi
  /** The credential that the settings name. */
  own: CredentialChoice | null
}

/**
 * Return the credential of a context. A variable of the vendor's own tool takes precedence if it is
 * for the same origin, and that is the vendor's default. CONFIG if the context itself names such a
 * variable, and it is for another origin: it is never sent to another one.
 */
export function chooseCredential(
  env: ContextSource['env'],
  vendor: ContextVendor,
  {target: {name, url}, api, own}: ContextTarget,
): Pick<ResolvedContext, 'credential' | 'warnings'> {
  const origin = url?.base.origin
  const isForUrl = findOrigin(env, api) === origin
  const isOwnVariable = own?.kind === 'variable' && isToolVariable(vendor, own.variable)
  if (isOwnVariable && !isForUrl) {
    throw new AppError(
      'CONFIG',
      `${own.variable} is a credential for ${vendor.title}, so the context ${name} does not send it to ${origin}`,
      {hint: 'Let the context name another variable, or give the token with --credential-file'},
    )
  }
  const isDefault = origin === new URL(api.defaultUrl).origin
  const variable = isForUrl && isDefault && !isOwnVariable ? findSetVariable(env, vendor) : null
  if (variable === null) return {credential: own, warnings: []}
  const warning = `${variable} is used instead of the credential of the context ${name}`
  const others = warnOfOtherTokens(env, vendor, variable)
  return {credential: {kind: 'variable', variable}, warnings: own ? [warning, ...others] : others}
}

/** Return whether a variable holds a credential of the vendor. On Windows, case does not matter. */
export function isToolVariable({tool}: Pick<ContextVendor, 'tool'>, variable: string): boolean {
  return tool.credentials.some(({name}) => name.toLowerCase() === variable.toLowerCase())
}

/**
 * Return the origin for which the vendor's variables are; null if they name none that is allowed.
 */
export function findOrigin(env: ContextSource['env'], api: ContextApi): string | null {
  try {
    return (api.findUrl(env)?.url ?? new URL(api.defaultUrl)).origin
  } catch {
    return null
  }
}

export function toChoice(place: ContextCredential | undefined): CredentialChoice | null {
  if (place === undefined) return null
  if ('variable' in place) return {kind: 'variable', variable: place.variable}
  return {kind: 'command' in place ? 'command' : 'store', place}
}
