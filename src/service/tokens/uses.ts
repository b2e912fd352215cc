import {setImmediate} from 'node:timers/promises'
import type {Store, TokenValueRow} from '../store/store.ts'

/** A use is written at once the first time, then at most once in this many milliseconds. */
const USE_NOTED_EVERY_MS = 60_000

/** A noted use is shown in whole seconds, rounded down. */
const SHOWN_TO_MS = 1000

/**
 * Whether a token counts as unused for this many milliseconds; one that was never used does. `lastUsedAt` and `now` are epoch
 * milliseconds.
 *
 * A note tells neither of the uses within a minute after it, nor, once it is shown, of the part of its second: both count as used,
 * so that whoever asks, before or in the transaction that deletes, is told the same.
 */
export function isUnusedFor(lastUsedAt: number | null, unusedForMs: number, now: number): boolean {
  if (lastUsedAt === null) return true
  const shownAt = lastUsedAt - (lastUsedAt % SHOWN_TO_MS)
  const usedUntil = shownAt + SHOWN_TO_MS - 1 + USE_NOTED_EVERY_MS - 1
  return usedUntil <= now - unusedForMs
}

/** Notes that values are used, off the path of the answer. */
export interface Uses {
  note(value: TokenValueRow, usedAt: number): void
  /** Resolves when every use so far is in the store, or could not be written. */
  settle(): Promise<void>
}

export function createUses(store: Store): Uses {
  const writing = new Set<Promise<void>>()
  return {
    note(value, usedAt) {
      const notedSince = usedAt - USE_NOTED_EVERY_MS + 1
      if (value.lastUsedAt !== null && value.lastUsedAt >= notedSince) return
      const work = writeUse(store, value, {usedAt, notedSince}).finally(() => writing.delete(work))
      writing.add(work)
    },
    async settle() {
      while (writing.size > 0) await Promise.all(writing)
    },
  }
}

/** After the request that uses the value has had its turn. A disk that is full must not refuse who only reads. */
async function writeUse(
  store: Store,
  {organizationId, sha256}: TokenValueRow,
  {usedAt, notedSince}: {usedAt: number; notedSince: number},
): Promise<void> {
  await setImmediate()
  await store.touchValue(organizationId, sha256, usedAt, notedSince).catch(() => {})
}
