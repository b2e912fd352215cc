import {AppError, type FieldError} from '../../errors/app-error.ts'
import {isBlank} from '../../lib/invisible.ts'
import {isStorable, measureLength, NOT_STORABLE} from '../../lib/storable.ts'
import {
  type CreateTokenBody,
  type CreateUserBody,
  type DucklingsConfig,
  INSTANCE_SIZES,
  type InstanceSize,
  MOTHERDUCK_LIMITS,
  RESERVED_TOKEN_NAMES,
  type ReadScalingDuckling,
  type ReadWriteDuckling,
  SIZE_WITHOUT_COOLDOWN,
  TOKEN_TYPES,
} from './api.ts'

// The parsers return only the fields of the API: MotherDuck ignores the others. They throw INVALID,
// with every wrong field, for a body that MotherDuck would refuse (contracts/motherduck.md,
// sections 2 and 4). They check what a client sends and what a server receives.

export function parseCreateUserBody(body: unknown): CreateUserBody {
  const {username} = readBody(body)
  refuse(newUsernameErrors(username))
  return {username: username as string}
}

/** A `ttl` of null counts as absent, and so does an empty description. */
export function parseCreateTokenBody(body: unknown): CreateTokenBody {
  const {name, ttl, token_type: type, description} = readBody(body)
  refuse([
    ...nameErrors(name),
    ...ttlErrors(ttl),
    ...choiceErrors('token_type', type),
    ...descriptionErrors(description),
  ])
  return {
    name: name as string,
    ...(isAbsent(ttl) ? {} : {ttl: ttl as number}),
    ...(type === undefined ? {} : {token_type: type as NonNullable<CreateTokenBody['token_type']>}),
    ...(isAbsent(description) || description === '' ? {} : {description: description as string}),
  }
}

/** Return the configuration of the body of a PUT: `{config: …}`. */
export function parseDucklingsBody(body: unknown): DucklingsConfig {
  const {config} = readBody(body)
  if (config === undefined) throw invalidFields([required('config')])
  return parseDucklingsConfig(config)
}

export function parseDucklingsConfig(config: unknown): DucklingsConfig {
  const parts = toFields(config)
  if (!parts) throw invalidFields([wrongType('config', 'object')])
  const {read_write: readWrite, read_scaling: readScaling} = parts
  refuse([...ducklingErrors('read_write', readWrite), ...ducklingErrors('read_scaling', readScaling)])
  const {flock_size} = readScaling as ReadScalingDuckling
  return {read_write: toDuckling(readWrite), read_scaling: {...toDuckling(readScaling), flock_size}}
}

/** Throw INVALID for a text that cannot be a user in a path. */
export function checkUsername(username: string): void {
  const {usernameLengthMax: max} = MOTHERDUCK_LIMITS
  const length = measureLength(username)
  const isSegment = !['', '.', '..'].includes(username) && isStorable(username)
  refuse([
    ...unless(length <= max, 'username', 'length', `username must be 1 to ${max} characters long`),
    ...unless(isSegment, 'username', 'path', 'username must be a name, and not a part of a path'),
  ])
}

/** Return the name in one case: usernames are compared without it (contracts/motherduck.md, 2). */
export function foldUsername(username: string): string {
  return username.normalize('NFC').toLowerCase()
}

export function invalidFields(fieldErrors: FieldError[]): AppError {
  const words = fieldErrors.map(({message}) => message).join('; ')
  return new AppError('INVALID', `Invalid request: ${words}`, {
    fieldErrors,
    hint: 'Correct it, then run the command again',
  })
}

/** The published schema allows one character. The service demands three (section 2). */
function newUsernameErrors(username: unknown): FieldError[] {
  if (username === undefined) return [required('username')]
  if (typeof username !== 'string') return [wrongType('username', 'string')]
  const {newUsernameLengthMin: min, usernameLengthMax: max} = MOTHERDUCK_LIMITS
  const length = measureLength(username)
  return [
    ...unless(
      length >= min && length <= max,
      'username',
      'length',
      `username must be ${min} to ${max} characters long`,
    ),
    ...unless(
      username === '' || /^\p{L}[\p{L}\p{Nd}_]*$/u.test(username),
      'username',
      'characters',
      'username must begin with a letter and hold only letters, digits and _',
    ),
  ]
}

function nameErrors(name: unknown): FieldError[] {
  if (name === undefined) return [required('name')]
  if (typeof name !== 'string') return [wrongType('name', 'string')]
  const {nameLengthMax} = MOTHERDUCK_LIMITS
  const fits = name.length > 0 && measureLength(name) <= nameLengthMax
  return [
    ...unless(fits, 'name', 'length', `name must be 1 to ${nameLengthMax} characters long`),
    ...unless(isStorable(name), 'name', 'characters', `name ${NOT_STORABLE}`),
    ...unless(name === '' || !isBlank(name), 'name', 'blank', 'name must have a visible character'),
    ...unless(!RESERVED_TOKEN_NAMES.includes(name), 'name', 'reserved', `name ${name} is reserved by MotherDuck`),
  ]
}

