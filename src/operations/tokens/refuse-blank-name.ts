import {AppError} from '../../errors/app-error.ts'
import {isBlank} from '../../lib/invisible.ts'

/** USAGE for a name of which a reader would see nothing. */
export function refuseBlankName(noun: string, name: string): void {
  if (!isBlank(name)) return
  throw new AppError('USAGE', `The name of a ${noun} cannot be blank`, {
    hint: 'Choose another name; is a variable unset?',
  })
}
