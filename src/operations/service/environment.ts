import {AppError} from '../../errors/app-error.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import type {Runtime} from '../../runtime/runtime.ts'

/** Our variables for places. They take precedence over the places of a context. */
export const PLACE_VARIABLES = ['TOKENRY_ORGANIZATION_ID', 'TOKENRY_WORKSPACE_ID', 'TOKENRY_DEPLOYMENT_ID'] as const

type PlaceVariable = (typeof PLACE_VARIABLES)[number]

/**
 * Return the id or the name in one of our variables. CONFIG if it is set but empty, because then a
 * value is missing. CONFIG if it holds a token, because a message would print it.
 */
export function idFromEnvironment(runtime: Runtime, name: PlaceVariable): string | undefined {
  const id = runtime.env[name]
  if (id === '')
    throw new AppError('CONFIG', `${name} is set but empty`, {hint: `Unset ${name}, or set it to an id or a name`})
  if (id !== undefined && holdsToken(id)) {
    throw new AppError('CONFIG', `${name} holds a token or a part of one instead of an id or a name`, {
      hint: `Unset ${name}, or set it to an id or a name`,
    })
  }
  return id
}
