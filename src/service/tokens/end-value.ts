import type {TokenValueRow} from '../store/store.ts'

export type EndReason = 'rotated' | 'superseded' | 'undelivered' | 'deleted'

/**
 * A secret that is refused from `now` on. A grace that has passed ended the secret already, by the rotation that gave it: so it
 * stays, no matter what ends the secret now.
 */
export function endedValue(value: TokenValueRow, reason: EndReason, now: number): TokenValueRow {
  if (value.state === 'grace' && !isInGrace(value, now)) {
    return {...value, state: 'ended', endedAt: value.graceUntil, endReason: 'rotated'}
  }
  return {...value, state: 'ended', endedAt: now, endReason: reason}
}

/** Whether a secret that a newer one has replaced still works. */
export function isInGrace(value: TokenValueRow, now: number): value is TokenValueRow & {graceUntil: number} {
  return value.state === 'grace' && value.graceUntil !== null && value.graceUntil > now
}
