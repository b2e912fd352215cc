import type {BaseCommand} from '../../src/cli/base-command.ts'
import type {COMMANDS} from '../../src/commands/index.ts'
import type {ErrorCode} from '../../src/errors/exit-codes.ts'
import type {Outcome} from '../../src/operations/tokens/bulk.ts'
import {
  CREATED_DELTASTREAM_ROLE,
  CREATED_DELTASTREAM_TOKEN,
  DELTASTREAM_IDENTITY,
  DELTASTREAM_ROLE,
  DELTASTREAM_TOKEN,
  DELTASTREAM_TOKEN_PLAN,
  DROPPED_DELTASTREAM_ROLE,
  DROPPED_DELTASTREAM_TOKEN,
  LISTED_DELTASTREAM_TOKEN,
  RENEWED_DELTASTREAM_TOKEN,
  STATEMENT_RESULT,
} from './deltastream-objects.ts'
import {ERROR_CODE} from './envelope.ts'
import {
  ACTIVE_ACCOUNT,
  CHANGED_DUCKLINGS,
  CREATED_MOTHERDUCK_USER,
  DELETED_MOTHERDUCK_TOKEN,
  DELETED_MOTHERDUCK_USER,
  DUCKLING_PLAN,
  DUCKLINGS,
  LISTED_MOTHERDUCK_TOKEN,
  MINTED_MOTHERDUCK_TOKEN,
  MOTHERDUCK_IDENTITY,
  MOTHERDUCK_TOKEN,
  MOTHERDUCK_TOKEN_PLAN,
  MOTHERDUCK_USER,
  ROTATED_MOTHERDUCK_TOKEN,
} from './motherduck-objects.ts'
import {
  ALREADY_GONE,
  CHANGED_TOKEN,
  CONTEXT,
  CREATED_ORGANIZATION,
  CUSTOM_ROLE,
  DELETED_TOKEN,
  DEPLOYMENT,
  EXIT_CODE,
  IDENTITY,
  INSPECTED_TOKEN,
  LISTED_TOKEN,
  MINTED_TOKEN,
  ORGANIZATION,
  PLAN,
  REVOKE_PLAN,
  REVOKED_TOKEN,
  ROLE,
  SERVICE_DEPLOYMENT,
  SERVICE_ORGANIZATION,
  SERVICE_USER,
  SERVICE_WORKSPACE,
  SIGNED_IN,
  SIGNED_OUT,
  STARTED_SERVICE,
  TARGET,
  TOKEN,
  TOKEN_ROLE,
  VENDOR_TOKEN,
  VERIFIED_TOKEN,
  WORKSPACE,
} from './objects.ts'
import {always, either, listOf, object, oneOf, optional, type Schema, text} from './schema.ts'

type Commands = typeof COMMANDS
type CommandOf<Id extends keyof Commands> = InstanceType<Awaited<ReturnType<Commands[Id]>>['default']>
/**
 * All but hidden commands, whose ids begin with `__`: programs call them, and they print no
 * document.
 */
type DocumentedId = Exclude<keyof Commands, `__${string}`>
type Results = {[Id in DocumentedId]: CommandOf<Id> extends BaseCommand<infer Result> ? Result : never}

const CHANGE = either(CHANGED_TOKEN, PLAN)
const REMOVAL = either(CHANGED_TOKEN, PLAN, ALREADY_GONE)

