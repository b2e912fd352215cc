import {relativeTime} from '../../lib/relative-time.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'

/**
 * Return `last used 2 hours ago` or `never used`, for a question about a token. Null if the vendor
 * does not report it: that is not never.
 */
export function describeLastUse(
  {lastUsedAt}: {lastUsedAt?: TokenRecord['lastUsedAt'] | undefined},
  nowMs: number,
): string | null {
  if (lastUsedAt === undefined) return null
  return lastUsedAt === null ? 'never used' : `last used ${relativeTime(Date.parse(lastUsedAt), nowMs)}`
}
