import {AppError} from '../../errors/app-error.ts'

/** `work`, whose CONFLICT also says with which command to look: the service knows none. */
export async function hintAtConflict<Result>(command: string, work: Promise<Result>): Promise<Result> {
  return work.catch((err: unknown) => {
    if (!(err instanceof AppError) || err.code !== 'CONFLICT') throw err
    const hint = [err.details.hint, `see what is there with: ${command}`].filter(Boolean).join('; ')
    throw new AppError('CONFLICT', err.message, {...err.details, hint})
  })
}