/** The schema of `result` under --json, by command id. A missing command is a type error. */
export const RESULTS: {[Id in keyof Results]: Schema<Results[Id]>} = {
  completion: object<Results['completion']>({
    shell: oneOf(['bash', 'zsh', 'fish', 'powershell']),
    script: text('What the shell reads'),
  }),
  'context:add': CONTEXT,
  'context:list': listOf(CONTEXT),
  'context:remove': CONTEXT,
  'context:show': listOf(TARGET),
  'context:use': CONTEXT,
  'deltastream:role:create': CREATED_DELTASTREAM_ROLE,
  'deltastream:role:drop': either(DROPPED_DELTASTREAM_ROLE, ALREADY_GONE),
  'deltastream:role:list': listOf(DELTASTREAM_ROLE),
  'deltastream:sql': listOf(STATEMENT_RESULT),
  'deltastream:token:create': CREATED_DELTASTREAM_TOKEN,
  'deltastream:token:drop': oneOrMany(either(DROPPED_DELTASTREAM_TOKEN, DELTASTREAM_TOKEN_PLAN, ALREADY_GONE)),
  'deltastream:token:get': DELTASTREAM_TOKEN,
  'deltastream:token:list': listOf(LISTED_DELTASTREAM_TOKEN),
  'deltastream:token:renew': either(RENEWED_DELTASTREAM_TOKEN, DELTASTREAM_TOKEN_PLAN),
  'deltastream:whoami': DELTASTREAM_IDENTITY,
  'deployment:list': listOf(DEPLOYMENT),
  'deployment:token:create': MINTED_TOKEN,
  'deployment:token:delete': oneOrMany(either(DELETED_TOKEN, PLAN, ALREADY_GONE)),
  'deployment:token:get': TOKEN,
  'deployment:token:list': listOf(LISTED_TOKEN),
  'deployment:token:organization-token:add': CHANGE,
  'deployment:token:organization-token:get': TOKEN,
  'deployment:token:organization-token:list': listOf(LISTED_TOKEN),
  'deployment:token:organization-token:remove': REMOVAL,
  'deployment:token:organization-token:update': CHANGE,
  'deployment:token:rotate': either(MINTED_TOKEN, PLAN),
  'deployment:token:update': CHANGE,
  'deployment:token:workspace-token:add': CHANGE,
  'deployment:token:workspace-token:get': TOKEN,
  'deployment:token:workspace-token:list': listOf(LISTED_TOKEN),
  'deployment:token:workspace-token:remove': REMOVAL,
  'deployment:token:workspace-token:update': CHANGE,
  help: object<Results['help']>({
    help: text('The help as it is printed'),
    exitCodes: optional(listOf(EXIT_CODE)),
    variables: optional(listOf(object<{name: string; meaning: string}>({name: text(), meaning: text()}))),
  }),
  login: SIGNED_IN,
  logout: SIGNED_OUT,
  'motherduck:account:list': listOf(ACTIVE_ACCOUNT),
  'motherduck:duckling:get': DUCKLINGS,
  'motherduck:duckling:set': either(CHANGED_DUCKLINGS, DUCKLING_PLAN),
  'motherduck:token:create': MINTED_MOTHERDUCK_TOKEN,
  'motherduck:token:delete': oneOrMany(either(DELETED_MOTHERDUCK_TOKEN, MOTHERDUCK_TOKEN_PLAN, ALREADY_GONE)),
  'motherduck:token:get': MOTHERDUCK_TOKEN,
  'motherduck:token:list': listOf(LISTED_MOTHERDUCK_TOKEN),
  'motherduck:token:rotate': either(ROTATED_MOTHERDUCK_TOKEN, MOTHERDUCK_TOKEN_PLAN),
  'motherduck:user:create': CREATED_MOTHERDUCK_USER,
  'motherduck:user:delete': either(DELETED_MOTHERDUCK_USER, ALREADY_GONE),
  'motherduck:user:list': listOf(MOTHERDUCK_USER),
  'motherduck:whoami': MOTHERDUCK_IDENTITY,
  'organization:list': listOf(ORGANIZATION),
  'organization:token:create': MINTED_TOKEN,
  'organization:token:delete': oneOrMany(either(DELETED_TOKEN, PLAN, ALREADY_GONE)),
  'organization:token:get': TOKEN,
  'organization:token:list': listOf(LISTED_TOKEN),
  'organization:token:roles': listOf(TOKEN_ROLE),
  'organization:token:rotate': either(MINTED_TOKEN, PLAN),
  'organization:token:update': CHANGE,
  'role:list': listOf(ROLE),
  'service:deployment:create': SERVICE_DEPLOYMENT,
  'service:deployment:delete': either(SERVICE_DEPLOYMENT, ALREADY_GONE),
  'service:deployment:list': listOf(SERVICE_DEPLOYMENT),
  'service:organization:create': CREATED_ORGANIZATION,
  'service:organization:delete': either(SERVICE_ORGANIZATION, ALREADY_GONE),
  'service:organization:list': listOf(SERVICE_ORGANIZATION),
  'service:role:create': CUSTOM_ROLE,
  'service:role:delete': either(CUSTOM_ROLE, ALREADY_GONE),
  'service:role:list': listOf(CUSTOM_ROLE),
  'service:start': STARTED_SERVICE,
  'service:user:create': SERVICE_USER,
  'service:user:delete': either(SERVICE_USER, ALREADY_GONE),
  'service:user:list': listOf(SERVICE_USER),
  'service:workspace:create': SERVICE_WORKSPACE,
  'service:workspace:delete': either(SERVICE_WORKSPACE, ALREADY_GONE),
  'service:workspace:list': listOf(SERVICE_WORKSPACE),
  'token:inspect': INSPECTED_TOKEN,
  'token:list': listOf(VENDOR_TOKEN),
  'token:revoke': either(REVOKED_TOKEN, REVOKE_PLAN, ALREADY_GONE),
  'token:verify': VERIFIED_TOKEN,
  whoami: listOf(IDENTITY),
  'workspace:list': listOf(WORKSPACE),
  'workspace:token:add': CHANGE,
  'workspace:token:create': MINTED_TOKEN,
  'workspace:token:delete': oneOrMany(either(DELETED_TOKEN, PLAN, ALREADY_GONE)),
  'workspace:token:get': TOKEN,
  'workspace:token:list': listOf(LISTED_TOKEN),
  'workspace:token:organization-token:add': CHANGE,
  'workspace:token:organization-token:get': TOKEN,
  'workspace:token:organization-token:list': listOf(LISTED_TOKEN),
  'workspace:token:organization-token:remove': REMOVAL,
  'workspace:token:organization-token:update': CHANGE,
  'workspace:token:rotate': either(MINTED_TOKEN, PLAN),
  'workspace:token:update': CHANGE,
}

/** If one of these fails, its document may have both `error` and `result`. */
export const RESULT_BESIDE_ERROR: ReadonlySet<string> = new Set<keyof Results>([
  'context:show',
  'deltastream:sql',
  'token:inspect',
  'token:list',
  'token:verify',
  'whoami',
])

/** The result for one token or, if several are named, what came of each. */
function oneOrMany<Result extends object>(result: Schema<Result>): Schema<Result | Outcome<Result>[]> {
  const wanted = text('The id or the name of the token, as it was given')
  const done = object<{wanted: string; ok: true; result: Result}>({wanted, ok: always(true), result} as never)
  const failed = object<{wanted: string; ok: false; error: {code: ErrorCode; message: string}}>({
    wanted,
    ok: always(false),
    error: object<{code: ErrorCode; message: string}>({code: ERROR_CODE, message: text()}),
  })
  return either(result, listOf(either(done, failed), 'If several tokens are named: one for each, in their order'))
}
