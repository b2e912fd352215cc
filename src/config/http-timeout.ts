import {AppError} from '../errors/app-error.ts'

const DEFAULT_SECONDS = 30
const MAX_SECONDS = 3600

/**
 * Return how long one request may take, with its body, in milliseconds: `TOKENRY_HTTP_TIMEOUT`,
 * which is in seconds and may have a fraction, or 30 seconds. CONFIG unless it is more than 0 and
 * at most 3600.
 */
export function readHttpTimeoutMs(env: Record<string, string | undefined>): number {
  const text = env['TOKENRY_HTTP_TIMEOUT']
  if (text === undefined) return DEFAULT_SECONDS * 1000
  const seconds = /^(?:\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : 0
  const timeoutMs = Math.round(seconds * 1000)
  if (timeoutMs >= 1 && seconds <= MAX_SECONDS) return timeoutMs
  throw new AppError('CONFIG', `TOKENRY_HTTP_TIMEOUT is not a number of seconds above 0 and up to ${MAX_SECONDS}`, {
    hint: `Set it to seconds, such as 30 or 2.5, or unset it (default: ${DEFAULT_SECONDS})`,
  })
}
