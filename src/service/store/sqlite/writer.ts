import type {DatabaseSync} from 'node:sqlite'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {findDeadline, monotonicMs} from '../../deadline.ts'
import type {SqlConnection, TransactionOptions} from '../sql/engine.ts'
import {StoreBusyError} from '../store-busy-error.ts'
import type {DirectConnection} from './engine.ts'
import {withStoreErrors} from './errors.ts'
import {isLockedError, waitForLock} from './lock.ts'

/** Runs transactions on one connection and commits those that wait together. */
export interface Writer {
  transaction<T>(work: (connection: SqlConnection) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Resolves when no transaction is open. */
  untilIdle(): Promise<void>
  /**
   * Run all that waits, but wait no longer for a lock of another process. Resolves when no
   * transaction is open and none waits.
   */
  close(): Promise<void>
}

interface WriterParts {
  db: DatabaseSync
  /** The name of the store in errors. */
  file: string
  /** Return a new object for the connection. The works of one batch use it. */
  connect(): DirectConnection
  /** Throw if the files of the store are lost. */
  checkBegin(): void
  checkCommit(): void
  noteCommit(): void
  /** Whether reads have another connection. If not, no transaction stays open for several turns. */
  readsElsewhere: boolean
}

/**
 * How long works run before the event loop gets its turn, in milliseconds. One work is never
 * interrupted.
 */
const SLICE_MS = 4

/**
 * How long a transaction may stay open for further works, in milliseconds. It is longer than a
 * slice only if reads have a connection of their own.
 */
const BATCH_MS = 24

/** How many results are returned before the event loop gets its turn. */
const ANSWERS_PER_TURN = 16

/** How many transactions may wait. Further ones are refused. */
const WAITING_MAX = 1000

interface Waiting {
  /** Run the work and remember its result. Reject if the work throws. */
  run(connection: SqlConnection): Promise<void>
  /** Resolve with the remembered result. */
  acknowledge(): void
  reject(err: unknown): void
  /** Undefined if the transaction must not wait for a lock. */
  deadlineMs: number | undefined
  /** Run it in a batch of its own. */
  alone: boolean
}

/**
 * Create the writer of a connection. Transactions that wait at the same time are one transaction of
 * SQLite, because a COMMIT with its write to the disk costs as much as several works. Each work is
 * isolated from the others:
 *
 * - Works run one after another. One that throws has usually written nothing, because all checks
 *   come before the first write, and then the others go on. Otherwise all of the batch is rolled
 *   back. Those before it run again and are committed, then it runs alone. A savepoint for each
 *   work would cost more than that: SQLite copies every page that a work changes.
 * - No result and no error is returned before the COMMIT. An error can also be the consequence of
 *   what an earlier work has written.
 * - If the COMMIT fails, or an error rolls all of it back, each work runs again in a transaction of
 *   its own. So only those fail that fail alone.
 *
 * A work must be repeatable for that (`Store.transaction`).
 */
export function createWriter(parts: WriterParts): Writer {
  const waiting: Waiting[] = []
  let draining: Promise<void> | undefined
  let batch: Promise<void> | undefined
  let closing = false
  /** How often the lock was held by another process since the last batch. */
  let tries = 0

  /** Run all that waits. Let the event loop have a turn before each batch. */
  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await nextTurn()
      try {
        parts.checkBegin()
        begin(parts)
        tries = 0
      } catch (err) {
        await handleNoBegin(err)
        continue
      }
      batch = runBatch(parts, waiting)
      await batch
      batch = undefined
    }
    draining = undefined
  }

  /** If another process holds the lock, wait a moment. Any other error is that of all who wait. */
  async function handleNoBegin(err: unknown): Promise<void> {
    if (!isLockedError(err)) {
      for (const each of waiting.splice(0)) each.reject(err)
      return
    }
    const isOverdue = ({deadlineMs}: Waiting) => closing || deadlineMs === undefined || monotonicMs() >= deadlineMs
    for (const each of waiting.splice(0)) {
      if (isOverdue(each)) each.reject(err)
      else waiting.push(each)
    }
    tries++
    if (waiting.length > 0) await waitForLock(tries)
  }

  return {
    transaction<T>(work: (connection: SqlConnection) => Promise<T>, {wait = true}: TransactionOptions = {}) {
      if (waiting.length >= WAITING_MAX) return Promise.reject(new StoreBusyError(waiting.length))
      const {promise, resolve, reject} = Promise.withResolvers<T>()
      let result: T
      waiting.push({
        async run(connection) {
          result = await work(connection)
        },
        acknowledge: () => resolve(result),
        reject,
        deadlineMs: wait ? findDeadline() : undefined,
        alone: false,
      })
      draining ??= drain()
      return promise
    },
    async untilIdle() {
      while (batch) await batch
    },
    async close() {
      closing = true
      while (draining) await draining
    },
  }
}

