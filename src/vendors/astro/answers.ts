import {
  type Fields,
  present,
  readChoice,
  readFields,
  readList,
  readOptionalNumber,
  readOptionalText,
  readOptionalTime,
  readText,
  readTime,
} from '../answer-fields.ts'
import type {VendorError} from '../http-errors.ts'
import {
  type AstroDefaultRole,
  type AstroDeployment,
  type AstroMintedToken,
  type AstroOrganization,
  type AstroRole,
  type AstroRolesPage,
  type AstroSelfUser,
  type AstroToken,
  type AstroTokenRole,
  type AstroWorkspace,
  type Page,
  type RoleEntityType,
  type SubjectProfile,
  TOKEN_SCOPES,
  type TokenKind,
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
    scope: readChoice(fields, 'scope', TOKEN_SCOPES),
    // A kind that Astro adds one day must not make a list fail.
    kind: (readOptionalText(fields, 'kind') ?? 'STANDARD') as TokenKind,
    shortToken: readOptionalText(fields, 'shortToken') ?? '',
    startAt: readTime(fields, 'startAt'),
    ...present('endAt', readOptionalTime(fields, 'endAt')),
    ...present('expiryPeriodInDays', readOptionalNumber(fields, 'expiryPeriodInDays')),
    ...present('lastRotatedAt', readOptionalTime(fields, 'lastRotatedAt')),
    ...present('lastUsedAt', readOptionalTime(fields, 'lastUsedAt')),
    createdAt: readTime(fields, 'createdAt'),
    updatedAt: readTime(fields, 'updatedAt'),
    ...present('createdBy', parseProfile(fields['createdBy'])),
    ...present('updatedBy', parseProfile(fields['updatedBy'])),
    roles: readList(fields, 'roles', parseTokenRole),
  }
}

/** Throws without a secret too: then the token exists, and no one has it. */
export function parseMintedToken(body: unknown): AstroMintedToken {
  const secret = readText(readFields(body, 'the token'), 'token')
  // One line of visible ASCII: anything else would break the output of --clean-output.
  if (!/^[!-~]+$/.test(secret)) throw new Error('token is not a secret')
  return {...parseToken(body), token: secret}
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
    organizationId: readText(fields, 'organizationId'),
    status: readText(fields, 'status'),
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
 * Return what an error body says (contracts/astro.md, 5.2); null for a body without a message. What
 * is not of the described type is left out: the message is worth more.
 */
export function parseError(body: unknown): VendorError | null {
  const {message, requestId, fieldErrors} = orNoFields(body)
  if (typeof message !== 'string') return null
  return {
    message,
    ...(typeof requestId === 'string' ? {requestId} : {}),
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

/** Keeps fields that tokenry does not know: a role set is written back as a whole. */
function parseTokenRole(body: unknown): AstroTokenRole {
  const fields = readFields(body, 'the role')
  return {
    ...fields,
    // A type that Astro adds one day must neither make a list fail nor be lost in a write.
    entityType: readText(fields, 'entityType') as RoleEntityType,
    entityId: readText(fields, 'entityId'),
    role: readText(fields, 'role'),
  }
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
