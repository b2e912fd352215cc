// Definitions of results. definitions.json holds every value that this file exports.
import type {DescribedExitCode} from '../../src/cli/help/help-topics.ts'
import type {ChangePlan, CreationPlan} from '../../src/operations/astro/change-plan.ts'
import type {DeletedToken} from '../../src/operations/astro/delete-token.ts'
import type {WorkspaceResult} from '../../src/operations/astro/directory.ts'
import type {ChangedToken} from '../../src/operations/astro/grant-role.ts'
import type {RoleResult} from '../../src/operations/astro/list-roles.ts'
import type {ListedToken} from '../../src/operations/astro/list-tokens.ts'
import type {OrganizationResult} from '../../src/operations/astro/target.ts'
import type {TokenResult} from '../../src/operations/astro/token-result.ts'
import type {ContextResult, CredentialResult} from '../../src/operations/context/context-result.ts'
import type {SignedIn} from '../../src/operations/context/sign-in.ts'
import type {SignedOut} from '../../src/operations/context/sign-out.ts'
import type {
  PlaceResult,
  ProblemResult,
  SourceResult,
  TargetResult,
} from '../../src/operations/context/target-result.ts'
import type {TokenFacts} from '../../src/operations/context/token-facts.ts'
import type {Identity} from '../../src/operations/context/who-am-i.ts'
import type {AlreadyGone} from '../../src/operations/ignore-gone.ts'
import type {ServiceDeployment} from '../../src/operations/service/deployments.ts'
import type {EntryPlan} from '../../src/operations/service/entries.ts'
import type {CreatedOrganization, ServiceOrganization} from '../../src/operations/service/organizations.ts'
import type {CustomRole} from '../../src/operations/service/roles.ts'
import type {StartedService} from '../../src/operations/service/start-service.ts'
import type {ServiceUser} from '../../src/operations/service/users.ts'
import type {ServiceWorkspace} from '../../src/operations/service/workspaces.ts'
import type {InspectedToken} from '../../src/operations/token/inspect.ts'
import type {VendorToken} from '../../src/operations/token/list.ts'
import type {RevokedToken, RevokePlan} from '../../src/operations/token/revoke.ts'
import type {FieldChange} from '../../src/operations/tokens/change-plan.ts'
import type {VerifiedToken} from '../../src/service/tokens/verified-token.ts'
import {
  type AstroDeployment,
  type AstroTokenRole,
  ORGANIZATION_PRODUCTS,
  ROLE_ENTITY_TYPES,
  TOKEN_SCOPES,
} from '../../src/vendors/astro/api.ts'
import {ERROR_CODE} from './envelope.ts'
import {
  always,
  anyObject,
  count,
  define,
  flag,
  listOf,
  mapOf,
  nullable,
  object,
  oneOf,
  optional,
  text,
  time,
  withFile,
  withSecret,
} from './schema.ts'

export const TOKEN_ROLE = define(
  'tokenRole',
  object<AstroTokenRole>({
    entityType: oneOf(ROLE_ENTITY_TYPES),
    entityId: text(),
    role: text(),
    deploymentId: optional(text('The deployment of the DAG, for a role on a DAG')),
  }),
)

const TOKEN_FIELDS = {
  id: text(),
  name: text(),
  description: text(),
  scope: text('What the token belongs to: DEPLOYMENT, WORKSPACE or ORGANIZATION'),
  kind: text(),
  entityId: text('The deployment, workspace or organization that `role` is on'),
  role: nullable(text('The role on this entity; null if the token has none here')),
  roles: listOf(TOKEN_ROLE),
  shortToken: text('The last eight characters of the token'),
  createdAt: time(),
  createdBy: nullable(text()),
  updatedAt: time(),
  expiresAt: nullable(time('Null for never')),
  lastUsedAt: nullable(time('Null: not used yet')),
  lastRotatedAt: nullable(time('Null: not rotated yet')),
  unfinishedRotationAt: optional(
    nullable(time('When a rotation began that was neither finished nor undone; null without one')),
  ),
  graceUntil: optional(
    nullable(time('Until when the old secret also works, after a rotation with grace; null without one')),
  ),
}

export const FIELD_CHANGE = define(
  'fieldChange',
  object<FieldChange>({
    field: text(),
    before: nullable(text('Null: there was no value')),
    after: nullable(text('Null: there is no value now')),
  }),
)

