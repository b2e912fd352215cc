/** Random numbers determined by a seed, so that a failed run can be repeated. */
export interface Random {
  /** Return a number from 0 to `limit`, excluding `limit`. */
  below(limit: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** mulberry32: good enough for choices, and the same on every platform. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    below: (limit) => next() * limit,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new Error('Nothing to pick from')
      return item
    },
  }
}

/** Return HEAVY_SEED from the environment, to repeat a run, or a new seed. */
export function chooseSeed(): number {
  return Number(process.env['HEAVY_SEED'] ?? Date.now() % 1_000_000)
}
