import {AppError} from '../../errors/app-error.ts'

/**
 * The store in use is not the one that was opened. What was read from it may exist nowhere, and what is written to it reaches no
 * one.
 */
export class StoreLostError extends AppError {
  constructor(message: string, hint: string) {
    super('CONFIG', message, {hint})
  }
}
