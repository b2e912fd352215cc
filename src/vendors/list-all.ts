import {setImmediate} from 'node:timers/promises'

interface ListPage<Item> {
  items: Item[]
  totalCount: number
}

/**
 * Return every item of a paged list. Stops at an empty page as well as at the count, and goes on by
 * what arrived, so that neither a count that is too high nor a short page loses or repeats anything
 * (contracts/astro-cli.md, fault 20).
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
    // The embedded store answers without ever waiting: let signals and the spinner have their turn.
    await setImmediate()
  }
}
