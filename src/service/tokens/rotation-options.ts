import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {TokenValueRow, TokenView} from '../store/store.ts'
import {isInGrace} from './end-value.ts'
import {GRACE_DAYS_MAX, GRACE_MAX_MS} from './grace.ts'

/**
 * What happens to the older secrets when the new one is in force. By default they end immediately.
 */
export interface RotationOptions {
  /**
   * How long the previous secret stays valid after `finish`: 1 to `GRACE_MAX_MS` milliseconds. It
   * never outlives its own lifetime.
   */
  graceMs?: number | undefined
  /**
   * Rotate even if an older secret is in grace, and end that one too. Cannot be combined with
   * `graceMs`.
   */
  endAllValues?: boolean | undefined
}

/**
 * Throw INVALID if `graceMs` is out of range or not an integer. For example, NaN must not count as
 * an unlimited grace.
 */
export function checkRotationOptions({graceMs, endAllValues}: RotationOptions): void {
  if (graceMs === undefined) return
  if (!Number.isSafeInteger(graceMs) || graceMs < 1 || graceMs > GRACE_MAX_MS) {
    throw new AppError('INVALID', `The grace of an old secret is 1 millisecond to ${GRACE_DAYS_MAX} days`, {
      reason: 'option-invalid',
      hint: 'Choose a shorter grace, or leave it out to end the old secret immediately',
    })
  }
  if (endAllValues) {
    throw new AppError('INVALID', 'A grace for the old secret and the end of all secrets exclude each other', {
      reason: 'option-invalid',
      hint: 'Leave one of them out',
    })
  }
}

/** Throw CONFLICT if one of these secrets is in grace. */
export function refuseInGrace({id: tokenId}: TokenView, values: TokenValueRow[], now: number): void {
  const inGrace = values.find((value) => isInGrace(value, now))
  if (!inGrace) return
  const until = toRfc3339(inGrace.graceUntil)
  throw new AppError('CONFLICT', `An older secret of API token ${tokenId} is in grace until ${until}`, {
    reason: 'in-grace',
    facts: {tokenId, until},
    hint: 'Rotate it again after that, or end every older secret now',
  })
}

export function overtaken({id: tokenId}: TokenView): AppError {
  return new AppError(
    'CONFLICT',
    `The new secret of API token ${tokenId} was ended by another rotation or by a delete`,
    {
      reason: 'rotation-overtaken',
      facts: {tokenId},
      hint: 'Discard the secret, then run the same command again',
    },
  )
}
