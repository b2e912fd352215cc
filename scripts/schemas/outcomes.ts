// Definitions of what came of each of several tokens. definitions.json holds every value that this
// file exports.
import type {FailedOutcome, Outcome} from '../../src/operations/tokens/bulk.ts'
import {
  DELTASTREAM_TOKEN_IN_FILE,
  DELTASTREAM_TOKEN_PLAN,
  DROPPED_DELTASTREAM_TOKEN,
  RENEWED_DELTASTREAM_TOKEN,
} from './deltastream-objects.ts'
import {ERROR_CODE} from './envelope.ts'
import {
  DELETED_MOTHERDUCK_TOKEN,
  MOTHERDUCK_TOKEN_IN_FILE,
  MOTHERDUCK_TOKEN_PLAN,
  ROTATED_MOTHERDUCK_TOKEN,
} from './motherduck-objects.ts'
import {ALREADY_GONE, DELETED_TOKEN, MINTED_TOKEN, PLAN, TOKEN_IN_FILE} from './objects.ts'
import {always, define, either, listOf, object, optional, type Schema, text} from './schema.ts'

const WANTED = text('The id or the name of the token, as it was given')

const FAILED_FIELDS = {
  wanted: WANTED,
  ok: always(false),
  error: object<FailedOutcome['error']>({code: ERROR_CODE, message: text('Why it failed, for a person')}),
}

const FAILED = object<Omit<FailedOutcome, 'file'>>(FAILED_FIELDS)

const FAILED_MINT = object<FailedOutcome>({
  ...FAILED_FIELDS,
  file: optional(text('The file with the new secret, if it was written out before the failure')),
})

/** Return the schema of what came of one of several tokens. */
function outcome<Result extends object>(
  {json}: Schema<Result>,
  failed: Schema<FailedOutcome> = FAILED,
): Schema<Outcome<Result>> {
  const made = object<{wanted: string; ok: true; result: object}>({wanted: WANTED, ok: always(true), result: {json}})
  return {json: either(made, failed).json}
}

export const DELETION = define('deletion', outcome(either(DELETED_TOKEN, PLAN, ALREADY_GONE)))

export const MOTHERDUCK_DELETION = define(
  'motherDuckDeletion',
  outcome(either(DELETED_MOTHERDUCK_TOKEN, MOTHERDUCK_TOKEN_PLAN, ALREADY_GONE)),
)

export const DELTASTREAM_DROP = define(
  'deltaStreamDrop',
  outcome(either(DROPPED_DELTASTREAM_TOKEN, DELTASTREAM_TOKEN_PLAN, ALREADY_GONE)),
)

export const DELETION_RESULT = define('deletionResult', either(DELETED_TOKEN, PLAN, ALREADY_GONE, listOf(DELETION)))

export const MOTHERDUCK_DELETION_RESULT = define(
  'motherDuckDeletionResult',
  either(DELETED_MOTHERDUCK_TOKEN, MOTHERDUCK_TOKEN_PLAN, ALREADY_GONE, listOf(MOTHERDUCK_DELETION)),
)

export const DELTASTREAM_DROP_RESULT = define(
  'deltaStreamDropResult',
  either(DROPPED_DELTASTREAM_TOKEN, DELTASTREAM_TOKEN_PLAN, ALREADY_GONE, listOf(DELTASTREAM_DROP)),
)

export const ROTATION = define('rotation', outcome(either(TOKEN_IN_FILE, PLAN), FAILED_MINT))

export const MOTHERDUCK_ROTATION = define(
  'motherDuckRotation',
  outcome(either(MOTHERDUCK_TOKEN_IN_FILE, MOTHERDUCK_TOKEN_PLAN), FAILED_MINT),
)

export const DELTASTREAM_RENEWAL = define(
  'deltaStreamRenewal',
  outcome(either(DELTASTREAM_TOKEN_IN_FILE, DELTASTREAM_TOKEN_PLAN), FAILED_MINT),
)

export const ROTATION_RESULT = define('rotationResult', either(MINTED_TOKEN, PLAN, listOf(ROTATION)))

export const MOTHERDUCK_ROTATION_RESULT = define(
  'motherDuckRotationResult',
  either(ROTATED_MOTHERDUCK_TOKEN, MOTHERDUCK_TOKEN_PLAN, listOf(MOTHERDUCK_ROTATION)),
)

export const DELTASTREAM_RENEWAL_RESULT = define(
  'deltaStreamRenewalResult',
  either(RENEWED_DELTASTREAM_TOKEN, DELTASTREAM_TOKEN_PLAN, listOf(DELTASTREAM_RENEWAL)),
)
