import {AppError} from '../../errors/app-error.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import type {Runtime} from '../../runtime/runtime.ts'

/**
 * Return the id that a variable of ours names. CONFIG if it is set but empty, because then something is missing, and if it holds a
 * token, which a message would repeat.
 */
export function idFromEnvironment(
  runtime: Runtime,
  name: 'TOKENRY_ORGANIZATION_ID' | 'TOKENRY_WORKSPACE_ID' | 'TOKENRY_DEPLOYMENT_ID',
): string | undefined {
  const id = runtime.env[name]
  if (id === '') throw new AppError('CONFIG', `${name} is set but empty`, {hint: `Unset ${name}, or set it to an id`})
  if (id !== undefined && holdsToken(id)) {
    throw new AppError('CONFIG', `${name} holds a token, or what looks like a part of one, instead of an id`, {
      hint: `Unset ${name}, or set it to an id`,
    })
  }
  return id
}
