/** Numbers that a seed decides: what failed can be tried again. */
export interface Random {
  /** From 0 up to, not including, `limit`. */
  below(limit: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** mulberry32: good enough to choose by, and the same everywhere. */
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

/** HEAVY_SEED of the environment, to repeat a run, or a new one. */
export function chooseSeed(): number {
  return Number(process.env['HEAVY_SEED'] ?? Date.now() % 1_000_000)
}
