import {resolve} from 'node:path'
import {AppError} from '../errors/app-error.ts'

/**
 * Return the absolute path of the file that `flag` names. CONFIG if the path is relative and the
 * working directory was deleted.
 */
export function absolutePath(path: string, flag: string): string {
  try {
    return resolve(path)
  } catch (cause) {
    throw new AppError('CONFIG', `${flag} ${path} is relative, and the working directory does not exist any more`, {
      cause,
      hint: `Change to a folder that exists, or give ${flag} an absolute path`,
    })
  }
}
