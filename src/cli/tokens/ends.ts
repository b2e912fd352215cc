import {countWords, DAY_MS} from '../../lib/duration.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'

/** A token that ends within this time ends soon. */
const SOON_DAYS = 7

export type EndState = 'expired' | 'ends soon' | 'ends later' | 'never ends' | 'not reported'

/** Return how near the end of a token is. `nowMs`: epoch milliseconds. */
export function readEndState({expiresAt}: Pick<TokenRecord, 'expiresAt'>, nowMs: number): EndState {
  if (expiresAt === undefined) return 'not reported'
  if (expiresAt === null) return 'never ends'
  const leftMs = Date.parse(expiresAt) - nowMs
  if (leftMs <= 0) return 'expired'
  return leftMs <= SOON_DAYS * DAY_MS ? 'ends soon' : 'ends later'
}

/** Return the word for a token that needs a look; empty for any other. */
export function markEnd(token: Pick<TokenRecord, 'expiresAt'>, nowMs: number): string {
  const state = readEndState(token, nowMs)
  return state === 'expired' || state === 'ends soon' ? state : ''
}

/** Colour a text about the end of a token. The word of `markEnd` says the same. */
export function colourEnd(token: Pick<TokenRecord, 'expiresAt'>, text: string, {colors, nowMs}: HumanView): string {
  const state = readEndState(token, nowMs)
  if (state === 'expired') return colors.red(text)
  return state === 'ends soon' ? colors.yellow(text) : text
}

/** Return a line such as `45 tokens: 1 expired, 6 end within 7 days, 3 never end`. */
export function summariseEnds(tokens: readonly Pick<TokenRecord, 'expiresAt'>[], nowMs: number): string {
  const states = tokens.map((token) => readEndState(token, nowMs))
  const count = (wanted: EndState) => states.filter((state) => state === wanted).length
  const [expired, soon, never] = [count('expired'), count('ends soon'), count('never ends')]
  const parts = [
    ...(expired > 0 ? [`${expired} expired`] : []),
    ...(soon > 0 ? [`${soon} ${soon === 1 ? 'ends' : 'end'} within ${SOON_DAYS} days`] : []),
    ...(never > 0 ? [`${never} never ${never === 1 ? 'ends' : 'end'}`] : []),
  ]
  const total = countWords(tokens.length, 'token')
  return parts.length === 0 ? total : `${total}: ${parts.join(', ')}`
}
