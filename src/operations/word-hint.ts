import {AppError} from '../errors/app-error.ts'
import type {Reason} from '../errors/reasons.ts'

/** What to do about a refusal of the service, which names no command. */
export type Hints = Partial<Record<Reason, string>>

/** Return what `work` returns. A refusal of the service gets the hint for its reason, where there is one. */
export async function wordHint<Result>(hints: Hints, work: Promise<Result>): Promise<Result> {
  return work.catch((err: unknown) => {
    const reason = err instanceof AppError ? err.details.reason : undefined
    const hint = reason && hints[reason]
    if (!(err instanceof AppError) || hint === undefined) throw err
    throw new AppError(err.code, err.message, {...err.details, hint})
  })
}
