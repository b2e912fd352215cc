import type {BaseCommand} from '../../src/base-command.ts'
import type {DescribedExitCode} from '../../src/cli/help-topics.ts'
import type Completion from '../../src/commands/completion.ts'
import type DeploymentList from '../../src/commands/deployment/list.ts'
import type DeploymentTokenCreate from '../../src/commands/deployment/token/create.ts'
import type DeploymentTokenDelete from '../../src/commands/deployment/token/delete.ts'
import type DeploymentTokenList from '../../src/commands/deployment/token/list.ts'
import type DeploymentTokenRotate from '../../src/commands/deployment/token/rotate.ts'
import type DeploymentTokenUpdate from '../../src/commands/deployment/token/update.ts'
import type Help from '../../src/commands/help.ts'
import type RoleList from '../../src/commands/role/list.ts'
import type ServiceDeploymentCreate from '../../src/commands/service/deployment/create.ts'
import type ServiceDeploymentDelete from '../../src/commands/service/deployment/delete.ts'
import type ServiceDeploymentList from '../../src/commands/service/deployment/list.ts'
import type ServiceRoleCreate from '../../src/commands/service/role/create.ts'
import type ServiceRoleDelete from '../../src/commands/service/role/delete.ts'
import type ServiceRoleList from '../../src/commands/service/role/list.ts'
import type ServiceStart from '../../src/commands/service/start.ts'
import type TokenInspect from '../../src/commands/token/inspect.ts'
import type TokenVerify from '../../src/commands/token/verify.ts'
import {type ErrorCode, EXIT_CODES} from '../../src/errors/exit-codes.ts'
import type {DeletedToken} from '../../src/operations/astro/delete-token.ts'
import type {ListedToken} from '../../src/operations/astro/list-tokens.ts'
import type {RoleResult} from '../../src/operations/astro/roles.ts'
import type {TokenResult} from '../../src/operations/astro/token-result.ts'
import type {ServiceDeployment} from '../../src/operations/service/deployments.ts'
import type {CustomRole} from '../../src/operations/service/roles.ts'
import type {StartedService} from '../../src/operations/service/start-service.ts'
import type {VerifiedToken} from '../../src/operations/service/verify-token.ts'
import type {InspectedToken} from '../../src/operations/token/inspect.ts'
import type {AstroDeployment, AstroTokenRole} from '../../src/vendors/astro/api.ts'
import {anyObject, count, flag, listOf, nullable, object, oneOf, optional, type Schema, text, time} from './schema.ts'

const TOKEN_FIELDS = {
  id: text(),
  name: text(),
  description: text(),
  scope: text('What the token belongs to: DEPLOYMENT, or something wider that has a role here'),
  kind: text(),
  deploymentId: text(),
  role: nullable(text('The role on this deployment; null when the token has none here')),
  roles: listOf(
    object<AstroTokenRole>({
      entityType: oneOf(['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION', 'DAG', 'DAG_TAG']),
      entityId: text(),
      role: text(),
      deploymentId: optional(text('Which deployment the role on a DAG is for')),
    }),
  ),
  shortToken: text('The last eight characters of the value'),
  createdAt: time(),
  createdBy: nullable(text()),
  updatedAt: time(),
  expiresAt: nullable(time('Null for never')),
  lastUsedAt: nullable(time('Null: not used yet')),
  lastRotatedAt: nullable(time('Null: not rotated yet')),
  unfinishedRotationAt: nullable(
    time('When a rotation was begun that was neither finished nor undone; null without one'),
  ),
}

const TOKEN = object<TokenResult>(TOKEN_FIELDS)

const LISTED_TOKEN = object<ListedToken>({
  ...TOKEN_FIELDS,
  endedAt: nullable(time('When the token was deleted; null for one that is there')),
})

const DELETED_TOKEN = object<DeletedToken>({
  id: text(),
  name: text(),
  deploymentId: text(),
  deletedAt: time(),
  ended: flag('False for a token of a wider scope, which only lost its role here'),
})

const DEPLOYMENT = object<AstroDeployment>({
  id: text(),
  name: text(),
  workspaceId: text(),
  workspaceName: optional(text()),
  organizationId: text(),
  status: text(),
  createdAt: time(),
  updatedAt: time(),
})

const ROLE = object<RoleResult>({
  name: text(),
  scope: text('What tokens with this role belong to'),
  description: text(),
  id: nullable(text('Null for a role that is built in')),
  custom: flag(),
})

const SERVICE_DEPLOYMENT = object<ServiceDeployment>({
  id: text(),
  name: text(),
  workspaceId: text(),
  createdAt: time(),
  tokenCount: count('How many tokens it has; after a delete, how many were ended with it'),
})

const CUSTOM_ROLE = object<CustomRole>({
  id: text(),
  name: text(),
  scope: text(),
  description: text(),
  createdAt: time(),
})