/** Run what waits, then commit. A transaction is open. Never rejects. */
async function runBatch(parts: WriterParts, waiting: Waiting[]): Promise<void> {
  const batch: Batch = {ran: [], spoiled: false}
  const {ran} = batch
  try {
    await runWorks(parts, waiting, batch)
    if (batch.spoiled) rollBack(parts.db)
    else if (parts.db.isTransaction) commit(parts)
    else throw new Error('An error has ended the transaction')
  } catch (err) {
    rollBack(parts.db)
    if (ran.length > 1) waiting.unshift(...ran.map(({work}) => ({...work, alone: true})))
    else for (const {work, failure} of ran) work.reject(failure ? failure.err : err)
    return
  }
  if (batch.spoiled && ran.length > 1) {
    // The last one is alone, so the others are committed before any new one can spoil them again.
    waiting.unshift(...ran.map(({work}, index) => (index < ran.length - 1 ? work : {...work, alone: true})))
    return
  }
  for (const [index, {work, failure}] of ran.entries()) {
    if (index % ANSWERS_PER_TURN === ANSWERS_PER_TURN - 1) await nextTurn()
    if (failure) work.reject(failure.err)
    else work.acknowledge()
  }
}

interface Batch {
  /** What has run, with what it threw. */
  ran: {work: Waiting; failure?: {err: unknown}}[]
  /** The last one threw, and has written something, which is still in the transaction. */
  spoiled: boolean
}

/** Run works until none waits, the batch is long enough or spoiled. Add what came of each to it. */
async function runWorks(parts: WriterParts, waiting: Waiting[], batch: Batch): Promise<void> {
  const connection = parts.connect()
  const startMs = monotonicMs()
  let sliceEndMs = startMs + SLICE_MS
  const endMs = startMs + (parts.readsElsewhere ? BATCH_MS : SLICE_MS)
  for (let next = waiting.shift(); next; next = takeNext(waiting, next, endMs)) {
    await runOne(parts, {connection, work: next}, batch)
    if (batch.spoiled || !parts.db.isTransaction) return
    if (parts.readsElsewhere && monotonicMs() >= sliceEndMs) {
      await nextTurn()
      sliceEndMs = monotonicMs() + SLICE_MS
    }
  }
}

/** Return the next work of the same batch; undefined if it has to be committed first. */
function takeNext(waiting: Waiting[], previous: Waiting, endMs: number): Waiting | undefined {
  return previous.alone || waiting[0]?.alone || monotonicMs() >= endMs ? undefined : waiting.shift()
}

/** Run one work of a batch, and keep what it throws. */
async function runOne(
  {db}: WriterParts,
  {connection, work}: {connection: DirectConnection; work: Waiting},
  batch: Batch,
): Promise<void> {
  const before = connection.countChanges()
  try {
    await work.run(connection)
    batch.ran.push({work})
  } catch (err) {
    batch.ran.push({work, failure: {err}})
    batch.spoiled = db.isTransaction && connection.countChanges() !== before
  }
}

/**
 * Take the write lock if no other process holds it.
 *
 * IMMEDIATE, because a transaction that first reads and later writes could fail with an error that
 * waiting does not resolve.
 */
function begin({db, file}: WriterParts): void {
  withStoreErrors(file, () => db.exec('BEGIN IMMEDIATE'))
}

function commit({db, file, checkCommit, noteCommit}: WriterParts): void {
  checkCommit()
  withStoreErrors(file, () => db.exec('COMMIT'))
  noteCommit()
}

/**
 * After some errors SQLite has already rolled back. A failed rollback is ignored, because the error
 * of the transaction is the one to report.
 */
function rollBack(db: DatabaseSync): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK')
  } catch {}
}
