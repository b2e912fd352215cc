import {existsSync, openSync, readSync, statSync} from 'node:fs'
import {endianness} from 'node:os'
import {dirname} from 'node:path'
import {AppError} from '../../../errors/app-error.ts'
import {shellPath} from '../../../lib/shell-path.ts'
import {StoreLostError} from '../store-lost-error.ts'
import {existingFolder} from './errors.ts'

/** Create the error for files that are not the ones that were opened. */
function lostError(file: string, message: string): StoreLostError {
  const folder = shellPath(existingFolder(file))
  const begin = `${setAside(file)}, then start it again or put a backup there`
  return new StoreLostError(message, `See what is left: ls -la ${folder}; put the same files back, or: ${begin}`)
}

export interface StoreFiles {
  /** Throw StoreLostError if a file was removed, replaced or truncated since opening. */
  check(): void
  /**
   * Record the length of the -wal file for the next check. Call it after each commit. Never throws.
   */
  noteCommit(): void
}

export interface FileIdentity {
  dev: number
  ino: number
}

interface WatchedStore {
  /** The real path of the database. */
  file: string
  /** The path that it was opened by: the real path, or a symbolic link to it. */
  link: string
  /** The identity of the database file before it was opened. */
  opened: FileIdentity
  /** Return the minimum length of the database. */
  bytesInUse(): number
}

/**
 * Watch the files of an open SQLite database in WAL mode. If files are removed or replaced, a
 * connection continues with the old files. Another process then creates new ones at the same paths.
 *
 * Check files by path, or by a descriptor that stays open. Closing a descriptor of one of them
 * would release every lock that SQLite holds in this process (https://sqlite.org/howtocorrupt.html,
 * section 2.2).
 */
export function watchStoreFiles({file, link, opened, bytesInUse}: WatchedStore): StoreFiles {
  const [wal, shm] = [`${file}-wal`, `${file}-shm`]
  const identities = new Map<string, FileIdentity>([link, file].map((path) => [path, opened]))
  const lengths = new Map([[file, look(file, link, opened).size]])
  for (const path of [wal, shm]) {
    const found = look(file, path)
    identities.set(path, found)
    lengths.set(path, found.size)
  }
  const neededOfWal = createWalReader(shm)
  /**
   * Files that can become shorter without a loss: the database by VACUUM, and the -wal file after
   * all its content was moved.
   */
  const isWhole: Record<string, (size: number) => boolean> = {
    [file]: (size) => size > 0 && size >= bytesInUse(),
    // Read the needed length first, because another process may write meanwhile.
    [wal]: () => neededOfWal() <= statSync(wal).size,
  }
  return {
    check() {
      for (const [path, identity] of identities) {
        const {size} = look(file, path, identity)
        if (size < (lengths.get(path) ?? 0) && !isWhole[path]?.(size)) {
          throw lostError(file, `${path} was truncated while it was in use`)
        }
        lengths.set(path, size)
      }
    },
    noteCommit() {
      try {
        lengths.set(wal, statSync(wal).size)
      } catch {
        // The next check reports the problem.
      }
    },
  }
}

/**
 * Return a function that returns the minimum length of the -wal file, in bytes. It reads the index
 * of that file in the -shm file (https://sqlite.org/walformat.html, section 2.1). It opens the -shm
 * file at the first call and keeps it open.
 */
function createWalReader(shm: string): () => number {
  let descriptor: number | undefined
  return () => {
    descriptor ??= openSync(shm, 'r')
    const header = Buffer.alloc(WAL_INDEX_BYTES)
    readSync(descriptor, header, 0, WAL_INDEX_BYTES, 0)
    const [pageBytes, frames] =
      endianness() === 'LE'
        ? [header.readUInt16LE(14), header.readUInt32LE(16)]
        : [header.readUInt16BE(14), header.readUInt32BE(16)]
    return frames === 0 ? 0 : WAL_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + pageBytes)
  }
}

const WAL_INDEX_BYTES = 20
const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24

function look(file: string, path: string, known?: FileIdentity): FileIdentity & {size: number} {
  const stat = statSync(path, {throwIfNoEntry: false})
  if (!stat) throw lostError(file, `${path} was removed or moved away while it was in use`)
  if (known && (stat.ino !== known.ino || stat.dev !== known.dev)) {
    throw lostError(file, `${path} was replaced by another file while it was in use`)
  }
  return stat
}

/**
 * Throw CONFIG if a new store would be created next to leftover files of another one. SQLite would
 * delete its -wal file, and with it the newest changes. Call it if the database is missing or
 * empty.
 *
 * SQLite writes the first page of the database before it creates the -wal file. So a process that
 * is killed while it creates the first store leaves none of these files. Another process may be
 * creating the store now, so check for the -wal file before the size of the database.
 */
export function refuseLeftovers(file: string): void {
  const left = ['-wal', '-shm', '-journal'].map((end) => file + end).filter((path) => existsSync(path))
  if (left.length === 0) return
  const stat = statSync(file, {throwIfNoEntry: false})
  // If there is a database, a -journal file belongs to the process that writes its first page.
  if (stat && (stat.size > 0 || left.every((path) => path.endsWith('-journal')))) return
  const [first] = left
  throw new AppError(
    'CONFIG',
    `${file} is ${stat ? 'empty' : 'missing'}, but ${first} of it is there; nothing was created`,
    {
      hint: `Put ${shellPath(file)} back, or start over: ${setAside(file)}; to see who uses it: fuser -v ${first && shellPath(first)}`,
    },
  )
}

/**
 * The glob also moves the -wal and -shm files. SQLite would mix them into a database that is put
 * there later.
 */
function setAside(file: string): string {
  const aside = `${shellPath(dirname(file))}/lost`
  return `mkdir -p ${aside} && mv ${shellPath(file)}* ${aside}/`
}