const STARTED_SERVICE = object<StartedService>({
  url: text('Printed when it listens; the command runs on until it is stopped'),
  port: count(),
  addresses: listOf(text()),
  ephemeral: flag('Nothing is kept'),
  organizationId: nullable(text('Null where there are several')),
  workspaceId: nullable(text('Null where there are several')),
  deploymentId: nullable(text('Null where there are several')),
  readyFile: nullable(text('The file that says how to reach it')),
})

const VERIFIED_TOKEN = object<VerifiedToken>({
  valid: flag(),
  reason: nullable(
    oneOf(
      ['malformed', 'not ours', 'unknown', 'expired', 'rotated', 'undelivered', 'deleted', 'ends too soon'],
      'Why the check failed; null when it did not',
    ),
  ),
  id: nullable(text()),
  name: nullable(text()),
  scope: nullable(text()),
  role: nullable(text()),
  entityId: nullable(text('The deployment, workspace or organization that the token belongs to')),
  organizationId: nullable(text()),
  issuer: text('This installation'),
  expiresAt: nullable(time('Null for never, or when the token is not known')),
  endedAt: nullable(time('When a value that is not valid any more ended')),
})

const INSPECTED_TOKEN = object<InspectedToken>({
  header: anyObject('The header as it is; unproven'),
  claims: anyObject('The claims as they are; unproven'),
  issuer: nullable(text()),
  subject: nullable(text()),
  issuedAt: nullable(time()),
  expiresAt: nullable(time()),
  expired: flag('By the clock of this machine'),
})

const EXIT_CODE = object<DescribedExitCode>({
  exitCode: count(),
  codes: listOf(oneOf(Object.keys(EXIT_CODES) as ErrorCode[], 'Of an error')),
  retryable: flag(),
  meaning: text(),
})

type ResultOf<Command> = Command extends BaseCommand<infer Result> ? Result : never

interface Results {
  completion: ResultOf<Completion>
  'deployment:list': ResultOf<DeploymentList>
  'deployment:token:create': ResultOf<DeploymentTokenCreate>
  'deployment:token:delete': ResultOf<DeploymentTokenDelete>
  'deployment:token:list': ResultOf<DeploymentTokenList>
  'deployment:token:rotate': ResultOf<DeploymentTokenRotate>
  'deployment:token:update': ResultOf<DeploymentTokenUpdate>
  help: ResultOf<Help>
  'role:list': ResultOf<RoleList>
  'service:deployment:create': ResultOf<ServiceDeploymentCreate>
  'service:deployment:delete': ResultOf<ServiceDeploymentDelete>
  'service:deployment:list': ResultOf<ServiceDeploymentList>
  'service:role:create': ResultOf<ServiceRoleCreate>
  'service:role:delete': ResultOf<ServiceRoleDelete>
  'service:role:list': ResultOf<ServiceRoleList>
  'service:start': ResultOf<ServiceStart>
  'token:inspect': ResultOf<TokenInspect>
  'token:verify': ResultOf<TokenVerify>
}

/** What `result` is under --json, by the id of the command; a command that is missing fails a test. */
export const RESULTS: {[Id in keyof Results]: Schema<Results[Id]>} = {
  completion: object<Results['completion']>({
    shell: oneOf(['bash', 'zsh', 'fish', 'powershell']),
    script: text('What the shell reads'),
  }),
  'deployment:list': listOf(DEPLOYMENT),
  'deployment:token:create': minted(TOKEN),
  'deployment:token:delete': DELETED_TOKEN,
  'deployment:token:list': listOf(LISTED_TOKEN),
  'deployment:token:rotate': minted(TOKEN),
  'deployment:token:update': TOKEN,
  help: object<Results['help']>({
    help: text('The help as it is printed'),
    exitCodes: optional(listOf(EXIT_CODE)),
    variables: optional(listOf(object<{name: string; meaning: string}>({name: text(), meaning: text()}))),
  }),
  'role:list': listOf(ROLE),
  'service:deployment:create': SERVICE_DEPLOYMENT,
  'service:deployment:delete': SERVICE_DEPLOYMENT,
  'service:deployment:list': listOf(SERVICE_DEPLOYMENT),
  'service:role:create': CUSTOM_ROLE,
  'service:role:delete': CUSTOM_ROLE,
  'service:role:list': listOf(CUSTOM_ROLE),
  'service:start': STARTED_SERVICE,
  'token:inspect': INSPECTED_TOKEN,
  'token:verify': VERIFIED_TOKEN,
}

/** Commands whose failure says what they found: a check that fails has its result beside the error. */
export const RESULT_BESIDE_ERROR: ReadonlySet<string> = new Set<keyof Results>(['token:inspect', 'token:verify'])

/** The value is added where it is delivered, or the file that it went to. */
function minted(token: Schema<TokenResult>): Schema<TokenResult> {
  const delivered = {
    token: text('The value, shown this once').json,
    file: text('With --output FILE: the file that holds the value, instead of `token`').json,
  }
  return {
    json: {
      ...token.json,
      properties: {...token.json.properties, ...delivered},
      oneOf: [{required: ['token']}, {required: ['file']}],
    },
  }
}
