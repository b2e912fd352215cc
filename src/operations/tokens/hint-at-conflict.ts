import {AppError} from '../../errors/app-error.ts'

/**
 * Return the result of `work`. A CONFLICT gets the command that shows the state: the service has no
 * commands.
 */
export async function hintAtConflict<Result>(command: string, work: Promise<Result>): Promise<Result> {
  return work.catch((err: unknown) => {
    if (!(err instanceof AppError) || err.code !== 'CONFLICT') throw err
    const hint = [err.details.hint, `see the current state with: ${command}`].filter(Boolean).join('; ')
    throw new AppError('CONFLICT', err.message, {...err.details, hint})
  })
}
