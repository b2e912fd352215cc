import {INSTANCE_SIZES, MOTHERDUCK_LIMITS, TOKEN_TYPES} from '../api.ts'

type Schema = Record<string, unknown>

const LIMITS = MOTHERDUCK_LIMITS
const TEXT = {type: 'string'}
const TIME = {type: 'string', format: 'date-time'}
const FLAG = {type: 'boolean'}
const NULLABLE_TEXT = {type: 'string', nullable: true}

const TOKEN_FIELDS = {
  id: {type: 'string', format: 'uuid'},
  name: TEXT,
  description: TEXT,
  created_ts: TIME,
  expire_at: TIME,
  read_only: FLAG,
  token_type: {type: 'string', enum: TOKEN_TYPES},
}
const TOKEN_REQUIRED = ['id', 'created_ts', 'read_only', 'token_type']

const DUCKLING_FIELDS = {
  instance_size: {type: 'string', enum: INSTANCE_SIZES},
  cooldown_seconds: {type: 'integer', minimum: LIMITS.cooldownSecondsMin, maximum: LIMITS.cooldownSecondsMax},
}

const SCHEMAS: Record<string, Schema> = {
  Error: object({code: TEXT, message: TEXT, issues: list(object({message: TEXT}, ['message']))}, ['code', 'message']),
  Username: object({username: TEXT}, ['username']),
  NewUser: object({username: {...TEXT, minLength: LIMITS.newUsernameLengthMin, maxLength: LIMITS.usernameLengthMax}}, [
    'username',
  ]),
  User: allRequired({
    id: TEXT,
    username: TEXT,
    email: TEXT,
    first_name: NULLABLE_TEXT,
    last_name: NULLABLE_TEXT,
    is_service_account: FLAG,
    is_deprovisioned: FLAG,
    roles: list(TEXT),
  }),
  Users: allRequired({users: list(ref('User')), total_count: {type: 'integer'}, next_page_token: NULLABLE_TEXT}),
  NewToken: object(
    {
      name: {...TEXT, minLength: 1, maxLength: LIMITS.nameLengthMax},
      ttl: {type: 'number', nullable: true, minimum: LIMITS.ttlSecondsMin, maximum: LIMITS.ttlSecondsMax},
      token_type: {type: 'string', enum: TOKEN_TYPES, default: 'read_write'},
      description: {...TEXT, maxLength: LIMITS.descriptionLengthMax},
    },
    ['name'],
  ),
  Token: object(TOKEN_FIELDS, TOKEN_REQUIRED),
  CreatedToken: object({token: TEXT, ...TOKEN_FIELDS}, ['token', ...TOKEN_REQUIRED]),
  Tokens: allRequired({tokens: list(ref('Token'))}),
  Empty: object({}, []),
  Ducklings: allRequired({
    read_write: object(DUCKLING_FIELDS, ['instance_size']),
    read_scaling: object({...DUCKLING_FIELDS, flock_size: {type: 'number', minimum: 0, maximum: LIMITS.flockSizeMax}}, [
      'instance_size',
      'flock_size',
    ]),
  }),
  NewDucklings: allRequired({config: ref('Ducklings')}),
  ActiveAccounts: allRequired({
    accounts: list(allRequired({username: TEXT, ducklings: list(allRequired({id: TEXT, type: TEXT, status: TEXT}))})),
  }),
}

const USERS_QUERY = {
  limit: {type: 'integer', minimum: 1, maximum: LIMITS.pageLimitMax, default: LIMITS.pageLimitDefault},
  offset: {type: 'integer', minimum: 0},
  page_token: TEXT,
  is_service_account: FLAG,
  is_deprovisioned: FLAG,
}

const PATHS = {
  '/v1/users': {
    get: {
      ...operation('users-list', 'Users'),
      parameters: Object.entries(USERS_QUERY).map(([name, schema]) => ({name, in: 'query', schema})),
    },
    post: operation('users-createServiceAccount', 'Username', 'NewUser'),
  },
  '/v1/users/{username}': {
    parameters: inPath('username'),
    delete: operation('users-delete', 'Username'),
  },
  '/v1/users/{username}/tokens': {
    parameters: inPath('username'),
    get: operation('users-listTokens', 'Tokens'),
    post: operation('users-createToken', 'CreatedToken', 'NewToken'),
  },
  '/v1/users/{username}/tokens/{token_id}': {
    parameters: inPath('username', 'token_id'),
    delete: operation('users-deleteToken', 'Empty'),
  },
  '/v1/users/{username}/instances': {
    parameters: inPath('username'),
    get: operation('ducklings-getDucklingConfigForUser', 'Ducklings'),
    put: operation('ducklings-setDucklingConfigForUser', 'Ducklings', 'NewDucklings'),
  },
  '/v1/active_accounts': {get: operation('activeAccounts-list', 'ActiveAccounts')},
}

/** Return the OpenAPI description of what this service answers. */
export function describeApi() {
  return {
    openapi: '3.0.3',
    info: {title: 'MotherDuck REST API', version: '1.0.0'},
    paths: PATHS,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {bearer: {type: 'http', scheme: 'bearer'}},
    },
    security: [{bearer: []}],
  }
}

function operation(operationId: string, answer: string, body?: string) {
  const errors = ['400', '401', '403', '404', '500'].map((status) => [status, content('Error')] as const)
  return {
    operationId,
    ...(body === undefined ? {} : {requestBody: {required: true, ...content(body)}}),
    responses: {
      200: {description: 'Success', ...content(answer)},
      ...Object.fromEntries(errors.map(([status, schema]) => [status, {description: 'Error', ...schema}])),
    },
  }
}

function content(schema: string) {
  return {content: {'application/json': {schema: ref(schema)}}}
}

function inPath(...names: string[]) {
  return names.map((name) => ({name, in: 'path', required: true, schema: TEXT}))
}

function ref(schema: string): Schema {
  return {$ref: `#/components/schemas/${schema}`}
}

function list(items: Schema): Schema {
  return {type: 'array', items}
}

function object(properties: Record<string, Schema>, required: string[]): Schema {
  return {type: 'object', properties, ...(required.length === 0 ? {} : {required})}
}

function allRequired(properties: Record<string, Schema>): Schema {
  return object(properties, Object.keys(properties))
}
