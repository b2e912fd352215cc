import {randomBytes, randomUUID} from 'node:crypto'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
/** The largest multiple of 36 in a byte: bytes from here on are thrown away, so that every letter is equally likely. */
const FAIR_BYTE_MAX = 252

/** `c` and 24 lower-case letters or digits, about 124 random bits: the form of Astro's ids (contracts/astro.md, 5.1). */
export function newCuid(): string {
  return `c${randomLetters(24)}`
}

/** An id that sorts by the time it was made: 12 hexadecimal digits of epoch milliseconds, then 80 random bits. */
export function newSortableId(nowMs: number): string {
  return nowMs.toString(16).padStart(12, '0') + randomBytes(10).toString('hex')
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
