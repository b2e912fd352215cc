import {AppError} from '../../errors/app-error.ts'
import {decodeToken} from '../../lib/jwt.ts'
import {relativeTime} from '../../lib/relative-time.ts'
import {toRfc3339OrNull} from '../../lib/rfc3339.ts'
import type {Runtime} from '../../runtime/runtime.ts'

/** The claims of a token. None of them is proven: anyone can write such a token. */
export interface InspectedToken {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  issuer: string | null
  subject: string | null
  /** RFC 3339; null if the token has no such time. */
  issuedAt: string | null
  expiresAt: string | null
  /** Whether `exp` has passed by the clock of this machine. */
  expired: boolean
}

/**
 * Read any JWT offline, without trusting it. CHECK_FAILED if `secret` is not a JWT. With
 * `validForMs`, CHECK_FAILED also if its `exp` claim is earlier than that from now.
 */
export function inspectToken(
  runtime: Runtime,
  {secret, validForMs}: {secret: string; validForMs?: number | undefined},
): InspectedToken {
  const decoded = decodeToken(secret)
  if (!decoded)
    throw new AppError('CHECK_FAILED', 'The token is not a JWT, which has three parts with dots between them', {
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
    const when = endMs === null ? 'at a time that cannot be read' : relativeTime(endMs, now)
    const message = `According to its claims, the token ${verb} ${when}`
    throw new AppError('CHECK_FAILED', message, {result: inspected, hint: 'Get a new token from its issuer'})
  }
  return inspected
}

/**
 * Read a NumericDate (RFC 7519): seconds, with or without a fraction. Some issuers write it as
 * text. Return epoch milliseconds; null if it cannot be read.
 */
function toMs(claim: unknown): number | null {
  const seconds = typeof claim === 'string' && claim.trim() !== '' ? Number(claim) : claim
  const ms = typeof seconds === 'number' ? seconds * 1000 : Number.NaN
  // The largest time of a Date.
  return Math.abs(ms) <= 8.64e15 ? ms : null
}

function textOrNull(claim: unknown): string | null {
  return typeof claim === 'string' ? claim : null
}