function descriptionErrors(description: unknown): FieldError[] {
  if (isAbsent(description) || description === '') return []
  if (typeof description !== 'string') return [wrongType('description', 'string')]
  const {descriptionLengthMax: max} = MOTHERDUCK_LIMITS
  return [
    ...unless(
      measureLength(description) <= max,
      'description',
      'length',
      `description must be at most ${max} characters long`,
    ),
    ...unless(isStorable(description), 'description', 'characters', `description ${NOT_STORABLE}`),
    ...unless(!isBlank(description), 'description', 'blank', 'description must have a visible character'),
  ]
}

function ttlErrors(ttl: unknown): FieldError[] {
  if (isAbsent(ttl)) return []
  if (typeof ttl !== 'number') return [wrongType('ttl', 'number')]
  const {ttlSecondsMin: min, ttlSecondsMax: max} = MOTHERDUCK_LIMITS
  return unless(isWhole(ttl, min, max), 'ttl', 'range', `ttl must be a whole number of seconds from ${min} to ${max}`)
}

function choiceErrors(field: 'token_type', value: unknown): FieldError[] {
  if (value === undefined) return []
  return unless(isOneOf(TOKEN_TYPES, value), field, 'oneof', `${field} must be one of ${TOKEN_TYPES.join(', ')}`)
}

function ducklingErrors(field: 'read_write' | 'read_scaling', value: unknown): FieldError[] {
  if (value === undefined) return [required(field)]
  const fields = toFields(value)
  if (!fields) return [wrongType(field, 'object')]
  const {instance_size: size, cooldown_seconds: cooldown, flock_size: flock} = fields
  return [
    ...sizeErrors(`${field}.instance_size`, size),
    ...(field === 'read_scaling' ? flockErrors(`${field}.flock_size`, flock) : []),
    ...cooldownErrors(`${field}.cooldown_seconds`, cooldown, size),
  ]
}

function sizeErrors(field: string, size: unknown): FieldError[] {
  if (size === undefined) return [required(field)]
  return unless(isOneOf(INSTANCE_SIZES, size), field, 'oneof', `${field} must be one of ${INSTANCE_SIZES.join(', ')}`)
}

/**
 * The API describes a number. But `md` cannot read a fraction (section 2), and nothing runs one.
 */
function flockErrors(field: string, flock: unknown): FieldError[] {
  if (flock === undefined) return [required(field)]
  if (typeof flock !== 'number') return [wrongType(field, 'number')]
  const {flockSizeMax: max} = MOTHERDUCK_LIMITS
  return unless(isWhole(flock, 0, max), field, 'range', `${field} must be a whole number from 0 to ${max}`)
}

function cooldownErrors(field: string, cooldown: unknown, size: unknown): FieldError[] {
  if (isAbsent(cooldown)) return []
  if (typeof cooldown !== 'number') return [wrongType(field, 'number')]
  if (size === SIZE_WITHOUT_COOLDOWN) {
    return [{field, code: 'pulse', message: `${field} cannot be set for Pulse instances`}]
  }
  const {cooldownSecondsMin: min, cooldownSecondsMax: max} = MOTHERDUCK_LIMITS
  return unless(
    isWhole(cooldown, min, max),
    field,
    'range',
    `${field} must be a whole number of seconds from ${min} to ${max}`,
  )
}

/** Return the fields of a duckling that was checked. */
function toDuckling(value: unknown): ReadWriteDuckling {
  const {instance_size, cooldown_seconds} = value as {
    instance_size: InstanceSize
    cooldown_seconds?: number | null
  }
  return {instance_size, ...(isAbsent(cooldown_seconds) ? {} : {cooldown_seconds})}
}

function readBody(body: unknown): Record<string, unknown> {
  const fields = toFields(body)
  if (!fields) throw invalidFields([{field: 'body', code: 'type', message: 'the body must be a JSON object'}])
  return fields
}

function toFields(value: unknown): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return value as Record<string, unknown>
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}

function isOneOf(values: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && values.includes(value)
}

function required(field: string): FieldError {
  return {field, code: 'required', message: `${field} is required`}
}

function wrongType(field: string, type: string): FieldError {
  return {field, code: 'type', message: `${field} must be of type ${type}`}
}

function unless(valid: boolean, field: string, code: string, message: string): FieldError[] {
  return valid ? [] : [{field, code, message}]
}

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw invalidFields(errors)
}