/** The fields of a token that `create --dry-run` would create. */
export const CREATED_FIELDS = define(
  'createdFields',
  listOf(FIELD_CHANGE, 'The fields of the new token; without `expiresAt` if it never expires'),
)

const CHANGES = listOf(FIELD_CHANGE, 'What changes; empty if nothing does')

export const CHANGED_TOKEN = define('changedToken', object<ChangedToken>({...TOKEN_FIELDS, changes: CHANGES}))

export const PLAN = define(
  'changePlan',
  object<ChangePlan>({
    dryRun: always(true, 'Nothing was changed'),
    action: oneOf(['add', 'delete', 'remove', 'rotate', 'update'], 'What would be done'),
    id: text(),
    name: text(),
    scope: text(),
    entityId: text(),
    changes: CHANGES,
  }),
)

export const CREATION_PLAN = define(
  'creationPlan',
  object<CreationPlan>({
    dryRun: always(true, 'Nothing was created'),
    action: oneOf(['create'], 'What would be done'),
    name: text(),
    scope: oneOf(TOKEN_SCOPES, 'What the token would belong to'),
    entityId: text('The deployment, workspace or organization that it would belong to'),
    entityName: text('Its name'),
    changes: CREATED_FIELDS,
  }),
)

export const TOKEN = define('token', object<TokenResult>(TOKEN_FIELDS))

export const LISTED_TOKEN = define(
  'listedToken',
  object<ListedToken>({
    ...TOKEN_FIELDS,
    entityName: optional(text('Its name; absent unless the list has tokens of several')),
    endedAt: nullable(time('When the token was deleted; null if it was not')),
  }),
)

export const VENDOR_TOKEN = define(
  'vendorToken',
  object<VendorToken>({
    id: optional(text('Absent for a vendor without ids')),
    name: text(),
    vendor: text(),
    context: nullable(text('The context where the token is; null if a variable leads to the vendor')),
    owner: optional(
      object<{type: string; id: string}>({type: text("What owns the token, in the vendor's word"), id: text()}),
    ),
    kind: optional(text()),
    role: optional(text('The role that the token holds on its owner')),
    shortToken: optional(text('The last eight characters of the token')),
    createdAt: optional(time()),
    expiresAt: optional(nullable(time('Null for never'))),
    lastUsedAt: optional(nullable(time('Null: not used yet'))),
    lastRotatedAt: optional(nullable(time('Null: not rotated yet'))),
    endedAt: nullable(time('When the token was deleted; null if it was not')),
  }),
)

export const DELETED_TOKEN = define(
  'deletedToken',
  object<DeletedToken>({
    id: text(),
    name: text(),
    entityId: text('The deployment, workspace or organization that the command worked on'),
    deletedAt: time(),
    ended: flag('False for a token of a wider scope: it only lost its role here'),
  }),
)

export const ALREADY_GONE = define(
  'alreadyGone',
  object<AlreadyGone>({
    gone: always(true, 'With --ignore-not-found: it was gone already, and nothing was changed'),
    wanted: nullable(text('The id, the name or the e-mail address that named it; null if it is unknown')),
    message: text('What is not there, for a person. The wording may change'),
  }),
)

export const ENTRY_PLAN = define(
  'entryPlan',
  object<EntryPlan>({
    dryRun: always(true, 'With --dry-run: nothing was changed'),
    action: oneOf(['delete']),
    id: text(),
    name: text(),
    tokenCount: count('How many tokens would end'),
  }),
)

const REVOKED_TOKEN_FIELDS = {
  id: text(),
  name: text(),
  vendor: text(),
  scope: text(),
  entityId: text('What the token belongs to'),
  organizationId: text(),
}

export const REVOKED_TOKEN = define('revokedToken', object<RevokedToken>({...REVOKED_TOKEN_FIELDS, revokedAt: time()}))

export const REVOKE_PLAN = define(
  'revokePlan',
  object<RevokePlan>({
    dryRun: always(true, 'Nothing was changed'),
    action: oneOf(['revoke'], 'What would be done'),
    ...REVOKED_TOKEN_FIELDS,
    changes: CHANGES,
  }),
)

