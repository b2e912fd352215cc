import {AppError} from '../../errors/app-error.ts'
import {cleanToken} from '../../lib/clean-token.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import type {ContextSource, ContextVendor, CredentialChoice, ResolvedContext} from '../context.ts'

/** What may be the name of a variable. A token has dots or dashes. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Return the credential that a flag such as --token gives: a variable by its name, `-` for standard
 * input, or the token itself, with a warning, because others on this machine can read it.
 *
 * @throws AppError USAGE for an empty text, and for the name of a variable that is not set: a name
 * must not be sent as a token. CONFIG for a variable that is empty.
 */
export function readCredentialText(
  env: ContextSource['env'],
  {tool}: Pick<ContextVendor, 'tool'>,
  {flag, text}: {flag: string; text: string},
): Pick<ResolvedContext, 'credential' | 'warnings'> {
  const given = cleanToken(text)
  if (given === '-') return choose({kind: 'file', file: '-'})
  const variable = Object.hasOwn(env, given) ? env[given] : undefined
  if (variable !== undefined) {
    if (cleanToken(variable) !== '') return choose({kind: 'variable', variable: given})
    throw new AppError('CONFIG', `${given}, which ${flag} names, is set but empty; is a CI secret missing?`, {
      hint: `Set ${given}`,
    })
  }
  if (given === '') throw new AppError('USAGE', `${flag} is empty`, {hint: `Give a value, or leave out ${flag}`})
  if (VARIABLE_NAME.test(given)) {
    // It may be a token without dots, which no message may show.
    const name = holdsToken(given) ? 'that variable' : given
    throw new AppError('USAGE', `${flag} looks like the name of a variable, and ${name} is not set`, {
      hint: `Set ${name}, or give the token itself with ${flag} - on standard input`,
    })
  }
  const [first] = tool.credentials
  return choose({kind: 'argument', flag, secret: given}, [
    `Others on this machine can read the token in ${flag}: put it into a variable and name that, such as ${flag} ${first?.name ?? 'NAME'}`,
  ])
}

function choose(credential: CredentialChoice, warnings: string[] = []) {
  return {credential, warnings}
}
