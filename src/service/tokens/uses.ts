import {setImmediate} from 'node:timers/promises'
import {AppError} from '../../errors/app-error.ts'
import type {Store, TokenValueRow} from '../store/store.ts'

/** The longest time of any policy in which a use is recorded once. */
const USE_NOTED_EVERY_MS_MAX = 60_000

/** A recorded use is shown in whole seconds, rounded down. */
const SHOWN_TO_MS = 1000

/**
 * Return whether a token is unused for this many milliseconds. True if it was never used.
 * `lastUsedAt` and `now` are epoch milliseconds.
 *
 * Uses within a minute after a recorded one may not be recorded, and a shown time lacks the
 * fraction of its second. Both periods count as used. So a check before the delete and the check in
 * its transaction have the same result.
 */
export function isUnusedFor(lastUsedAt: number | null, unusedForMs: number, now: number): boolean {
  if (lastUsedAt === null) return true
  const shownAt = lastUsedAt - (lastUsedAt % SHOWN_TO_MS)
  const usedUntil = shownAt + SHOWN_TO_MS - 1 + USE_NOTED_EVERY_MS_MAX - 1
  return usedUntil <= now - unusedForMs
}

/**
 * The number of uses to keep while another process holds the store. If it is reached, the use of a
 * further secret is dropped.
 */
const WAITING_MAX = 10_000
const RETRY_MS = 250

/**
 * Records uses of secrets without delaying the response. A use may be lost: no request waits for it
 * or fails because of it.
 */
export interface Uses {
  /** `everyMs`: record no second use in this time (`TokenPolicy.useNotedEveryMs`). */
  note(value: TokenValueRow, use: {usedAt: number; everyMs: number}): void
  /**
   * Try to write all uses so far, without waiting for a lock of another process. If the store is
   * locked, retry later.
   */
  settle(): Promise<void>
  /**
   * Write all uses so far. Wait for a lock of another process as any change does, and throw if the
   * write fails.
   */
  write(): Promise<void>
  /** Try to write a last time. */
  close(): Promise<void>
}

interface Use {
  organizationId: string
  sha256: string
  usedAt: number
  notedSince: number
}

export function createUses(store: Store): Uses {
  /** By secret. A later use replaces an earlier one. */
  const waiting = new Map<string, Use>()
  let trying: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  /**
   * Write the uses. They stay in the map until they are written, so that a use that is noted
   * meanwhile is not lost.
   */
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
    // Let the request that uses the secret continue first.
    await setImmediate()
    const before = [...waiting.values()]
    await writeWaiting({wait: false}).catch((err: unknown) => {
      // A full disk must not fail a request that only reads.
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
    note(value, {usedAt, everyMs}) {
      // Once a second: the first use in each second as it is shown, also soon after the one before.
      const notedSince = usedAt - (everyMs === SHOWN_TO_MS ? usedAt % SHOWN_TO_MS : everyMs - 1)
      if (value.lastUsedAt !== null && value.lastUsedAt >= notedSince) return
      const {organizationId, sha256} = value
      const use = {organizationId, sha256, usedAt, notedSince}
      const known = waiting.get(toKey(use))
      // A use in this time is already waiting: only the first one is recorded.
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
