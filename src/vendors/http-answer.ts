import type {HttpAnswer, HttpFailure} from './http-exchange.ts'

export function isSuccess({status}: HttpAnswer): boolean {
  return status >= 200 && status < 300
}

/**
 * Return `Retry-After` in milliseconds, from seconds or from a date (RFC 9110, 10.2.3). Null
 * without one, and for any other text.
 */
export function readRetryAfterMs(outcome: HttpAnswer | HttpFailure, now: number): number | null {
  const text = 'status' in outcome ? outcome.headers['retry-after']?.trim() : undefined
  if (!text) return null
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = IMF_DATE.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

const IMF_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

export function readRequestId({headers}: HttpAnswer): string | undefined {
  const id = headers['x-request-id']
  return typeof id === 'string' ? id : undefined
}

/** Return the JSON of a text; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    // Some servers begin JSON with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}
