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
  return parseNamed<AstroOrganization>(body)
}

export function parseOrganizationsPage(body: unknown): Page<'organizations', AstroOrganization> {
  return parsePage('organizations', body, parseOrganization)
}

export function parseWorkspace(body: unknown): AstroWorkspace {
  return parseNamed<AstroWorkspace>(body)
}

export function parseWorkspacesPage(body: unknown): Page<'workspaces', AstroWorkspace> {
  return parsePage('workspaces', body, parseWorkspace)
}

export function parseDeployment(body: unknown): AstroDeployment {
  readText(readFields(body, 'the deployment'), 'workspaceId')
  return parseNamed<AstroDeployment>(body)
}

export function parseDeploymentsPage(body: unknown): Page<'deployments', AstroDeployment> {
  return parsePage('deployments', body, parseDeployment)
}

export function parseRolesPage(body: unknown): AstroRolesPage {
  const page = parsePage('roles', body, (role) => {
    readText(readFields(role, 'the role'), 'scopeType')
    return parseNamed<AstroRole>(role)
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

/** Return what an error body says (contracts/astro.md, 5.2); null for a body without a message. */
export function parseError(body: unknown): VendorError | null {
  try {
    const fields = readFields(body, 'the error')
    return {
      message: readText(fields, 'message'),
      ...present('requestId', readOptionalText(fields, 'requestId')),
      fieldErrors: readList(fields, 'fieldErrors', (error) => {
        const each = readFields(error, 'the field error')
        return {
          field: readOptionalText(each, 'field') ?? '',
          code: readOptionalText(each, 'code') ?? '',
          message: readOptionalText(each, 'message') ?? '',
        }
      }),
    }
  } catch {
    return null
  }
}

/** Keeps fields that tokenry does not know: a role set is written back as a whole. */
function parseTokenRole(body: unknown): AstroTokenRole {
  const fields = readFields(body, 'the role')
  return {
    ...fields,
    // An entity that Astro adds one day must not make a list, or a create, fail.
    entityType: readText(fields, 'entityType') as AstroTokenRole['entityType'],
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
function parseNamed<Entity extends {id: string; name: string; createdAt: string; updatedAt: string}>(
  body: unknown,
): Entity {
  const fields = readFields(body, 'the entity')
  const named = {
    id: readText(fields, 'id'),
    name: readText(fields, 'name'),
    createdAt: readTime(fields, 'createdAt'),
    updatedAt: readTime(fields, 'updatedAt'),
  }
  return {...(fields as unknown as Entity), ...named}
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
