import {AppError} from '../errors/app-error.ts'
import type {Reason} from '../errors/reasons.ts'

/** Hints by the reason of a refusal. The service itself has no commands to suggest. */
export type Hints = Partial<Record<Reason, string>>

/**
 * Return the result of `work`. A refusal of the service gets the hint for its reason, if there is
 * one.
 */
export async function wordHint<Result>(hints: Hints, work: Promise<Result>): Promise<Result> {
  return work.catch((err: unknown) => {
    const reason = err instanceof AppError ? err.details.reason : undefined
    const hint = reason && hints[reason]
    if (!(err instanceof AppError) || hint === undefined) throw err
    throw new AppError(err.code, err.message, {...err.details, hint})
  })
}
