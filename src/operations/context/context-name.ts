import {EMBEDDED} from '../../config/context-settings.ts'
import {AppError} from '../../errors/app-error.ts'
import {INVISIBLE} from '../../lib/invisible.ts'
import {quoteValue} from '../../lib/quote-value.ts'
import {holdsToken} from '../../lib/token-shape.ts'

const LENGTH_MAX = 64

/**
 * Return what is wrong with the name of a new context; null if nothing is. The text continues a
 * sentence about the name.
 */
export function findNameFault(name: string): string | null {
  // First, because the other messages show the name.
  if (holdsToken(name)) return 'holds a token or a part of one'
  const length = [...name].length
  if (length === 0) return 'is empty'
  if (length > LENGTH_MAX) return `has ${length} characters, and ${LENGTH_MAX} is the maximum`
  if (new RegExp(String.raw`[\s\x85\u2800${INVISIBLE}]`, 'u').test(name)) return 'has a character that is not visible'
  if (name.startsWith('-')) return 'begins with a dash'
  return null
}

/**
 * Throw USAGE unless the name is 1 to 64 visible characters, begins without a dash and is not a
 * token. Throw CONFLICT for `embedded`, which is built in.
 */
export function checkNewName(name: string): void {
  const fault = findNameFault(name)
  if (fault !== null) {
    const shown = holdsToken(name) ? '' : ` ${quoteValue(name)}`
    throw new AppError('USAGE', `The name of the context${shown} ${fault}`, {
      hint: `Choose a name of 1 to ${LENGTH_MAX} visible characters, such as prod`,
    })
  }
  if (name === EMBEDDED) {
    throw new AppError('CONFLICT', `${EMBEDDED} is built in, and cannot be added`, {hint: 'Choose another name'})
  }
}
