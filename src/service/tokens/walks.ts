import type {PageStart, StoreSession, TokenFilter, TokenPage, TokenView} from '../store/store.ts'

/** Reads pages of a list by their offset, at the same cost wherever they are in the list. */
export interface Walks {
  /**
   * Return a page. If the same caller has read the page before it within a minute, it begins after
   * the last token of that page. So a walk over all pages skips no token and repeats none, even if
   * others are created or deleted meanwhile. Any other page is found by its offset.
   */
  readPage(caller: string, organizationId: string, filter: TokenFilter, page: TokenPage): Promise<TokenView[]>
}

interface PageEnd extends PageStart {
  /** Epoch milliseconds. */
  readAt: number
}

/** How many ends of pages are kept, over all callers. The oldest is dropped first. */
const ENDS_MAX = 2000
const KEPT_MS = 60_000

export function createWalks(read: StoreSession, now: () => number): Walks {
  /** By caller, list and offset of the next page. */
  const ends = new Map<string, PageEnd>()

  function keep(key: string, {id, name, createdAt}: PageStart): void {
    ends.delete(key)
    ends.set(key, {id, name, createdAt, readAt: now()})
    const [oldest] = ends.keys()
    if (ends.size > ENDS_MAX && oldest !== undefined) ends.delete(oldest)
  }

  return {
    async readPage(caller, organizationId, filter, page) {
      const list = JSON.stringify([caller, organizationId, filter, page.sorts ?? []])
      const end = ends.get(`${list}${page.offset}`)
      const after = end && now() - end.readAt < KEPT_MS ? {after: end} : {}
      const rows = await read.listTokens(organizationId, filter, {...page, ...after})
      const last = rows.at(-1)
      if (last && rows.length === page.limit) keep(`${list}${page.offset + page.limit}`, last)
      return rows
    },
  }
}
