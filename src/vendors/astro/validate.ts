import {AppError, type FieldError} from '../../errors/app-error.ts'
import {ASTRO_LIMITS, type CreateAgentTokenBody, type CreateTokenBody, type UpdateTokenBody} from './api.ts'
import {ROLE_KINDS} from './policy.ts'

const SCOPES = ['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION']

/** INVALID, with every field that is wrong, for a body that Astro would refuse (contracts/astro.md, 6.1 and 10). */
export function checkCreateBody(body: CreateTokenBody): void {
  refuse([
    ...nameErrors(body.name),
    ...descriptionErrors(body.description),
    ...unless(SCOPES.includes(body.scope), 'scope', 'oneof', `scope must be one of ${SCOPES.join(', ')}`),
    ...unless(body.role.length > 0, 'role', 'required', 'role is required'),
    ...unless(body.scope === 'ORGANIZATION' || Boolean(body.entityId), 'entityId', 'required', 'entityId is required'),
    ...unless(
      !body.kind || ROLE_KINDS.includes(body.kind),
      'kind',
      'oneof',
      `kind must be one of ${ROLE_KINDS.join(', ')}`,
    ),
    ...expiryErrors(body.tokenExpiryPeriodInDays),
  ])
}

export function checkAgentTokenBody(body: CreateAgentTokenBody): void {
  refuse([
    ...nameErrors(body.name),
    ...descriptionErrors(body.description),
    ...expiryErrors(body.tokenExpiryPeriodInDays),
  ])
}

export function checkUpdateBody(body: UpdateTokenBody): void {
  refuse([...nameErrors(body.name), ...descriptionErrors(body.description)])
}

export function invalidField(field: string, code: string, message: string): AppError {
  return invalidFields([{field, code, message}])
}

function nameErrors(name: string): FieldError[] {
  const {nameLengthMax} = ASTRO_LIMITS
  const fits = name.length > 0 && name.length <= nameLengthMax
  return unless(fits, 'name', 'length', `name must be 1 to ${nameLengthMax} characters long`)
}

function descriptionErrors(description: string | undefined): FieldError[] {
  const {descriptionLengthMax} = ASTRO_LIMITS
  const fits = (description ?? '').length <= descriptionLengthMax
  return unless(fits, 'description', 'max', `description must be at most ${descriptionLengthMax} characters long`)
}

function expiryErrors(days: number | undefined): FieldError[] {
  const {expiryDaysMin, expiryDaysMax} = ASTRO_LIMITS
  return unless(
    days === undefined || (Number.isInteger(days) && days >= expiryDaysMin && days <= expiryDaysMax),
    'tokenExpiryPeriodInDays',
    'range',
    `tokenExpiryPeriodInDays must be a whole number from ${expiryDaysMin} to ${expiryDaysMax}`,
  )
}

function unless(valid: boolean, field: string, code: string, message: string): FieldError[] {
  return valid ? [] : [{field, code, message}]
}

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw invalidFields(errors)
}

export function invalidFields(fieldErrors: FieldError[]): AppError {
  return new AppError('INVALID', `Invalid request: ${fieldErrors.map(({message}) => message).join('; ')}`, {
    fieldErrors,
    hint: 'Correct it, then run the command again',
  })
}
