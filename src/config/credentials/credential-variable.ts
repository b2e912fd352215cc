import {AppError} from '../../errors/app-error.ts'
import {cleanToken} from '../../lib/clean-token.ts'
import type {ContextSource, ContextVendor} from '../context.ts'

export const STAY_HINT = 'To use the embedded token service: add --context embedded, or set TOKENRY_CONTEXT=embedded'

/**
 * Return the first variable that is set; null if none is. CONFIG if it is empty. Names that differ
 * in case only are one variable, which is empty only if none of them has a value.
 */
export function findSetVariable(env: ContextSource['env'], {tool}: ContextVendor): string | null {
  for (const {name} of tool.credentials) {
    if (env[name] === undefined) continue
    const spellings = tool.credentials.filter((each) => each.name.toLowerCase() === name.toLowerCase())
    const filled = spellings.find((each) => cleanToken(env[each.name] ?? '') !== '')
    if (filled) return filled.name
    throw new AppError('CONFIG', `${name} is set but empty; is a CI secret missing?`, {
      hint: `Set ${name}, or unset it. ${STAY_HINT}`,
    })
  }
  return null
}

/**
 * Return a warning that names the variable in use, if another one holds a different token.
 * Otherwise an empty list.
 */
export function warnOfOtherTokens(env: ContextSource['env'], {tool}: ContextVendor, variable: string): string[] {
  const used = cleanToken(env[variable] ?? '')
  const others = tool.credentials
    .map(({name}) => name)
    .filter((name) => ![used, ''].includes(cleanToken(env[name] ?? '')))
  if (others.length === 0) return []
  const holds = others.length === 1 ? 'holds' : 'hold'
  return [`The token in ${variable} is used; ${others.join(' and ')} ${holds} a different one`]
}

/**
 * Return the first variable that is set, as `findSetVariable`. CONFIG also if only a variable that
 * goes with a credential is set.
 */
export function findCredentialVariable(env: ContextSource['env'], vendor: ContextVendor): string | null {
  const variable = findSetVariable(env, vendor)
  const {credentials, companions} = vendor.tool
  const lonely = companions.find(({name}) => env[name] !== undefined)
  if (variable !== null || !lonely) return variable
  const names = credentials.map(({name}) => name).join(' or ')
  throw new AppError('CONFIG', `${lonely.name} is set without ${names}`, {
    hint: `Set ${names}, or unset ${lonely.name}. ${STAY_HINT}`,
  })
}
