import {AppError} from '../../errors/app-error.ts'

interface Words {
  /** What may be the case now: `An API token named ci may exist`. */
  message: string
  /** How to look. Gets ` (sent at …)` and a second sentence. */
  hint: string
}

/**
 * Return the result of `work`, which creates a secret. If it is UNCERTAIN, the error names what may
 * have happened and how to look, because a second try could create a second secret.
 */
export async function wordUncertain<Result>({message, hint}: Words, work: Promise<Result>): Promise<Result> {
  return work.catch((err: unknown) => {
    if (!(err instanceof AppError) || err.code !== 'UNCERTAIN') throw err
    const {facts} = err.details
    const sent = facts?.['sentAt'] === undefined ? '' : ` (the request was sent at ${facts['sentAt']})`
    throw new AppError('UNCERTAIN', `${message}: ${err.message}`, {...err.details, hint: `${hint}${sent}`})
  })
}
