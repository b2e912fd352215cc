import {AppError} from '../../errors/app-error.ts'
import {cleanToken} from '../../lib/clean-token.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import type {ContextSource, ContextVendor, CredentialChoice, ResolvedContext} from '../context.ts'

/** The value of a flag that gives a credential. */
export interface CredentialText {
  readonly flag: string
  readonly text: string
  /** Whether the value may be the name of a variable. */
  readonly takesName: boolean
}

/** What may be the name of a variable. A token has dots or dashes. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Return the credential that a flag such as --token gives: `-` for standard input, a variable by
 * its name, or the token itself, with a warning, because others on this machine can read it.
 *
 * @throws AppError USAGE for an empty text, and for the name of a variable that is not set: a name
 * must not be sent as a token. CONFIG for a variable that is empty.
 */
export function readCredentialText(
  env: ContextSource['env'],
  {tool}: Pick<ContextVendor, 'tool'>,
  {flag, text, takesName}: CredentialText,
): Pick<ResolvedContext, 'credential' | 'warnings'> {
  const given = cleanToken(text)
  if (given === '-') return choose({kind: 'file', file: '-'})
  const [first] = tool.credentials
  if (!takesName) {
    if (given === '') throw refuseEmpty(flag)
    if (tool.credentials.some(({name}) => name === given)) {
      throw new AppError('USAGE', `${flag} takes a token, and ${given} is the name of a variable`, {
        hint: `Leave out ${flag}: ${given} is read if it is set`,
      })
    }
    return choose({kind: 'argument', flag, secret: given}, [
      `Others on this machine can read the token in ${flag}: set ${first?.name ?? 'a variable'} instead`,
    ])
  }
  const variable = Object.hasOwn(env, given) ? env[given] : undefined
  if (variable !== undefined) {
    if (cleanToken(variable) !== '') return choose({kind: 'variable', variable: given})
    throw new AppError('CONFIG', `${given}, which ${flag} names, is set but empty; is a CI secret missing?`, {
      hint: `Set ${given}`,
    })
  }
  if (given === '') throw refuseEmpty(flag)
  if (VARIABLE_NAME.test(given)) {
    // It may be a token without dots, which no message may show.
    const name = holdsToken(given) ? 'that variable' : given
    throw new AppError('USAGE', `${flag} looks like the name of a variable, and ${name} is not set`, {
      hint: `Set ${name}, or give the token itself with ${flag} - on standard input`,
    })
  }
  return choose({kind: 'argument', flag, secret: given}, [
    `Others on this machine can read the token in ${flag}: put it into a variable and name that, such as ${flag} ${first?.name ?? 'NAME'}`,
  ])
}

function refuseEmpty(flag: string): AppError {
  return new AppError('USAGE', `${flag} is empty`, {hint: `Give a value, or leave out ${flag}`})
}

function choose(credential: CredentialChoice, warnings: string[] = []) {
  return {credential, warnings}
}
