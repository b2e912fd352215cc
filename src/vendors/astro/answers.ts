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
  AstroDefaultRole,
  AstroDeployment,
  AstroMintedToken,
  AstroOrganization,
  AstroRole,
  AstroRolesPage,
  AstroSelfUser,
  AstroToken,
  AstroTokenRole,
  AstroWorkspace,
  Page,
  RoleEntityType,
  SubjectProfile,
  TokenKind,
  TokenScope,
} from './api.ts'

/**
 * Parse what Astro answers (contracts/astro.md, section 7). Each function throws for an answer
 * without what tokenry uses; other fields are not checked.
 */
export function parseToken(body: unknown): AstroToken {
  const fields = readFields(body, 'the token')
  return {
    id: readText(fields, 'id'),
    name: readText(fields, 'name'),
    description: readOptionalText(fields, 'description') ?? '',
    scope: readScope(fields),
    kind: readKind(fields),
    shortToken: readOptionalText(fields, 'shortToken') ?? '',
    startAt: readTime(fields, 'startAt'),
    ...present('endAt', readOptionalTime(fields, 'endAt')),
    ...present('expiryPeriodInDays', readDays(fields)),
    ...present('lastRotatedAt', readOptionalTime(fields, 'lastRotatedAt')),
    ...present('lastUsedAt', readOptionalTime(fields, 'lastUsedAt')),
    createdAt: readTime(fields, 'createdAt'),
    updatedAt: readTime(fields, 'updatedAt'),
    ...present('createdBy', parseProfile(fields['createdBy'])),
    ...present('updatedBy', parseProfile(fields['updatedBy'])),
    roles: readList(fields, 'roles', parseTokenRole),
  }
}

/**
 * Return a minted token. Throw without a secret: then the token exists, and no one has it. With a
 * secret, nothing else matters as much: a fact that cannot be read is the one that is `known` from
 * the request, or is left out.
 */
export function parseMintedToken(body: unknown, known: KnownFacts): AstroMintedToken {
  const fields = readFields(body, 'the token')
  const secret = readText(fields, 'token')
  // One line of visible ASCII: anything else would break the output of --clean-output.
  if (!/^[!-~]+$/.test(secret)) throw new Error('token is not a secret')
  try {
    return {...parseToken(body), token: secret}
  } catch {
    return {...salvageToken(fields, known), token: secret}
  }
}

/** What a request says of the token that it creates or rotates. */
export interface KnownFacts {
  id?: string
  name?: string
  description?: string
  scope?: TokenScope
  /** When the answer came, RFC 3339. */
  now: string
}

/** Read each fact of a token by itself. */
function salvageToken(fields: Fields, {id = '', name = '', description = '', scope, now}: KnownFacts): AstroToken {
  const salvage = <Value>(read: () => Value, fallback: Value): Value => {
    try {
      return read()
    } catch {
      return fallback
    }
  }
  const time = (field: string) => salvage(() => readOptionalTime(fields, field), undefined)
  return {
    id: salvage(() => readText(fields, 'id'), id),
    name: salvage(() => readText(fields, 'name'), name),
    description: salvage(() => readOptionalText(fields, 'description'), undefined) ?? description,
    scope: salvage(() => readScope(fields), scope ?? 'DEPLOYMENT'),
    kind: salvage(() => readKind(fields), 'STANDARD'),
    shortToken: salvage(() => readOptionalText(fields, 'shortToken'), undefined) ?? '',
    startAt: time('startAt') ?? now,
    createdAt: time('createdAt') ?? now,
    updatedAt: time('updatedAt') ?? now,
    ...present('endAt', time('endAt')),
    ...present('lastRotatedAt', time('lastRotatedAt')),
    roles: salvage(() => readList(fields, 'roles', parseTokenRole), []),
  }
}

export function parseTokensPage(body: unknown): Page<'tokens', AstroToken> {
  return parsePage('tokens', body, parseToken)
}

export function parseOrganization(body: unknown): AstroOrganization {
  const {product, ...fields} = parseNamed<AstroOrganization>(body)
  // Optional, and a product that Astro adds one day must not make a list fail.
  return {...fields, product: readOptionalText({product}, 'product') as AstroOrganization['product']}
}

export function parseOrganizationsPage(body: unknown): Page<'organizations', AstroOrganization> {
  return parsePage('organizations', body, parseOrganization)
}

export function parseWorkspace(body: unknown): AstroWorkspace {
  return parseDescribed<AstroWorkspace>(body)
}

export function parseWorkspacesPage(body: unknown): Page<'workspaces', AstroWorkspace> {
  return parsePage('workspaces', body, parseWorkspace)
}

/**
 * Return the fields that tokenry uses, no others: `deployment list` prints a deployment as it is.
 */
export function parseDeployment(body: unknown): AstroDeployment {
  const fields = readFields(body, 'the deployment')
  return {
    ...readNamed(fields),
    workspaceId: readText(fields, 'workspaceId'),
    ...present('workspaceName', readOptionalText(fields, 'workspaceName')),
    ...present('organizationId', readOptionalText(fields, 'organizationId')),
    ...present('status', readOptionalText(fields, 'status')),
  }
}

export function parseDeploymentsPage(body: unknown): Page<'deployments', AstroDeployment> {
  return parsePage('deployments', body, parseDeployment)
}

