import type {BaseCommand} from '../../src/cli/base-command.ts'
import type {COMMANDS} from '../../src/commands/index.ts'
import {
  CHANGED_TOKEN,
  CREATED_ORGANIZATION,
  CUSTOM_ROLE,
  DELETED_TOKEN,
  DEPLOYMENT,
  EXIT_CODE,
  INSPECTED_TOKEN,
  LISTED_TOKEN,
  minted,
  ORGANIZATION,
  PLAN,
  ROLE,
  SERVICE_DEPLOYMENT,
  SERVICE_ORGANIZATION,
  SERVICE_USER,
  SERVICE_WORKSPACE,
  STARTED_SERVICE,
  TOKEN,
  TOKEN_ROLE,
  VERIFIED_TOKEN,
  WORKSPACE,
} from './objects.ts'
import {either, listOf, object, oneOf, optional, type Schema, text} from './schema.ts'

type Commands = typeof COMMANDS
type CommandOf<Id extends keyof Commands> = InstanceType<Awaited<ReturnType<Commands[Id]>>['default']>
type Results = {[Id in keyof Commands]: CommandOf<Id> extends BaseCommand<infer Result> ? Result : never}

const CHANGE = either(CHANGED_TOKEN, PLAN)

/** What `result` is under --json, by the id of the command; a command that is missing fails a test. */
export const RESULTS: {[Id in keyof Results]: Schema<Results[Id]>} = {
  completion: object<Results['completion']>({
    shell: oneOf(['bash', 'zsh', 'fish', 'powershell']),
    script: text('What the shell reads'),
  }),
  'deployment:list': listOf(DEPLOYMENT),
  'deployment:token:create': minted(TOKEN),
  'deployment:token:delete': either(DELETED_TOKEN, PLAN),
  'deployment:token:list': listOf(LISTED_TOKEN),
  'deployment:token:organization-token:add': CHANGE,
  'deployment:token:organization-token:list': listOf(LISTED_TOKEN),
  'deployment:token:organization-token:remove': CHANGE,
  'deployment:token:organization-token:update': CHANGE,
  'deployment:token:rotate': either(minted(TOKEN), PLAN),
  'deployment:token:update': CHANGE,
  'deployment:token:workspace-token:add': CHANGE,
  'deployment:token:workspace-token:list': listOf(LISTED_TOKEN),
  'deployment:token:workspace-token:remove': CHANGE,
  'deployment:token:workspace-token:update': CHANGE,
  help: object<Results['help']>({
    help: text('The help as it is printed'),
    exitCodes: optional(listOf(EXIT_CODE)),
    variables: optional(listOf(object<{name: string; meaning: string}>({name: text(), meaning: text()}))),
  }),
  'organization:list': listOf(ORGANIZATION),
  'organization:token:create': minted(TOKEN),
  'organization:token:delete': either(DELETED_TOKEN, PLAN),
  'organization:token:list': listOf(LISTED_TOKEN),
  'organization:token:roles': listOf(TOKEN_ROLE),
  'organization:token:rotate': either(minted(TOKEN), PLAN),
  'organization:token:update': CHANGE,
  'role:list': listOf(ROLE),
  'service:deployment:create': SERVICE_DEPLOYMENT,
  'service:deployment:delete': SERVICE_DEPLOYMENT,
  'service:deployment:list': listOf(SERVICE_DEPLOYMENT),
  'service:organization:create': CREATED_ORGANIZATION,
  'service:organization:delete': SERVICE_ORGANIZATION,
  'service:organization:list': listOf(SERVICE_ORGANIZATION),
  'service:role:create': CUSTOM_ROLE,
  'service:role:delete': CUSTOM_ROLE,
  'service:role:list': listOf(CUSTOM_ROLE),
  'service:start': STARTED_SERVICE,
  'service:user:create': SERVICE_USER,
  'service:user:delete': SERVICE_USER,
  'service:user:list': listOf(SERVICE_USER),
  'service:workspace:create': SERVICE_WORKSPACE,
  'service:workspace:delete': SERVICE_WORKSPACE,
  'service:workspace:list': listOf(SERVICE_WORKSPACE),
  'token:inspect': INSPECTED_TOKEN,
  'token:verify': VERIFIED_TOKEN,
  'workspace:list': listOf(WORKSPACE),
  'workspace:token:add': CHANGE,
  'workspace:token:create': minted(TOKEN),
  'workspace:token:delete': either(DELETED_TOKEN, PLAN),
  'workspace:token:list': listOf(LISTED_TOKEN),
  'workspace:token:organization-token:add': CHANGE,
  'workspace:token:organization-token:list': listOf(LISTED_TOKEN),
  'workspace:token:organization-token:remove': CHANGE,
  'workspace:token:organization-token:update': CHANGE,
  'workspace:token:rotate': either(minted(TOKEN), PLAN),
  'workspace:token:update': CHANGE,
}

/** Commands whose failure says what they found: a check that fails has its result beside the error. */
export const RESULT_BESIDE_ERROR: ReadonlySet<string> = new Set<keyof Results>(['token:inspect', 'token:verify'])
