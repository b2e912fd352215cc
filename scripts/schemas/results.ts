import type {BaseCommand} from '../../src/cli/base-command.ts'
import type {COMMANDS} from '../../src/commands/index.ts'
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
  VERIFIED_TOKEN,
  WORKSPACE,
} from './objects.ts'
import {either, listOf, object, oneOf, optional, type Schema, text} from './schema.ts'

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
  'deployment:list': listOf(DEPLOYMENT),
  'deployment:token:create': MINTED_TOKEN,
  'deployment:token:delete': either(DELETED_TOKEN, PLAN, ALREADY_GONE),
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
  'organization:list': listOf(ORGANIZATION),
  'organization:token:create': MINTED_TOKEN,
  'organization:token:delete': either(DELETED_TOKEN, PLAN, ALREADY_GONE),
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
  'token:revoke': either(REVOKED_TOKEN, REVOKE_PLAN, ALREADY_GONE),
  'token:verify': VERIFIED_TOKEN,
  whoami: listOf(IDENTITY),
  'workspace:list': listOf(WORKSPACE),
  'workspace:token:add': CHANGE,
  'workspace:token:create': MINTED_TOKEN,
  'workspace:token:delete': either(DELETED_TOKEN, PLAN, ALREADY_GONE),
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

/** Checks: if one fails, its document has both `error` and `result`. */
export const RESULT_BESIDE_ERROR: ReadonlySet<string> = new Set<keyof Results>([
  'context:show',
  'token:inspect',
  'token:verify',
  'whoami',
])
