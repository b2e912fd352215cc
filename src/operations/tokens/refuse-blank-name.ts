import {AppError} from '../../errors/app-error.ts'
import {isBlank} from '../../lib/invisible.ts'

/** Throw USAGE for a name without a visible character. */
export function refuseBlankName(noun: string, name: string): void {
  if (!isBlank(name)) return
  throw new AppError('USAGE', `The name of a ${noun} cannot be blank`, {
    hint: 'Choose another name; is a variable unset?',
  })
}