export const DEPLOYMENT = define(
  'deployment',
  object<AstroDeployment>({
    id: text(),
    name: text(),
    workspaceId: text(),
    workspaceName: optional(text()),
    organizationId: optional(text()),
    status: optional(text()),
    createdAt: time(),
    updatedAt: time(),
  }),
)

export const ORGANIZATION = define(
  'organization',
  object<OrganizationResult>({
    id: text(),
    name: text(),
    product: optional(oneOf(ORGANIZATION_PRODUCTS)),
    createdAt: time(),
    updatedAt: time(),
  }),
)

export const WORKSPACE = define(
  'workspace',
  object<WorkspaceResult>({
    id: text(),
    name: text(),
    description: text(),
    organizationId: text(),
    createdAt: time(),
    updatedAt: time(),
  }),
)

export const ROLE = define(
  'role',
  object<RoleResult>({
    name: text(),
    scope: text('What tokens with this role belong to'),
    description: text(),
    id: nullable(text('Null for a role that is built in')),
    custom: flag(),
  }),
)

export const SERVICE_DEPLOYMENT = define(
  'serviceDeployment',
  object<ServiceDeployment>({
    id: text(),
    name: text(),
    workspaceId: text(),
    workspaceName: text(),
    createdAt: time(),
    tokenCount: count('How many tokens it has; after a delete, how many ended with it'),
  }),
)

const SERVICE_ORGANIZATION_FIELDS = {
  id: text(),
  name: text(),
  createdAt: time(),
  workspaceCount: count(),
  deploymentCount: count(),
  tokenCount: count('How many tokens are in it; after a delete, how many ended with it'),
}

export const SERVICE_ORGANIZATION = define(
  'serviceOrganization',
  object<ServiceOrganization>(SERVICE_ORGANIZATION_FIELDS),
)

export const CREATED_ORGANIZATION = define(
  'createdOrganization',
  object<CreatedOrganization>({
    ...SERVICE_ORGANIZATION_FIELDS,
    workspaceId: text('The workspace that was created with it'),
    deploymentId: text('The deployment that was created with it'),
  }),
)

export const SERVICE_WORKSPACE = define(
  'serviceWorkspace',
  object<ServiceWorkspace>({
    id: text(),
    name: text(),
    description: text(),
    createdAt: time(),
    deploymentCount: count('How many deployments it has; after a delete, how many were deleted with it'),
    tokenCount: count('How many tokens it and its deployments have; after a delete, how many ended with it'),
  }),
)

export const SERVICE_USER = define(
  'serviceUser',
  object<ServiceUser>({
    id: text(),
    email: text(),
    name: text('The full name; the e-mail address if none was given'),
    createdAt: time(),
  }),
)

export const CUSTOM_ROLE = define(
  'customRole',
  object<CustomRole>({
    id: text(),
    name: text(),
    scope: text(),
    description: text(),
    createdAt: time(),
  }),
)

export const STARTED_SERVICE = define(
  'startedService',
  object<StartedService>({
    url: text(
      'The URL of the first dialect, to which `port` and `addresses` belong too. Printed as soon as the service listens',
    ),
    port: count(),
    addresses: listOf(text()),
    ephemeral: flag('Whether the data are lost when it stops'),
    organizationId: nullable(text('Null if there are several')),
    workspaceId: nullable(text('Null if there are several')),
    deploymentId: nullable(text('Null if there are several')),
    readyFile: nullable(text('The file of --ready-file; null without that flag')),
    dialects: mapOf(
      object<StartedService['dialects'][string]>({url: text()}),
      'The dialects that are served, by the name that --dialect takes',
    ),
  }),
)

export const VERIFIED_TOKEN = define(
  'verifiedToken',
  object<VerifiedToken>({
    valid: flag(),
    reason: nullable(
      oneOf(
        ['malformed', 'not ours', 'unknown', 'expired', 'rotated', 'undelivered', 'deleted', 'ends too soon'],
        'Why the check failed; null if it did not',
      ),
    ),
    id: nullable(text()),
    name: nullable(text()),
    scope: nullable(text()),
    role: nullable(text()),
    entityId: nullable(text('The deployment, workspace or organization that the token belongs to')),
    organizationId: nullable(text()),
    issuer: text('This installation'),
    expiresAt: nullable(time('Null for never, or if the token is unknown')),
    endedAt: nullable(time('When a token that is no longer valid ended')),
  }),
)

