import {AppError} from '../../errors/app-error.ts'

/**
 * Return the result of `work`; null if it is FORBIDDEN. A token may create tokens where it must not
 * list roles, workspaces or deployments: then a check before the request cannot be made, and the
 * vendor decides.
 */
export async function allowForbidden<Result>(work: Promise<Result>): Promise<Result | null> {
  return work.catch((err: unknown) => {
    if (err instanceof AppError && err.code === 'FORBIDDEN') return null
    throw err
  })
}
