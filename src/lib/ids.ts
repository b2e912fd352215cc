import {randomBytes, randomUUID} from 'node:crypto'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
/**
 * The largest multiple of 36 in a byte. Bytes from here on are discarded, so that every letter is
 * equally likely.
 */
const FAIR_BYTE_MAX = 252

/**
 * Return a new id in the form of Astro's ids: `c` and 24 lower-case letters or digits, about 124
 * random bits (contracts/astro.md, 5.1).
 */
export function newCuid(): string {
  return `c${randomLetters(24)}`
}

/**
 * Return a function that creates ids which sort by creation time, even within one millisecond. An
 * id is 12 hexadecimal digits of epoch milliseconds, 4 that count within the millisecond, then 64
 * random bits.
 */
export function createSortableIds(): (nowMs: number) => string {
  let last = {nowMs: -1, count: 0}
  return (nowMs) => {
    last = {nowMs, count: nowMs === last.nowMs ? last.count + 1 : 0}
    const [time, count] = [nowMs.toString(16).padStart(12, '0'), last.count.toString(16).padStart(4, '0')]
    return time + count + randomBytes(8).toString('hex')
  }
}

export function newUuid(): string {
  return randomUUID()
}

function randomLetters(count: number): string {
  let letters = ''
  while (letters.length < count) {
    for (const byte of randomBytes(count - letters.length + 4)) {
      if (byte < FAIR_BYTE_MAX && letters.length < count) letters += ALPHABET[byte % 36]
    }
  }
  return letters
}
