import type {TokenValueRow} from '../store/store.ts'

export type EndReason = 'rotated' | 'superseded' | 'undelivered' | 'deleted'

/**
 * Return the secret as ended at `now`. If its grace has already passed, the end of the grace stays
 * its end, and the rotation stays the reason.
 */
export function endedValue(value: TokenValueRow, reason: EndReason, now: number): TokenValueRow {
  if (value.state === 'grace' && !isInGrace(value, now)) {
    return {...value, state: 'ended', endedAt: value.graceUntil, endReason: 'rotated'}
  }
  return {...value, state: 'ended', endedAt: now, endReason: reason}
}

/** Return whether a replaced secret is still valid. */
export function isInGrace(value: TokenValueRow, now: number): value is TokenValueRow & {graceUntil: number} {
  return value.state === 'grace' && value.graceUntil !== null && value.graceUntil > now
}
