import {AppError, type GoneThing} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import {relativeTime} from '../../lib/relative-time.ts'
import {isUnusedFor} from '../../service/tokens/uses.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {markGone} from '../ignore-gone.ts'
import type {Warn} from './deliver.ts'
import {hintAtConflict} from './hint-at-conflict.ts'
import {keyOfToken, type TokenAccess, type TokenWords} from './token-access.ts'

interface EndOptions<Token extends TokenRecord> {
  token: Token
  /** Refuse a token that was used within this many milliseconds. */
  unusedForMs?: number | undefined
  /** Read the token again, immediately before it ends. */
  readAgain(): Promise<Token>
  now(): number
  warn: Warn
}

/**
 * End a token with all its secrets. CHECK_FAILED if it was used within `unusedForMs`. NOT_FOUND,
 * with `details.gone`, if someone else ended it first.
 */
export async function endToken<Token extends TokenRecord, NewToken>(
  access: TokenAccess<Token, NewToken>,
  options: EndOptions<Token>,
): Promise<void> {
  return markGone(describeGone(access.words, options.token), end(access, options))
}

/** Return what is gone if someone else ended this token after it was found. */
export function describeGone({noun}: Pick<TokenWords, 'noun'>, token: Pick<TokenRecord, 'id' | 'name'>): GoneThing {
  const wanted = keyOfToken(token)
  return {wanted, sentence: `${capitalise(noun)} ${wanted} was deleted by someone else in the meantime`}
}

async function end<Token extends TokenRecord, NewToken>(
  access: TokenAccess<Token, NewToken>,
  {token, unusedForMs, readAgain, now, warn}: EndOptions<Token>,
): Promise<void> {
  const {port, words} = access
  const list = words.command('list')
  if (unusedForMs === undefined) return hintAtConflict(list, port.end(token))
  if (port.endUnused) return hintAtConflict(list, port.endUnused(token, unusedForMs))
  refuseUsed(words, await readAgain(), {unusedForMs, now: now()})
  await warn(
    `${capitalise(words.where)} cannot check for a use and end the token in one step: a use between the two is not noticed`,
  )
  return hintAtConflict(list, port.end(token))
}

/**
 * Throw CHECK_FAILED if the token was used within this time. A token that was never used counts as
 * unused, even a new one. USAGE if the vendor does not report uses.
 */
export function refuseUsed(
  words: TokenWords,
  token: TokenRecord,
  {unusedForMs, now}: {unusedForMs: number; now: number},
): void {
  const {lastUsedAt, id, name} = token
  if (lastUsedAt === undefined) {
    throw new AppError('USAGE', `${capitalise(words.where)} does not report when a token was used`, {
      hint: 'Leave out --unused-for',
    })
  }
  if (lastUsedAt === null) return
  const usedAt = Date.parse(lastUsedAt)
  if (isUnusedFor(usedAt, unusedForMs, now)) return
  throw new AppError(
    'CHECK_FAILED',
    `${capitalise(words.noun)} ${id === undefined ? name : `${name} (${id})`} was used ${relativeTime(usedAt, now)}`,
    {
      hint: `Find out who uses it; see when each token was used with: ${words.command('list --sort -last-used')}`,
    },
  )
}
