import {countWords, DAY_MS} from '../../lib/duration.ts'
import type {AstroTokenRecord} from '../../vendors/astro/token-port.ts'
import type {Warn} from '../tokens/deliver.ts'

type End = Pick<AstroTokenRecord, 'expiresAt' | 'createdAt'>

/** Clocks, and times in whole seconds, may differ by this much without a word. */
const TOLERANCE_MS = 5 * 60_000

/**
 * Warn if the vendor gave a new token another end than the one that was asked for. `days`: null for
 * never. With --clean-output, only a token that never expires causes a warning (design.md, section
 * 6).
 */
export async function warnOfWrongEnd({expiresAt, createdAt}: End, days: number | null, warn: Warn): Promise<void> {
  const wanted = days === null ? null : Date.parse(createdAt) + days * DAY_MS
  const answered = expiresAt === null ? null : Date.parse(expiresAt)
  if (wanted === answered) return
  if (wanted !== null && answered !== null && Math.abs(wanted - answered) <= TOLERANCE_MS) return
  const asked = days === null ? 'should never expire' : `should expire after ${countWords(days, 'day')}`
  await warn(`The token ${describeEnd(expiresAt)}, although it ${asked}`, {evenClean: expiresAt === null})
}

/**
 * Warn if a rotation did not restart the lifetime of a token. The documentation of Astro says that
 * it does; no public source shows it (contracts/astro.md, section 12).
 */
export async function warnOfKeptEnd(
  {lifetimeMs}: Pick<AstroTokenRecord, 'lifetimeMs'>,
  {expiresAt, lastRotatedAt, updatedAt}: Pick<AstroTokenRecord, 'expiresAt' | 'lastRotatedAt' | 'updatedAt'>,
  warn: Warn,
): Promise<void> {
  if (lifetimeMs === null || expiresAt === null) return
  const wanted = Date.parse(lastRotatedAt ?? updatedAt) + lifetimeMs
  if (Date.parse(expiresAt) >= wanted - TOLERANCE_MS) return
  await warn(`The rotation did not restart the lifetime of the token: it ${describeEnd(expiresAt)}`)
}

function describeEnd(expiresAt: string | null): string {
  return expiresAt === null ? 'never expires' : `expires at ${expiresAt}`
}
