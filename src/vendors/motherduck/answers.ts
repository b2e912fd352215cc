import type {FieldError} from '../../errors/app-error.ts'
import {
  type Fields,
  present,
  readFields,
  readList,
  readOptionalNumber,
  readOptionalText,
  readOptionalTime,
  readText,
  readTime,
} from '../answer-fields.ts'
import type {VendorError} from '../http-errors.ts'
import type {
  ActiveAccount,
  ActiveAccountsAnswer,
  CreateTokenBody,
  DucklingsConfig,
  InstanceSize,
  MotherDuckMintedToken,
  MotherDuckToken,
  MotherDuckUser,
  MotherDuckUserName,
  ReadWriteDuckling,
  TokensAnswer,
  TokenType,
  UsersPage,
} from './api.ts'

// Parse what MotherDuck answers (contracts/motherduck.md, section 4). Each function throws for an
// answer without what tokenry uses. Unknown fields are left out. A value that MotherDuck may add
// one day, such as another size, is kept.

export function parseUserName(body: unknown): MotherDuckUserName {
  return {username: readText(readFields(body, 'the user'), 'username')}
}

export function parseUsersPage(body: unknown): UsersPage {
  const fields = readFields(body, 'the page')
  requireList(fields, 'users')
  const users = readList(fields, 'users', parseUser)
  return {
    users,
    total_count: readOptionalNumber(fields, 'total_count') ?? users.length,
    next_page_token: readOptionalText(fields, 'next_page_token') || null,
  }
}

function parseUser(body: unknown): MotherDuckUser {
  const fields = readFields(body, 'the user')
  return {
    id: readText(fields, 'id'),
    username: readText(fields, 'username'),
    email: readOptionalText(fields, 'email') ?? '',
    first_name: readOptionalText(fields, 'first_name') ?? null,
    last_name: readOptionalText(fields, 'last_name') ?? null,
    is_service_account: readFlag(fields, 'is_service_account'),
    is_deprovisioned: readFlag(fields, 'is_deprovisioned'),
    roles: readList(fields, 'roles', readRole),
  }
}

export function parseTokens(body: unknown): TokensAnswer {
  const fields = readFields(body, 'the list')
  requireList(fields, 'tokens')
  return {tokens: readList(fields, 'tokens', parseToken)}
}

function parseToken(body: unknown): MotherDuckToken {
  const fields = readFields(body, 'the token')
  const type = readText(fields, 'token_type')
  return {
    id: readText(fields, 'id'),
    ...present('name', readOptionalText(fields, 'name')),
    ...present('description', readOptionalText(fields, 'description') || undefined),
    created_ts: readTime(fields, 'created_ts'),
    ...present('expire_at', readExpiry(fields)),
    read_only: readOptionalFlag(fields, 'read_only') ?? type === 'read_scaling',
    token_type: type as TokenType,
  }
}

/**
 * Return a minted token. Throw without a secret: then the token exists, and no one has it. With a
 * secret, nothing else matters as much: a fact that cannot be read is the one that was asked for.
 * `now` is when the answer came, RFC 3339.
 */
export function parseMintedToken(body: unknown, asked: CreateTokenBody, now: string): MotherDuckMintedToken {
  const fields = readFields(body, 'the token')
  const secret = readText(fields, 'token')
  // One line of visible ASCII: anything else would break the output of --clean-output.
  if (!/^[!-~]+$/.test(secret)) throw new Error('token is not a secret')
  const known = {name: asked.name, ...present('description', asked.description)}
  try {
    return {...known, ...parseToken(body), token: secret}
  } catch {
    return {...known, ...salvageToken(fields, asked, now), token: secret}
  }
}

/** Read each fact of a token by itself. */
function salvageToken(fields: Fields, {ttl, token_type}: CreateTokenBody, now: string): MotherDuckToken {
  const salvage = <Value>(read: () => Value): Value | undefined => {
    try {
      return read()
    } catch {
      return undefined
    }
  }
  const type = salvage(() => readText(fields, 'token_type')) ?? token_type ?? 'read_write'
  const createdAt = salvage(() => readTime(fields, 'created_ts')) ?? now
  const expiresAt = salvage(() => readExpiry(fields))
  const asked = ttl === undefined ? undefined : new Date(Date.parse(createdAt) + ttl * 1000).toISOString()
  return {
    id: salvage(() => readText(fields, 'id')) ?? '',
    created_ts: createdAt,
    ...present('expire_at', expiresAt ?? asked?.replace(/\.\d+Z$/, 'Z')),
    read_only: type === 'read_scaling',
    token_type: type as TokenType,
  }
}

export function parseDucklings(body: unknown): DucklingsConfig {
  const fields = readFields(body, 'the configuration')
  const readScaling = readFields(fields['read_scaling'], 'read_scaling')
  const flockSize = readOptionalNumber(readScaling, 'flock_size')
  if (flockSize === undefined) throw new Error('flock_size is missing')
  return {
    read_write: parseDuckling(readFields(fields['read_write'], 'read_write')),
    read_scaling: {...parseDuckling(readScaling), flock_size: flockSize},
  }
}

function parseDuckling(fields: Fields): ReadWriteDuckling {
  return {
    instance_size: readText(fields, 'instance_size') as InstanceSize,
    ...present('cooldown_seconds', readOptionalNumber(fields, 'cooldown_seconds')),
  }
}

export function parseActiveAccounts(body: unknown): ActiveAccountsAnswer {
  const fields = readFields(body, 'the list')
  requireList(fields, 'accounts')
  return {accounts: readList(fields, 'accounts', parseActiveAccount)}
}

function parseActiveAccount(body: unknown): ActiveAccount {
  const fields = readFields(body, 'the account')
  return {
    username: readText(fields, 'username'),
    ducklings: readList(fields, 'ducklings', (each) => {
      const duckling = readFields(each, 'the duckling')
      return {id: readText(duckling, 'id'), type: readText(duckling, 'type'), status: readText(duckling, 'status')}
    }),
  }
}

/**
 * Return what an error body says (contracts/motherduck.md, section 3). Null for a body without
 * `code` and `message`: the vendor did not write it. An issue has no field of its own.
 */
export function parseError(body: unknown): VendorError | null {
  const {code, message, issues} = toFields(body)
  if (typeof code !== 'string' || typeof message !== 'string') return null
  const messages = (Array.isArray(issues) ? issues : [])
    .map((issue: unknown) => toFields(issue)['message'])
    .filter((text) => typeof text === 'string')
  return {
    message: [message, ...messages].filter((text) => text !== '').join(': '),
    vendorCode: code,
    fieldErrors: messages.map((text): FieldError => ({field: '', code: '', message: text})),
  }
}

/** Empty text counts as absent, as it does for the vendor's own clients. */
function readExpiry(fields: Fields): string | undefined {
  return fields['expire_at'] === '' ? undefined : readOptionalTime(fields, 'expire_at')
}

function readFlag(fields: Fields, name: string): boolean {
  return readOptionalFlag(fields, name) ?? false
}

function readOptionalFlag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw new Error(`${name} is not true or false`)
  return value
}

function readRole(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a role is not a text')
  return value
}

/** An answer without its list must not be reported as an empty list. */
function requireList(fields: Fields, name: string): void {
  if (!Array.isArray(fields[name])) throw new Error(`${name} is not a list`)
}

function toFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
