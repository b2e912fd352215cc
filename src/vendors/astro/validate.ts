import {AppError, type FieldError} from '../../errors/app-error.ts'
import {isBlank} from '../../lib/invisible.ts'
import {isStorable, measureLength, NOT_STORABLE} from '../../lib/storable.ts'
import {
  ASTRO_LIMITS,
  type CreateAgentTokenBody,
  type CreateTokenBody,
  TOKEN_KINDS,
  TOKEN_SCOPES,
  type UpdateTokenBody,
} from './api.ts'

/**
 * Throw INVALID, with every wrong field, for a body that Astro would refuse (contracts/astro.md,
 * 6.1 and 10).
 */
export function checkCreateBody(body: CreateTokenBody): void {
  refuse([
    ...nameErrors(body.name),
    ...descriptionErrors(body.description),
    ...(TOKEN_SCOPES.includes(body.scope) ? [] : [explainChoices('scope', TOKEN_SCOPES)]),
    ...unless(body.role.length > 0, 'role', 'required', 'role is required'),
    ...textErrors('role', body.role, ASTRO_LIMITS.roleLengthMax),
    ...unless(body.scope === 'ORGANIZATION' || Boolean(body.entityId), 'entityId', 'required', 'entityId is required'),
    ...textErrors('entityId', body.entityId ?? '', ASTRO_LIMITS.idLengthMax),
    ...(!body.kind || TOKEN_KINDS.includes(body.kind) ? [] : [explainChoices('kind', TOKEN_KINDS)]),
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

/**
 * Return the error for a value that is not one of `values`. The empty one, the default, is not
 * listed.
 */
export function explainChoices(field: string, values: readonly unknown[]): FieldError {
  const words = values.filter((value) => value !== '').join(', ')
  return {field, code: 'oneof', message: `${field} must be one of ${words}`}
}

function nameErrors(name: string): FieldError[] {
  const {nameLengthMax} = ASTRO_LIMITS
  const fits = name.length > 0 && measureLength(name) <= nameLengthMax
  return [
    ...unless(fits, 'name', 'length', `name must be 1 to ${nameLengthMax} characters long`),
    ...unless(isStorable(name), 'name', 'characters', `name ${NOT_STORABLE}`),
    // Astro accepts such a name. But no one sees it in a list, and no one wants it.
    ...unless(name === '' || !isBlank(name), 'name', 'blank', 'name must have a visible character'),
  ]
}

function descriptionErrors(description = ''): FieldError[] {
  return textErrors('description', description, ASTRO_LIMITS.descriptionLengthMax)
}

function textErrors(field: string, text: string, lengthMax: number): FieldError[] {
  return textFaults(text, lengthMax).map(({code, message}) => ({field, code, message: `${field} ${message}`}))
}

/**
 * Return what is wrong with a text for the store. Each message continues a sentence that begins
 * with the name of the field. `lengthMax` is in characters.
 */
export function textFaults(text: string, lengthMax: number): {code: string; message: string}[] {
  return [
    ...(measureLength(text) <= lengthMax
      ? []
      : [{code: 'max', message: `must be at most ${lengthMax} characters long`}]),
    ...(isStorable(text) ? [] : [{code: 'characters', message: NOT_STORABLE}]),
  ]
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

/**
 * One field can have thousands of errors. These limit how many are listed, and how many the message
 * has.
 */
const FIELD_ERRORS_MAX = 20
const NAMED_MAX = 5

export function invalidFields(fieldErrors: FieldError[]): AppError {
  const words = fieldErrors.slice(0, NAMED_MAX).map(({message}) => message)
  if (fieldErrors.length > NAMED_MAX) words.push(`and ${fieldErrors.length - NAMED_MAX} more`)
  return new AppError('INVALID', `Invalid request: ${words.join('; ')}`, {
    fieldErrors: fieldErrors.slice(0, FIELD_ERRORS_MAX),
    hint: 'Correct it, then run the command again',
  })
}
