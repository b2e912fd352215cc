import {setImmediate} from 'node:timers/promises'
import {AppError} from '../errors/app-error.ts'

interface ListPage<Item> {
  items: Item[]
  totalCount: number
}

export interface ListOptions<Item> {
  /** Of what the list is, in messages: `tokens`. */
  what: string
  /** Items of a page. */
  limit: number
  readPage(page: {offset: number; limit: number}): Promise<ListPage<Item>>
  warn?: ((text: string) => Promise<void>) | undefined
  /** Called if the list changed in both readings: what is not in it may exist. */
  onUnstable?: (() => void) | undefined
}

/** A longer list is taken for one without an end. */
const ITEMS_MAX = 100_000

/**
 * Return every item of a paged list, each id once. Advances by what was received, so that a short
 * page loses nothing (contracts/astro-cli.md, fault 20). Stops at an empty page, and at the count
 * unless the last page was full: a count that is too low loses only what comes after a page that is
 * not full. If the list changes meanwhile, it is read once more from the
 * start; if it changes again, `warn` and `onUnstable` are called.
 *
 * UPSTREAM, not worth a retry, if a page repeats the one before it, or after 100 000 items.
 */
export async function listAll<Item extends {id: string}>(options: ListOptions<Item>): Promise<Item[]> {
  const first = await readList(options)
  if (first.isStable) return first.items
  const second = await readList(options)
  if (!second.isStable) {
    options.onUnstable?.()
    await options.warn?.(`The list of ${options.what} changed while it was read: one of them may be missing`)
  }
  return second.items
}

async function readList<Item extends {id: string}>({
  what,
  limit,
  readPage,
}: ListOptions<Item>): Promise<{items: Item[]; isStable: boolean}> {
  const found = new Map<string, Item>()
  const counts = new Set<number>()
  let previousIds = ''
  for (let offset = 0; ; ) {
    const {items, totalCount} = await readPage({offset, limit})
    const ids = items.map(({id}) => id).join()
    if (items.length > 0 && ids === previousIds) throw refuseEndless(what, 'a page repeats the one before it')
    previousIds = ids
    for (const item of items) if (!found.has(item.id)) found.set(item.id, item)
    counts.add(totalCount)
    offset += items.length
    if (offset > ITEMS_MAX) throw refuseEndless(what, `it has more than ${ITEMS_MAX} entries`)
    if (items.length === 0 || (offset >= totalCount && items.length < limit)) {
      return {items: [...found.values()], isStable: counts.size === 1 && found.size === totalCount}
    }
    // The embedded store answers without waiting: let signals and the spinner have their turn.
    await setImmediate()
  }
}

function refuseEndless(what: string, why: string): AppError {
  return new AppError('UPSTREAM', `The list of ${what} does not end: ${why}`, {
    retryable: false,
    hint: 'Report it to the vendor; a filter such as --deployment-id may give a shorter list',
  })
}
