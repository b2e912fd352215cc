import {AppError} from '../../errors/app-error.ts'
import {SECOND_MS} from '../../lib/duration.ts'
import {toRfc3339, toRfc3339OrNull} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type MotherDuckTokenRecord, toSuccessor} from '../../vendors/motherduck/token-port.ts'
import {isNotFound} from '../ignore-gone.ts'
import {findChanges} from '../tokens/change-plan.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import {mintToken} from '../tokens/mint-token.ts'
import {refuseWithoutGrace, replaceToken} from '../tokens/replace-token.ts'
import {createPlan, type TokenPlan} from './change-plan.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import type {TokenUser} from './user.ts'

/** The new token. */
export interface RotatedToken extends TokenResult {
  /** The id of the old token; that of the new one if its secret was replaced, with a grace. */
  previousId: string
  /** The command that ends the old token; null if it ends by itself. */
  revokeCommand: string | null
}

export interface RotateOptions {
  user: TokenUser
  token: MotherDuckTokenRecord
  /** In seconds; null for never, undefined for the lifetime of the old token. */
  ttlSeconds: number | null | undefined
  /** End the old token after the new secret is written out. */
  revokeOld: boolean
  /** Replace the secret of the token, and keep the old one for this many milliseconds. */
  graceMs?: number | undefined
  warn: Warn
}

/** A rotation that was checked, but not started. */
export interface PlannedRotation {
  plan: TokenPlan
  apply(deliver: Deliver<RotatedToken>): Promise<RotatedToken>
}

/**
 * Plan a new token that replaces another one (contracts/motherduck.md, 4.6): it is created and its
 * secret written out, and only then the old token ends, if that is wanted. With a grace, the token
 * gets a new secret instead; USAGE if the port cannot do that.
 */
export function planRotation(runtime: Runtime, options: RotateOptions): PlannedRotation {
  const {user, token, ttlSeconds, revokeOld, graceMs} = options
  refuseWithoutGrace(user, {graceMs})
  const successor = toSuccessor(token, ttlSeconds)
  const now = runtime.now()
  const seconds = graceMs === undefined ? successor.ttlSeconds : token.lifetimeSeconds
  const endsAt = token.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(token.expiresAt)
  const oldEndsAt = Math.min(endsAt, graceMs === undefined ? (revokeOld ? now : endsAt) : now + graceMs)
  const before = token.expiresAt === null ? null : toRfc3339(endsAt)
  const changes = findChanges([
    {field: 'value', before: token.fragment === undefined ? 'the old one' : `…${token.fragment}`, after: 'a new one'},
    {
      field: 'expiresAt',
      before,
      after: toRfc3339OrNull(seconds === null ? null : now + seconds * SECOND_MS),
    },
    {
      field: 'oldValueEndsAt',
      before,
      after: toRfc3339OrNull(oldEndsAt === Number.POSITIVE_INFINITY ? null : oldEndsAt),
    },
  ])
  return {
    plan: createPlan('rotate', token, changes),
    apply: (deliver) => (graceMs === undefined ? createSuccessor(options, deliver) : replaceSecret(options, deliver)),
  }
}

function replaceSecret({user, token, graceMs}: RotateOptions, deliver: Deliver<RotatedToken>): Promise<RotatedToken> {
  return replaceToken(user, {
    token,
    graceMs,
    toResult: (rotated) => ({...toTokenResult(rotated), previousId: token.id, revokeCommand: null}),
    deliver,
  })
}

async function createSuccessor(options: RotateOptions, deliver: Deliver<RotatedToken>): Promise<RotatedToken> {
  const {user, token, ttlSeconds, revokeOld, warn} = options
  const {port, words} = user
  const revokeCommand = words.command(`delete ${token.id} --force`)
  const rotated = await mintToken(
    // The successor has the name of the old token.
    {port: {...port, mint: (successor) => port.mintSuccessor(successor)}, words},
    {
      token: toSuccessor(token, ttlSeconds),
      uniqueName: false,
      toResult: (minted) => ({
        ...toTokenResult(minted),
        previousId: token.id,
        revokeCommand: revokeOld ? null : revokeCommand,
      }),
      async deliver(secret, result, delivery) {
        if (result.name !== token.name) {
          await warn(`The new token is named ${result.name}: MotherDuck refused a second token named ${token.name}`)
        }
        await deliver(secret, result, delivery)
      },
      warn,
    },
  )
  if (revokeOld) await endOld(options, {rotated, revokeCommand})
  return rotated
}

/** PARTIAL, with both ids, if the old token cannot be ended. The new one is written out already. */
async function endOld(
  {user, token}: RotateOptions,
  {rotated, revokeCommand}: {rotated: RotatedToken; revokeCommand: string},
): Promise<void> {
  try {
    await user.port.end(token)
  } catch (cause) {
    // Someone else ended it first.
    if (isNotFound(cause)) return
    const why = cause instanceof AppError ? `: ${cause.message}` : ''
    throw new AppError(
      'PARTIAL',
      `The secret of the new token ${rotated.id} is written out, but the old token ${token.id} may still work${why}`,
      {cause, hint: `End it with: ${revokeCommand}`},
    )
  }
}
