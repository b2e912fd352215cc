import {closeSync, fchmodSync, lstatSync, openSync, readFileSync, rmSync, writeSync} from 'node:fs'
import {hostname} from 'node:os'
import {setTimeout} from 'node:timers/promises'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readSystemCode} from '../lib/system-error.ts'

/** How long to wait for another process, in milliseconds. */
const WAIT_MS = 10_000
/** How often to look whether the lock is free: between this time and twice as long. */
const POLL_MS = 10
/** A lock that is older is stale: the work under a lock takes milliseconds. */
const STALE_AFTER_MS = 60_000
/** The same for a lock without content, whose process was killed between two system calls. */
const EMPTY_STALE_AFTER_MS = 1000

export interface LockOptions {
  /** What the lock protects, for the error: `the settings`. */
  what: string
  waitMs?: number
}

/** A lock that is held. */
export interface Lock {
  /** Throw TIMEOUT if this process was stopped for so long that the lock was taken over. */
  check(): void
}

/**
 * Run work while no other process holds the same lock file, and remove the file at the end. A lock
 * is taken over if its process has died, or if it is older than a minute. Call `check` immediately
 * before the step that must not be repeated by another process.
 *
 * @throws AppError TIMEOUT if another process holds the lock for longer than `waitMs`; CONFIG if
 * something that is not a file has its name. The system's error if the file cannot be created.
 */
export async function withLock<Result>(
  file: string,
  work: (lock: Lock) => Promise<Result>,
  {what, waitMs = WAIT_MS}: LockOptions,
): Promise<Result> {
  const place: Place = {file, what, deadline: performance.now() + waitMs}
  const id = await acquire(place)
  try {
    return await work({
      check() {
        if (readHolder(file)?.id !== id) throw busy(place)
      },
    })
  } finally {
    releaseIfPossible(file, id)
  }
}

interface Place {
  file: string
  what: string
  /** On the clock of `performance.now`, which is never set back. */
  deadline: number
}

/** Create the lock file, and return its id. */
async function acquire(place: Place): Promise<string> {
  for (;;) {
    const id = tryToCreate(place.file)
    if (id !== null) return id
    const holder = readHolder(place.file)
    if (holder?.isStale) await removeStale(place, holder)
    else if (performance.now() >= place.deadline) throw busy(place)
    else await setTimeout(POLL_MS * (1 + Math.random()))
  }
}

/** Return the id of the new file; null if there is one. */
function tryToCreate(file: string): string | null {
  const id = `${process.pid}-${crypto.randomUUID()}`
  const opened = openNew(file)
  if (opened === null) return null
  try {
    // The umask may have removed the right to read.
    fchmodSync(opened, 0o600)
    writeSync(opened, JSON.stringify({id, pid: process.pid, host: hostname()}))
  } finally {
    closeSync(opened)
  }
  return id
}

function openNew(file: string): number | null {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (err) {
    // Windows answers EPERM for a file that is being removed.
    if (readSystemCode(err) === 'EEXIST' || (process.platform === 'win32' && readSystemCode(err) === 'EPERM')) {
      return null
    }
    throw err
  }
}

interface Holder {
  id: string
  isStale: boolean
}

/** Return who holds the lock; null if no one does. CONFIG if it is not a file. */
function readHolder(file: string): Holder | null {
  try {
    const stat = lstatSync(file)
    if (!stat.isFile()) throw notAFile(file)
    const ageMs = Date.now() - stat.mtimeMs
    const text = readIfAllowed(file)
    if (text === null) return {id: String(stat.ino), isStale: ageMs > STALE_AFTER_MS}
    const {id, pid, host} = parse(text)
    const isOld = ageMs > (id === undefined ? EMPTY_STALE_AFTER_MS : STALE_AFTER_MS)
    const isDead = host === hostname() && pid !== undefined && !isAlive(pid)
    return {id: id ?? String(stat.ino), isStale: isOld || isDead}
  } catch (err) {
    if (readSystemCode(err) === 'ENOENT') return null
    throw err
  }
}

/**
 * Return the content; null if this process may not read it. Then another user holds the lock, or a
 * process under a umask is about to set its mode.
 */
function readIfAllowed(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (err) {
    if (readSystemCode(err) === 'EACCES') return null
    throw err
  }
}

function notAFile(file: string): AppError {
  return new AppError('CONFIG', `${file} is not a file, and a lock file must have this name`, {
    hint: `Move it away: mv ${shellPath(file)} ${shellPath(`${file}.old`)}`,
  })
}

/** Nothing for a file whose process has not yet written its content, or died before it did. */
function parse(text: string): {id?: string; pid?: number; host?: string} {
  const found = /^\{"id":"([\w-]+)","pid":(\d+),"host":"([^"]*)"\}$/.exec(text)
  const [, id, pid, host] = found ?? []
  return id === undefined || host === undefined ? {} : {id, pid: Number(pid), host}
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (err) {
    // EPERM: it runs as another user.
    return readSystemCode(err) !== 'ESRCH'
  }
}

/**
 * Remove a stale lock. Several processes may find it, and one that is late must not remove the lock
 * of the next holder. So only the process that holds a lock on this stale lock may remove it.
 */
async function removeStale({file, ...place}: Place, {id}: Holder): Promise<void> {
  const guard = `${file}.${id}`
  const guardId = await acquire({...place, file: guard})
  release(file, id)
  release(guard, guardId)
}

function release(file: string, id: string): void {
  if (readHolder(file)?.id === id) rmSync(file, {force: true})
}

/**
 * Release a lock after the work. If that fails, the result or the error of the work counts, and the
 * lock becomes stale when this process ends.
 */
function releaseIfPossible(file: string, id: string): void {
  try {
    release(file, id)
  } catch {}
}

function busy({file, what}: Place): AppError {
  return new AppError('TIMEOUT', `Another process is changing ${what} (${file})`, {hint: 'Try again in a moment'})
}
