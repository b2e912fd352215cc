import {AppError} from '../../errors/app-error.ts'
import {relativeTime} from '../../lib/relative-time.ts'
import {toRfc3339OrNull} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {decodeToken} from '../../service/tokens/format.ts'

/** What a value says of itself. None of it is proven: anybody can write such a value. */
export interface InspectedToken {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  issuer: string | null
  subject: string | null
  /** RFC 3339; null when the value names no such time. */
  issuedAt: string | null
  expiresAt: string | null
  /** Whether `exp` has passed by the clock of this machine. */
  expired: boolean
}

/**
 * Read any JWT without trusting it, offline. CHECK_FAILED when the value is no JWT; with `validForMs` also when it claims to end
 * sooner.
 */
export function inspectToken(
  runtime: Runtime,
  {secret, validForMs}: {secret: string; validForMs?: number | undefined},
): InspectedToken {
  const decoded = decodeToken(secret)
  if (!decoded)
    throw new AppError('CHECK_FAILED', 'The value is not a JWT: three parts with dots between', {
      hint: 'Give the token alone, with --token-file FILE or on standard input',
    })
  const {header, payload} = decoded
  const now = runtime.now()
  const endMs = toMs(payload['exp'])
  const endsSooner =
    validForMs !== undefined && payload['exp'] !== undefined && !(endMs !== null && endMs >= now + validForMs)
  const inspected: InspectedToken = {
    header,
    claims: payload,
    issuer: textOrNull(payload['iss']),
    subject: textOrNull(payload['sub']),
    issuedAt: toRfc3339OrNull(toMs(payload['iat'])),
    expiresAt: toRfc3339OrNull(endMs),
    expired: endMs !== null && endMs <= now,
  }
  if (endsSooner) {
    const verb = inspected.expired ? 'expired' : 'expires'
    const when = endMs === null ? 'at no time that can be read' : relativeTime(endMs, now)
    const message = `By its own claims the token ${verb} ${when}`
    throw new AppError('CHECK_FAILED', message, {result: inspected, hint: 'Get a new one from whoever issued it'})
  }
  return inspected
}

/** A NumericDate (RFC 7519): seconds, perhaps with a fraction; some issuers write them as text. */
function toMs(claim: unknown): number | null {
  const seconds = typeof claim === 'string' && claim.trim() !== '' ? Number(claim) : claim
  const ms = typeof seconds === 'number' ? seconds * 1000 : Number.NaN
  // The range of a Date.
  return Math.abs(ms) <= 8.64e15 ? ms : null
}

function textOrNull(claim: unknown): string | null {
  return typeof claim === 'string' ? claim : null
}
