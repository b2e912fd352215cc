import {setImmediate} from 'node:timers/promises'
import {AppError} from '../../errors/app-error.ts'
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

/** Uses that are kept while another process holds the store. A use of one more value is dropped. */
const WAITING_MAX = 10_000
const RETRY_MS = 250

/** Notes that values are used, off the path of the answer. A use may be lost: no request waits for it or fails because of it. */
export interface Uses {
  note(value: TokenValueRow, usedAt: number): void
  /** Try to write every use so far, without waiting for a lock of another process; those that it keeps out are tried again later. */
  settle(): Promise<void>
  /** Write every use so far. Waits for a lock of another process as any change does, and throws what keeps the uses out. */
  write(): Promise<void>
  /** Try a last time. */
  close(): Promise<void>
}

interface Use {
  organizationId: string
  sha256: string
  usedAt: number
  notedSince: number
}

export function createUses(store: Store): Uses {
  /** By value: a later use replaces an earlier one. */
  const waiting = new Map<string, Use>()
  let trying: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  /** The uses stay in the map until they are written, so that one which comes meanwhile is not lost. */
  async function writeWaiting(options: {wait: boolean}): Promise<void> {
    const uses = [...waiting.values()]
    if (uses.length === 0) return
    await store.transaction(async (session) => {
      for (const use of uses) await session.touchValue(use.organizationId, use.sha256, use.usedAt, use.notedSince)
    }, options)
    for (const use of uses) forget(use)
  }

  function forget(use: Use): void {
    const key = toKey(use)
    if (waiting.get(key) === use) waiting.delete(key)
  }

  async function tryOnce(): Promise<void> {
    // The request that uses the value has its turn first.
    await setImmediate()
    const before = [...waiting.values()]
    await writeWaiting({wait: false}).catch((err: unknown) => {
      // A full disk must not refuse a request that only reads.
      if (!isLocked(err)) for (const use of before) forget(use)
    })
    trying = undefined
    if (waiting.size > 0 && !closed) retryLater()
  }

  function tryNow(): Promise<void> {
    trying ??= tryOnce()
    return trying
  }

  function retryLater(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void tryNow()
    }, RETRY_MS).unref()
  }

  return {
    note(value, usedAt) {
      const notedSince = usedAt - USE_NOTED_EVERY_MS + 1
      if (value.lastUsedAt !== null && value.lastUsedAt >= notedSince) return
      const {organizationId, sha256} = value
      const use = {organizationId, sha256, usedAt, notedSince}
      const known = waiting.get(toKey(use))
      // Written in this minute, or about to be: the store is told of the first use of a minute.
      if (known && known.usedAt >= notedSince) return
      if (waiting.size >= WAITING_MAX && !known) return
      waiting.set(toKey(use), use)
      if (!timer) void tryNow()
    },
    async settle() {
      await trying
      if (waiting.size > 0) await tryNow()
    },
    async write() {
      await trying
      await writeWaiting({wait: true})
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await trying
      if (waiting.size > 0) await tryNow()
    },
  }
}

function toKey({organizationId, sha256}: Use): string {
  return `${organizationId} ${sha256}`
}

function isLocked(err: unknown): boolean {
  return err instanceof AppError && err.code === 'TIMEOUT'
}
