import * as z from 'zod'
import type {FieldError} from '../../../errors/app-error.ts'
import {bodyText} from '../../../service/http/body.ts'
import type {RequestContext} from '../../../service/http/dialect.ts'
import {
  AGENT_TOKEN_SORT_FIELDS,
  ASTRO_LIMITS,
  ASTRONOMER_PRODUCTS,
  DIRECTORY_SORT_FIELDS,
  ORGANIZATION_PRODUCTS,
  type PageRequest,
  PRODUCT_PLANS,
  ROLE_ENTITY_TYPES,
  ROLE_SCOPE_TYPES,
  ROLE_SORT_FIELDS,
  type Sorts,
  TOKEN_KINDS,
  TOKEN_SCOPES,
  TOKEN_SORT_FIELDS,
} from '../api.ts'
import {explainChoices, invalidFields, textFaults} from '../validate.ts'

/** Return a segment of the path. */
export function param(c: RequestContext, name: 'org' | 'workspace' | 'deployment' | 'token'): string {
  return c.req.param(name) ?? ''
}

/**
 * Return the query parameters that are in `schema`; others are ignored. INVALID, with the names of
 * the parameters, for a wrong value or a repeated parameter. An empty page or sort order means the
 * default. An empty filter is refused or finds nothing; it never means "no filter".
 */
export function readQuery<Shape extends z.ZodRawShape>(c: RequestContext, schema: z.ZodObject<Shape>) {
  // To parse a URL takes longer than to check a short query.
  if (!c.env.target.includes('?')) return check(schema, {})
  const {searchParams} = new URL(c.req.url)
  const given = Object.keys(schema.shape).filter((name) => searchParams.has(name))
  return check(schema, Object.fromEntries(given.map((name) => [name, searchParams.getAll(name)])))
}

/**
 * Return the JSON body, with any Content-Type. Unknown fields are ignored. INVALID, with the names
 * of the fields, for a body that is not JSON or does not match the schema.
 */
export async function readJson<Shape extends z.ZodRawShape>(c: RequestContext, schema: z.ZodObject<Shape>) {
  const text = bodyText(c)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw invalidFields([{field: 'body', code: 'json', message: 'the body must be JSON'}])
  }
  return check(schema, body)
}

function check<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, input: unknown) {
  const {success, data, error} = schema.safeParse(input)
  if (!success) throw invalidFields(error.issues.map((issue) => toFieldError(issue, input)))
  return withoutUndefined(data)
}

type WithoutUndefined<T> = {[K in keyof T]: Exclude<T[K], undefined>}

/** Remove fields that are undefined: the types of the API require that they are absent. */
function withoutUndefined<T extends object>(fields: T): WithoutUndefined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as WithoutUndefined<T>
}

function toFieldError(issue: z.core.$ZodIssue, input: unknown): FieldError {
  const field = issue.path.join('.') || 'body'
  const missing = issue.code === 'invalid_type' && valueAt(input, issue.path) === undefined
  if (missing) return {field, code: 'required', message: `${field} is required`}
  if (issue.code === 'invalid_type') return {field, code: 'type', message: `${field} must be of type ${issue.expected}`}
  if (issue.code === 'invalid_value') return explainChoices(field, issue.values)
  const code = issue.code === 'custom' ? String(issue.params?.['code'] ?? 'invalid') : 'invalid'
  return {field, code, message: `${field} ${issue.message}`}
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (Object(value) as Record<PropertyKey, unknown>)[key], input)
}

/** Return the schema of a parameter that may be given at most once. */
function once<Schema extends z.ZodType<unknown, string>>(schema: Schema) {
  return z
    .array(z.string())
    .length(1, 'must be given once')
    .transform(([value]) => value ?? '')
    .pipe(schema)
    .optional()
}

const wholeNumber = once(
  z
    .string()
    .regex(/^\d*$/, 'must be a whole number from 0')
    .transform((digits) => (digits === '' ? undefined : Number(digits))),
)
const PAGE = {limit: wholeNumber, offset: wholeNumber} satisfies Record<keyof PageRequest, z.ZodType>

