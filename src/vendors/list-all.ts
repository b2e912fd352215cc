import {setImmediate} from 'node:timers/promises'

interface ListPage<Item> {
  items: Item[]
  totalCount: number
}

/**
 * Return every item of a paged list. Stop at an empty page or when the count is reached. The next
 * offset is the number of items that arrived. So a count that is too high, or a short page, neither
 * loses nor repeats an item (contracts/astro-cli.md, fault 20).
 */
export async function listAll<Item>(
  limit: number,
  readPage: (page: {offset: number; limit: number}) => Promise<ListPage<Item>>,
): Promise<Item[]> {
  const all: Item[] = []
  for (;;) {
    const {items, totalCount} = await readPage({offset: all.length, limit})
    all.push(...items)
    if (items.length === 0 || all.length >= totalCount) return all
    // The embedded store never waits for I/O. Let the event loop handle signals and the spinner.
    await setImmediate()
  }
}
