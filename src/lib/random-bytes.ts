import {randomFillSync} from 'node:crypto'

const POOL_BYTES = 4096

/** Random bytes that no one has received yet, from `next` on. The only state of the module. */
const pool = Buffer.alloc(POOL_BYTES)
let next = POOL_BYTES

/**
 * Return up to 4096 random bytes for ids and secrets. They come from a pool, as those of
 * `randomUUID` do: a call of `randomBytes` takes 10 µs, and a new token needs three of them.
 */
export function takeRandomBytes(count: number): Buffer {
  if (count > POOL_BYTES) throw new RangeError(`At most ${POOL_BYTES} random bytes, not ${count}`)
  if (next + count > POOL_BYTES) {
    randomFillSync(pool)
    next = 0
  }
  const taken = Buffer.from(pool.subarray(next, next + count))
  // What is handed out must be nowhere else.
  pool.fill(0, next, next + count)
  next += count
  return taken
}