const flag = once(z.enum(['true', 'false']).transform((word) => word === 'true'))
const word = once(z.string())
const words = z.array(z.string()).optional()

function readSorts<Field extends string>(fields: readonly Field[]) {
  const known = fields.flatMap((field) => [
    {key: `${field}:asc`, sort: {field, descending: false}},
    {key: `${field}:desc`, sort: {field, descending: true}},
  ])
  return z
    .array(z.enum(['', ...known.map(({key}) => key)]))
    .transform(
      (keys): Sorts<Field> => keys.flatMap((key) => known.filter((each) => each.key === key)).map(({sort}) => sort),
    )
    .optional()
}

export const ORGANIZATIONS_QUERY = z.object({
  ...PAGE,
  product: once(z.enum(ORGANIZATION_PRODUCTS)),
  productPlan: once(z.enum(PRODUCT_PLANS)),
  astronomerProduct: once(z.enum(ASTRONOMER_PRODUCTS)),
  sorts: readSorts(DIRECTORY_SORT_FIELDS),
})

export const WORKSPACES_QUERY = z.object({
  ...PAGE,
  workspaceIds: words,
  names: words,
  sorts: readSorts(DIRECTORY_SORT_FIELDS),
})

export const DEPLOYMENTS_QUERY = z.object({
  ...PAGE,
  deploymentIds: words,
  names: words,
  workspaceIds: words,
  sorts: readSorts(DIRECTORY_SORT_FIELDS),
})

export const ROLES_QUERY = z.object({
  ...PAGE,
  includeDefaultRoles: flag,
  scopeTypes: z.array(z.enum(ROLE_SCOPE_TYPES)).optional(),
  sorts: readSorts(ROLE_SORT_FIELDS),
})

export const TOKENS_QUERY = z.object({
  ...PAGE,
  workspaceId: word,
  deploymentId: word,
  dagId: word,
  dagTags: words,
  includeOnlyOrganizationTokens: flag,
  kind: once(z.enum(TOKEN_KINDS)),
  sorts: readSorts(TOKEN_SORT_FIELDS),
})

export const AGENT_TOKENS_QUERY = z.object({...PAGE, sorts: readSorts(AGENT_TOKEN_SORT_FIELDS)})

/** Return the schema of an optional field of a body. Null means the same as an absent field. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined)
}

const DESCRIBED = {
  name: z.string(),
  description: optional(z.string()),
}

export const CREATE_TOKEN_BODY = z.object({
  ...DESCRIBED,
  role: z.string(),
  scope: z.enum(TOKEN_SCOPES),
  entityId: optional(z.string()),
  kind: optional(z.enum(TOKEN_KINDS)),
  tokenExpiryPeriodInDays: optional(z.number()),
})

export const CREATE_AGENT_TOKEN_BODY = z.object({...DESCRIBED, tokenExpiryPeriodInDays: optional(z.number())})

export const UPDATE_TOKEN_BODY = z.object(DESCRIBED)

/** Return the schema of a text of at most `lengthMax` characters. */
function text(lengthMax: number) {
  return z.string().check(({value, issues}) => {
    for (const {code, message} of textFaults(value, lengthMax)) {
      issues.push({code: 'custom', message, params: {code}, input: value})
    }
  })
}

const ROLE = z
  .object({
    entityType: z.enum(ROLE_ENTITY_TYPES),
    entityId: text(ASTRO_LIMITS.idLengthMax),
    role: text(ASTRO_LIMITS.roleLengthMax),
    deploymentId: optional(text(ASTRO_LIMITS.idLengthMax)),
  })
  // Go clients write an empty text for an absent id.
  .transform(({deploymentId, ...role}) => (deploymentId ? {...role, deploymentId} : role))

export const ROLES_BODY = z.object({
  // The entries are counted before any of them is checked.
  roles: z
    .array(z.unknown())
    .max(ASTRO_LIMITS.rolesMax, `must have at most ${ASTRO_LIMITS.rolesMax} entries`)
    .pipe(z.array(ROLE)),
})