export function parseRolesPage(body: unknown): AstroRolesPage {
  const page = parsePage('roles', body, (role) => {
    readText(readFields(role, 'the role'), 'scopeType')
    return parseDescribed<AstroRole>(role)
  })
  const fields = readFields(body, 'the page')
  return fields['defaultRoles'] === undefined
    ? page
    : {...page, defaultRoles: readList(fields, 'defaultRoles', parseDefaultRole)}
}

export function parseSelf(body: unknown): AstroSelfUser {
  const fields = readFields(body, 'the user')
  return {
    ...(fields as unknown as AstroSelfUser),
    id: readText(fields, 'id'),
    username: readText(fields, 'username'),
    fullName: readOptionalText(fields, 'fullName') ?? '',
  }
}

/**
 * Return what an error body says (contracts/astro.md, 5.2). Null if a field that Astro always sends
 * is missing: then the body is from a gateway or a proxy, which also writes `message`. Wrong field
 * errors are left out: the message is worth more.
 */
export function parseError(body: unknown): VendorError | null {
  const {message, requestId, statusCode, fieldErrors} = orNoFields(body)
  if (typeof message !== 'string' || typeof requestId !== 'string' || !Number.isInteger(statusCode)) return null
  return {
    message,
    requestId,
    fieldErrors: (Array.isArray(fieldErrors) ? fieldErrors : []).map((each: unknown) => {
      const {field, code, message} = orNoFields(each)
      return {field: orEmpty(field), code: orEmpty(code), message: orEmpty(message)}
    }),
  }
}

function orNoFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function orEmpty(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A scope that Astro adds one day must not make a list fail. */
function readScope(fields: Fields): TokenScope {
  return readText(fields, 'scope') as TokenScope
}

/** Nor must a kind. */
function readKind(fields: Fields): TokenKind {
  return (readOptionalText(fields, 'kind') ?? 'STANDARD') as TokenKind
}

/** Undefined too for a number with which no time can be computed. */
function readDays(fields: Fields): number | undefined {
  const days = readOptionalNumber(fields, 'expiryPeriodInDays')
  return days !== undefined && Number.isInteger(days) && days > 0 && days <= 1_000_000 ? days : undefined
}

/** Keeps fields that tokenry does not know: a role set is written back as a whole. */
function parseTokenRole(body: unknown): AstroTokenRole {
  const fields = readFields(body, 'the role')
  requireShallow(fields, ROLE_DEPTH_MAX)
  return {
    ...fields,
    // A type that Astro adds one day must neither make a list fail nor be lost in a write.
    entityType: readText(fields, 'entityType') as RoleEntityType,
    entityId: readText(fields, 'entityId'),
    role: readText(fields, 'role'),
  }
}

/** Unknown fields of a role are kept. Deeper ones could not be written as JSON again. */
const ROLE_DEPTH_MAX = 20

function requireShallow(value: unknown, depthMax: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depthMax === 0) throw new Error('a role is nested too deep')
  for (const each of Object.values(value)) requireShallow(each, depthMax - 1)
}

function parseDefaultRole(body: unknown): AstroDefaultRole {
  const fields = readFields(body, 'the role')
  return {
    name: readText(fields, 'name'),
    scopeType: readText(fields, 'scopeType'),
    description: readOptionalText(fields, 'description') ?? '',
  }
}

function parseProfile(body: unknown): SubjectProfile | undefined {
  if (body === undefined || body === null) return undefined
  const fields = readFields(body, 'the profile')
  return {
    id: readText(fields, 'id'),
    ...present('subjectType', readOptionalText(fields, 'subjectType') as SubjectProfile['subjectType']),
    ...present('fullName', readOptionalText(fields, 'fullName')),
    ...present('username', readOptionalText(fields, 'username')),
    ...present('apiTokenName', readOptionalText(fields, 'apiTokenName')),
  }
}

/** The fields that every entity has; the others as they are. */
function parseNamed<Entity extends Named>(body: unknown): Entity {
  const fields = readFields(body, 'the entity')
  return {...(fields as unknown as Entity), ...readNamed(fields)}
}

interface Named {
  id: string
  name: string
  createdAt: string
  updatedAt: string
}

function readNamed(fields: Fields): Named {
  return {
    id: readText(fields, 'id'),
    name: readText(fields, 'name'),
    createdAt: readTime(fields, 'createdAt'),
    updatedAt: readTime(fields, 'updatedAt'),
  }
}

/** Null, as for any optional text, is none. */
function parseDescribed<Entity extends AstroWorkspace | AstroRole>(body: unknown): Entity {
  const entity = parseNamed<Entity>(body)
  return {...entity, description: readOptionalText(readFields(body, 'the entity'), 'description') ?? ''}
}

function parsePage<Name extends string, Item>(
  name: Name,
  body: unknown,
  parseItem: (item: unknown) => Item,
): Page<Name, Item> {
  const fields = readFields(body, 'the page')
  if (!Array.isArray(fields[name])) throw new Error(`${name} is not a list`)
  const items = readList(fields, name, parseItem)
  const page = {
    limit: readOptionalNumber(fields, 'limit') ?? items.length,
    offset: readOptionalNumber(fields, 'offset') ?? 0,
    totalCount: readCount(fields),
  }
  return {[name]: items, ...page} as Page<Name, Item>
}

function readCount(fields: Fields): number {
  const count = readOptionalNumber(fields, 'totalCount')
  if (count === undefined || count < 0) throw new Error('totalCount is missing')
  return count
}