export const INSPECTED_TOKEN = define(
  'inspectedToken',
  object<InspectedToken>({
    header: anyObject('The header, not verified'),
    claims: anyObject('The claims, not verified'),
    issuer: nullable(text()),
    subject: nullable(text()),
    issuedAt: nullable(time()),
    expiresAt: nullable(time()),
    expired: flag('By the clock of this machine'),
  }),
)

const CREDENTIAL_FIELDS = {
  from: oneOf(['keychain', 'file', 'variable', 'command'], 'Where it is'),
  origin: optional(text('The only origin to which a stored credential is sent')),
  variable: optional(text()),
  command: optional(text()),
}

export const CREDENTIAL = define('credential', object<CredentialResult>(CREDENTIAL_FIELDS))

export const CONTEXT = define(
  'context',
  object<ContextResult>({
    name: text(),
    vendor: text('The vendor whose commands it is for; `embedded` for those of every vendor'),
    apiUrl: nullable(text("Null for the vendor's own API, and for the embedded service")),
    places: mapOf(text(), 'Ids by the name of the place'),
    credential: nullable(CREDENTIAL),
    currentFor: listOf(text(), 'The vendors whose current context it is'),
  }),
)

export const TOKEN_FACTS = define(
  'tokenFacts',
  object<TokenFacts>({
    id: optional(text()),
    name: optional(text('If the token has its name in it')),
    issuer: optional(text()),
    expiresAt: nullable(time('Null for never')),
    places: mapOf(text(), 'The places to which it is limited: ids by their name'),
  }),
)

export const FACT_SOURCE = define(
  'factSource',
  object<SourceResult>({
    from: oneOf(['argument', 'flag', 'variable', 'file', 'default']),
    name: optional(text('Of the flag, the variable or the file')),
  }),
)

const TARGET_FIELDS = {
  vendor: text('The vendor whose commands these are; `embedded` for those of every vendor'),
  goesTo: nullable(text('A vendor, or `embedded`; null if that is unclear')),
  context: nullable(text('Null if a variable with a credential leads there')),
  chosenBy: nullable(FACT_SOURCE),
  url: nullable(object<{value: string; source: SourceResult}>({value: text(), source: FACT_SOURCE})),
  places: listOf(object<PlaceResult>({place: text(), id: text(), source: FACT_SOURCE})),
  credential: nullable(CREDENTIAL),
  problem: nullable(object<ProblemResult>({code: ERROR_CODE, message: text(), hint: nullable(text())})),
}

export const TARGET = define('target', object<TargetResult>(TARGET_FIELDS))

export const IDENTITY = define(
  'identity',
  object<Identity>({
    ...TARGET_FIELDS,
    token: nullable(TOKEN_FACTS),
    checked: flag('Whether the vendor has accepted the token'),
  }),
)

export const SIGNED_IN = define(
  'signedIn',
  object<SignedIn>({
    context: text(),
    vendor: text(),
    apiUrl: text(),
    store: oneOf(['keychain', 'file'], 'Where the token is stored'),
    file: nullable(text('The file that holds the token; null if it is in the keychain')),
    created: flag('Whether the context is new'),
    current: flag('Whether it is the current context of the vendor'),
    token: TOKEN_FACTS,
  }),
)

export const SIGNED_OUT = define(
  'signedOut',
  object<SignedOut>({
    context: nullable(text('Null if the vendor has no context')),
    vendor: text(),
    removedFrom: nullable(oneOf(['keychain', 'file'], 'Where the token was; null if none was stored')),
  }),
)

export const EXIT_CODE = define(
  'exitCode',
  object<DescribedExitCode>({
    exitCode: count(),
    codes: listOf(ERROR_CODE),
    retryable: flag(),
    meaning: text(),
  }),
)

/** The token of a command that mints, with the secret or the file that holds it. */
export const MINTED_TOKEN = define('mintedToken', withSecret(object<TokenResult>(TOKEN_FIELDS)))

/** One of several tokens with a new secret, which is in a file. */
export const TOKEN_IN_FILE = define('tokenInFile', withFile(object<TokenResult>(TOKEN_FIELDS)))
