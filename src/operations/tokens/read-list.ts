import type {TokenPort, TokenRecord} from '../../vendors/token-port.ts'
import {missingCapability, type TokenWords} from './token-access.ts'

/** Lists that are read from one vendor at the same time. */
export const CONCURRENT_LISTS = 4

/** A listed token. `endedAt` is absent for a live one. */
export type Listed<Token extends TokenRecord> = Token & {endedAt?: string}

/**
 * Return the live tokens of a port, or with `ended` the deleted ones. USAGE if it cannot do that.
 */
export async function readList<Token extends TokenRecord>(
  port: Pick<TokenPort<Token, never>, 'list' | 'listEnded'>,
  words: Pick<TokenWords, 'where'>,
  {ended = false}: {ended?: boolean | undefined},
): Promise<Listed<Token>[]> {
  if (!ended) return port.list()
  if (!port.listEnded) throw missingCapability(words, 'list tokens that have ended', '--ended')
  return port.listEnded()
}
