import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime.ts'

/** An id that a variable of ours names; CONFIG when it is set but empty, because then something is missing. */
export function idFromEnvironment(
  runtime: Runtime,
  name: 'TOKENRY_ORGANIZATION_ID' | 'TOKENRY_WORKSPACE_ID' | 'TOKENRY_DEPLOYMENT_ID',
): string | undefined {
  const id = runtime.env[name]
  if (id === '') throw new AppError('CONFIG', `${name} is set but empty`, {hint: `Unset ${name}, or set it to an id`})
  return id
}
