import {AppError} from '../../../errors/app-error.ts'
import {isTooLong, NAME_LENGTH_MAX} from './name-length.ts'

// Quoting is the only defense: the protocol of DeltaStream has no parameters
// (contracts/deltastream.md, section 3).

/** Words that are quoted where a role may be written without quotes. */
const RESERVED_WORDS = new Set(
  `all alter and any as by case create default delete describe drop else end exists false from grant group if in insert
  into is join like limit list not null on or order renew revoke role select set show table then token true union update
  use user using values when where with`.split(/\s+/),
)

/** Return the name in double quotes. Check it first. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Return the role as the value of `token.role_name`: without quotes if possible, as documented. */
export function quoteRole(role: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(role) && !RESERVED_WORDS.has(role) ? role : quoteName(role)
}

/** Throw INVALID for a text that cannot be a name in SQL. `what` is the field that has it. */
export function checkName(what: string, name: string): void {
  if (name === '' || isTooLong(name)) {
    throw invalidField(what, 'length', `${what} must be 1 to ${NAME_LENGTH_MAX} characters long`)
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\0-\x1f\x7f]/.test(name)) {
    throw invalidField(what, 'characters', `${what} must not hold control characters`)
  }
  if (!name.isWellFormed()) throw invalidField(what, 'characters', `${what} must not hold half a surrogate pair`)
}

export function invalidField(field: string, code: string, message: string): AppError {
  return new AppError('INVALID', `Invalid request: ${message}`, {
    fieldErrors: [{field, code, message}],
    hint: 'Correct it, then run the command again',
  })
}
