// Definitions of the results of MotherDuck commands. definitions.json holds every value that this
// file exports.
import type {CreationPlan, TokenPlan} from '../../src/operations/motherduck/change-plan.ts'
import type {DeletedToken} from '../../src/operations/motherduck/delete-token.ts'
import type {ChangedDucklings, DucklingPlan, DucklingResult} from '../../src/operations/motherduck/ducklings.ts'
import type {ActiveAccountResult} from '../../src/operations/motherduck/list-accounts.ts'
import type {ListedToken} from '../../src/operations/motherduck/list-tokens.ts'
import type {RotatedToken} from '../../src/operations/motherduck/rotate-token.ts'
import type {TokenResult} from '../../src/operations/motherduck/token-result.ts'
import type {UserResult} from '../../src/operations/motherduck/user-result.ts'
import type {CreatedUser, DeletedUser} from '../../src/operations/motherduck/users.ts'
import type {MotherDuckIdentity} from '../../src/operations/motherduck/who-am-i.ts'
import type {ActiveDuckling} from '../../src/vendors/motherduck/api.ts'
import {CREATED_FIELDS, FIELD_CHANGE} from './objects.ts'
import {
  always,
  count,
  define,
  flag,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  text,
  time,
  withFile,
  withSecret,
} from './schema.ts'

const CHANGES = listOf(FIELD_CHANGE, 'What changes; empty if nothing does')

const TOKEN_FIELDS = {
  id: text(),
  name: text(),
  username: text('The user that the token belongs to'),
  type: text('`read_write` or `read_scaling`'),
  description: text('Empty without one'),
  createdAt: time(),
  expiresAt: nullable(time('Null for never')),
  shortToken: optional(text('The last eight characters of the token; absent if MotherDuck does not report it')),
  createdBy: optional(nullable(text())),
  lastUsedAt: optional(nullable(time('Null: not used yet'))),
  lastRotatedAt: optional(nullable(time('Null: not rotated yet'))),
  graceUntil: optional(nullable(time('Until when the old secret also works; null without one'))),
  unfinishedRotationAt: optional(
    nullable(time('When a rotation began that was neither finished nor undone; null without one')),
  ),
}

const ROTATION_FIELDS = {
  previousId: text('The id of the old token; with --grace the same as `id`'),
  revokeCommand: nullable(text('The command that deletes the old token; null if it ends by itself')),
}

export const MOTHERDUCK_TOKEN = define('motherDuckToken', object<TokenResult>(TOKEN_FIELDS))

export const LISTED_MOTHERDUCK_TOKEN = define(
  'listedMotherDuckToken',
  object<ListedToken>({...TOKEN_FIELDS, endedAt: nullable(time('When the token was deleted; null if it was not'))}),
)

/** The token of a command that mints, with the secret or the file that holds it. */
export const MINTED_MOTHERDUCK_TOKEN = define('mintedMotherDuckToken', withSecret(object<TokenResult>(TOKEN_FIELDS)))

export const ROTATED_MOTHERDUCK_TOKEN = define(
  'rotatedMotherDuckToken',
  withSecret(object<RotatedToken>({...TOKEN_FIELDS, ...ROTATION_FIELDS})),
)

/** One of several tokens with a new secret, which is in a file. */
export const MOTHERDUCK_TOKEN_IN_FILE = define(
  'motherDuckTokenInFile',
  withFile(object<RotatedToken>({...TOKEN_FIELDS, ...ROTATION_FIELDS})),
)

export const DELETED_MOTHERDUCK_TOKEN = define(
  'deletedMotherDuckToken',
  object<DeletedToken>({id: text(), name: text(), username: text(), deletedAt: time()}),
)

export const MOTHERDUCK_TOKEN_PLAN = define(
  'motherDuckTokenPlan',
  object<TokenPlan>({
    dryRun: always(true, 'Nothing was changed'),
    action: oneOf(['delete', 'rotate'], 'What would be done'),
    id: text(),
    name: text(),
    username: text(),
    changes: CHANGES,
  }),
)

export const MOTHERDUCK_CREATION_PLAN = define(
  'motherDuckCreationPlan',
  object<CreationPlan>({
    dryRun: always(true, 'Nothing was created'),
    action: oneOf(['create'], 'What would be done'),
    name: text(),
    username: text('The user that the token would belong to'),
    changes: CREATED_FIELDS,
  }),
)

export const MOTHERDUCK_USER = define(
  'motherDuckUser',
  object<UserResult>({
    id: text(),
    username: text(),
    email: text(),
    firstName: nullable(text()),
    lastName: nullable(text()),
    serviceAccount: flag(),
    deprovisioned: flag(),
    roles: listOf(text(), 'The roles that are granted directly'),
  }),
)

export const CREATED_MOTHERDUCK_USER = define(
  'createdMotherDuckUser',
  object<CreatedUser>({username: text('The service account')}),
)

export const DELETED_MOTHERDUCK_USER = define(
  'deletedMotherDuckUser',
  object<DeletedUser>({username: text(), deletedAt: time()}),
)

const SIZE = text('`pulse`, `standard`, `jumbo`, `mega` or `giga`')
const COOLDOWN = nullable(count('Null if MotherDuck reports none'))

const DUCKLING_FIELDS = {
  username: text(),
  readWrite: object<DucklingResult['readWrite']>({size: SIZE, cooldownSeconds: COOLDOWN}),
  readScaling: object<DucklingResult['readScaling']>({size: SIZE, cooldownSeconds: COOLDOWN, flockSize: count()}),
}

export const DUCKLINGS = define('ducklings', object<DucklingResult>(DUCKLING_FIELDS))

export const CHANGED_DUCKLINGS = define(
  'changedDucklings',
  object<ChangedDucklings>({...DUCKLING_FIELDS, changes: CHANGES}),
)

export const DUCKLING_PLAN = define(
  'ducklingPlan',
  object<DucklingPlan>({
    dryRun: always(true, 'Nothing was changed'),
    action: oneOf(['update'], 'What would be done'),
    name: text('The user'),
    changes: CHANGES,
  }),
)

export const ACTIVE_ACCOUNT = define(
  'activeAccount',
  object<ActiveAccountResult>({
    username: text(),
    ducklings: listOf(
      object<ActiveDuckling>({
        id: text('`rw`, or `rs.` and a number'),
        type: text('`read_write` or `read_scaling`'),
        status: text('`active` or `cooldown`'),
      }),
    ),
  }),
)

export const MOTHERDUCK_IDENTITY = define(
  'motherDuckIdentity',
  object<MotherDuckIdentity>({
    context: nullable(text('Null if a variable leads to MotherDuck itself')),
    url: nullable(text('Null for the embedded service')),
    credential: nullable(text('What the token comes from; null for the owner of the embedded store')),
    username: nullable(text('Null if there is none, or if it is not known')),
    claims: object<MotherDuckIdentity['claims']>({
      email: optional(text()),
      userId: optional(text()),
      tokenType: optional(text()),
      issuedAt: optional(time()),
      expiresAt: optional(nullable(time('Null: the token claims no end'))),
    }),
    notReported: listOf(text(), 'What MotherDuck offers no call for'),
  }),
)
