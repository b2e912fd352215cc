import {randomUUID} from 'node:crypto'
import {takeRandomBytes} from './random-bytes.ts'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
/**
 * The largest multiple of 36 in a byte. Bytes from here on are discarded, so that every letter is
 * equally likely.
 */
const FAIR_BYTE_MAX = 252

/**
 * Return a new id in the form of Astro's ids, which are CUIDs: `c`, 8 letters or digits with the
 * time in milliseconds, and 16 others (contracts/astro.md, 5.1). Here the first 2 of these are the
 * fraction of the millisecond, and 14 are random, about 72 bits. So ids sort by creation time, and
 * new rows are next to each other in every index that begins with an id.
 */
export function newCuid(): string {
  const now = readClock()
  const ms = Math.floor(now)
  const fraction = Math.floor((now - ms) * 36 ** 2)
  return `c${toLetters(ms, 8)}${toLetters(fraction, 2)}${randomLetters(14)}`
}

/** Return whether a text has this form. */
export function isCuid(text: string): boolean {
  return /^c[0-9a-z]{24}$/.test(text)
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
    return time + count + takeRandomBytes(8).toString('hex')
  }
}

export function newUuid(): string {
  return randomUUID()
}

/**
 * Return a UUID of version 7 (RFC 9562): ids sort by creation time. In one process that also holds
 * within a millisecond, because the 12 bits after the version are its fraction (section 6.2, method
 * 3), as fine as a quarter of a microsecond.
 */
export function newSortableUuid(): string {
  const now = readClock()
  const ms = Math.floor(now)
  const fraction = Math.floor((now - ms) * 4096)
  const time = ms.toString(16).padStart(12, '0')
  const random = takeRandomBytes(8)
  // The variant of RFC 9562: 10 in the first two bits.
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80
  const digits = `${time}7${fraction.toString(16).padStart(3, '0')}${random.toString('hex')}`
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Return epoch milliseconds with their fraction, from the clock of the process. */
function readClock(): number {
  return performance.timeOrigin + performance.now()
}

/** Write a whole number with the last `count` digits of base 36. */
function toLetters(value: number, count: number): string {
  return value.toString(36).padStart(count, '0').slice(-count)
}

function randomLetters(count: number): string {
  let letters = ''
  while (letters.length < count) {
    for (const byte of takeRandomBytes(count - letters.length + 4)) {
      if (byte < FAIR_BYTE_MAX && letters.length < count) letters += ALPHABET[byte % 36]
    }
  }
  return letters
}
