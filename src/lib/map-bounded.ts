interface BoundedWork<Item, Result> {
  /** How many items are worked on at the same time. */
  max: number
  work(item: Item): Promise<Result>
  /** Gets the number of items that are done. */
  onProgress?: ((done: number, total: number) => void) | undefined
}

/**
 * Return the results of all items, in the order of the items. After the first failure no other item
 * is begun.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  {max, work, onProgress}: BoundedWork<Item, Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const entries = items.entries()
  let [done, stopped] = [0, false]
  async function workOn(): Promise<void> {
    for (const [at, item] of entries) {
      if (stopped) return
      try {
        results[at] = await work(item)
      } catch (err) {
        stopped = true
        throw err
      }
      done += 1
      onProgress?.(done, items.length)
    }
  }
  await Promise.all(Array.from({length: Math.min(max, items.length)}, workOn))
  return results
}
