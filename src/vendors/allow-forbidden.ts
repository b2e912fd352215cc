import {AppError} from '../errors/app-error.ts'

/**
 * Return the result of `work`; null if the vendor itself answers FORBIDDEN. A token may create
 * tokens where it must not list roles, workspaces or deployments: then a check before the request
 * cannot be made, and the vendor decides. The 403 of a gateway or a proxy proves nothing about the
 * token.
 */
export async function allowForbidden<Result>(work: Promise<Result>): Promise<Result | null> {
  return work.catch((err: unknown) => {
    if (err instanceof AppError && err.code === 'FORBIDDEN' && !err.details.isForeign) return null
    throw err
  })
}
