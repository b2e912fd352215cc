// Definitions of the results of DeltaStream commands. definitions.json holds every value that this
// file exports.

import type {CreationPlan, TokenPlan} from '../../src/operations/deltastream/change-plan.ts'
import type {CreatedToken} from '../../src/operations/deltastream/create-token.ts'
import type {DroppedToken} from '../../src/operations/deltastream/drop-token.ts'
import type {ListedToken} from '../../src/operations/deltastream/list-tokens.ts'
import type {RenewedToken} from '../../src/operations/deltastream/renew-token.ts'
import type {CreatedRole, DroppedRole, RoleResult} from '../../src/operations/deltastream/roles.ts'
import type {StatementResult} from '../../src/operations/deltastream/statement-result.ts'
import type {TokenResult} from '../../src/operations/deltastream/token-result.ts'
import type {DeltaStreamIdentity} from '../../src/operations/deltastream/who-am-i.ts'
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

const TOKEN_FIELDS = {
  name: text('Unique in the organization: there is no id'),
  role: optional(text('The role that the token acts with; absent if DeltaStream does not report it')),
  owner: optional(text('The user that the token belongs to; absent if DeltaStream does not report it')),
  createdAt: optional(time('A renewal restarts it')),
  expiresAt: optional(time()),
  lastUsedAt: optional(nullable(time('Null: not used since it was created or renewed'))),
  shortToken: optional(text('The last eight characters of the token; absent if DeltaStream does not report it')),
  createdBy: optional(nullable(text())),
  lastRotatedAt: optional(nullable(time('Null: not renewed yet'))),
  graceUntil: optional(nullable(time('Until when the old secret also works; null without one'))),
  unfinishedRotationAt: optional(
    nullable(time('When a renewal began that was neither finished nor undone; null without one')),
  ),
}

const TIME_FIELDS = {
  createdAt: optional(time('Absent if the list of tokens could not be read')),
  expiresAt: optional(time('Absent if the list of tokens could not be read')),
}

export const DELTASTREAM_TOKEN = define('deltaStreamToken', object<TokenResult>(TOKEN_FIELDS))

export const LISTED_DELTASTREAM_TOKEN = define(
  'listedDeltaStreamToken',
  object<ListedToken>({...TOKEN_FIELDS, endedAt: nullable(time('When the token was dropped; null if it was not'))}),
)

/** The token of `create`, with the secret or the file that holds it. */
export const CREATED_DELTASTREAM_TOKEN = define(
  'createdDeltaStreamToken',
  withSecret(
    object<CreatedToken>({
      name: text(),
      role: text('The role that the token acts with'),
      expiresInDays: count(),
      ...TIME_FIELDS,
    }),
  ),
)

/** The token of `renew`, with the new secret or the file that holds it. */
export const RENEWED_DELTASTREAM_TOKEN = define(
  'renewedDeltaStreamToken',
  withSecret(object<RenewedToken>({name: text(), ...TIME_FIELDS})),
)

/** One of several tokens with a new secret, which is in a file. */
export const DELTASTREAM_TOKEN_IN_FILE = define(
  'deltaStreamTokenInFile',
  withFile(object<RenewedToken>({name: text(), ...TIME_FIELDS})),
)

export const DROPPED_DELTASTREAM_TOKEN = define(
  'droppedDeltaStreamToken',
  object<DroppedToken>({name: text(), deletedAt: time()}),
)

export const DELTASTREAM_TOKEN_PLAN = define(
  'deltaStreamTokenPlan',
  object<TokenPlan>({
    dryRun: always(true, 'Nothing was changed'),
    action: oneOf(['drop', 'renew'], 'What would be done'),
    name: text(),
    changes: listOf(FIELD_CHANGE, 'What changes; empty if nothing does'),
  }),
)

export const DELTASTREAM_CREATION_PLAN = define(
  'deltaStreamCreationPlan',
  object<CreationPlan>({
    dryRun: always(true, 'Nothing was created'),
    action: oneOf(['create'], 'What would be done'),
    name: text(),
    where: text('Where the token would be, for a person. The wording may change'),
    changes: CREATED_FIELDS,
  }),
)

export const DELTASTREAM_ROLE = define(
  'deltaStreamRole',
  object<RoleResult>({
    name: text(),
    current: flag('Whether it is the role of the session'),
    createdAt: optional(time('Absent if DeltaStream does not report it')),
  }),
)

export const CREATED_DELTASTREAM_ROLE = define('createdDeltaStreamRole', object<CreatedRole>({name: text()}))

export const DROPPED_DELTASTREAM_ROLE = define(
  'droppedDeltaStreamRole',
  object<DroppedRole>({name: text(), deletedAt: time()}),
)

export const DELTASTREAM_IDENTITY = define(
  'deltaStreamIdentity',
  object<DeltaStreamIdentity>({
    context: nullable(text('Null if a variable leads to DeltaStream itself')),
    url: nullable(text('Null for the embedded service')),
    credential: nullable(text('What the token comes from; null for the owner of the embedded store')),
    session: object<DeltaStreamIdentity['session']>({
      organization: optional(text()),
      role: optional(text()),
      database: optional(text()),
      schema: optional(text()),
      store: optional(text()),
    }),
    claims: object<DeltaStreamIdentity['claims']>({
      role: optional(text()),
      issuer: optional(text()),
      subject: optional(text()),
      issuedAt: optional(time()),
      expiresAt: optional(time()),
    }),
    version: optional(
      object<NonNullable<DeltaStreamIdentity['version']>>({major: count(), minor: count(), patch: count()}),
    ),
  }),
)

export const STATEMENT_RESULT = define(
  'StatementResult',
  object<StatementResult>({
    columns: listOf(object<StatementResult['columns'][number]>({name: text(), type: text('Such as `VARCHAR`')})),
    rows: listOf(listOf(nullable(text()))),
    file: optional(text('The file with the token of this statement')),
  }),
)
