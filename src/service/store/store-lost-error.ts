import {AppError} from '../../errors/app-error.ts'

/**
 * The files of the open store were removed, replaced or truncated. Data read from it may no longer
 * exist, and a write to it is lost.
 */
export class StoreLostError extends AppError {
  constructor(message: string, hint: string) {
    super('CONFIG', message, {hint})
  }
}
