import {AppError} from '../../errors/app-error.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {TokenValueRow, TokenView} from '../store/store.ts'
import {isInGrace} from './end-value.ts'
import {GRACE_DAYS_MAX, GRACE_MAX_MS} from './grace.ts'

/** What becomes of the older secrets once the new one is in force. They end at once, unless `graceMs` says otherwise. */
export interface RotationOptions {
  /** The secret that was current works this long after `finish`, but not longer than it would have: 1 to `GRACE_MAX_MS`. */
  graceMs?: number | undefined
  /** Rotate even while an older secret is in grace, and end that one too. Excludes `graceMs`. */
  endAllValues?: boolean | undefined
}

/** INVALID for what is no grace. A number that compares with nothing, such as NaN, must not pass for one without end. */
export function checkRotationOptions({graceMs, endAllValues}: RotationOptions): void {
  if (graceMs === undefined) return
  if (!Number.isSafeInteger(graceMs) || graceMs < 1 || graceMs > GRACE_MAX_MS) {
    throw new AppError('INVALID', `The grace of an old secret is 1 millisecond to ${GRACE_DAYS_MAX} days`, {
      reason: 'option-invalid',
      hint: 'Choose a shorter grace, or leave it out to end the old secret at once',
    })
  }
  if (endAllValues) {
    throw new AppError('INVALID', 'A grace for the old secret and the end of all secrets exclude each other', {
      reason: 'option-invalid',
      hint: 'Leave one of them out',
    })
  }
}

/** CONFLICT while one of these secrets is in grace. */
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
      hint: 'Throw the secret away, then run the same command again',
    },
  )
}
