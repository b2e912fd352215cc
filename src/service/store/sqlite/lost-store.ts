import {existsSync, openSync, readSync, statSync} from 'node:fs'
import {endianness} from 'node:os'
import {dirname} from 'node:path'
import {AppError} from '../../../errors/app-error.ts'
import {shellPath} from '../../../lib/shell-path.ts'
import {StoreLostError} from '../store-lost-error.ts'
import {existingFolder} from './errors.ts'

/** The files are not the ones that were opened. */
function lostError(file: string, message: string): StoreLostError {
  const folder = shellPath(existingFolder(file))
  const begin = `${setAside(file)}, then start it again or put a backup there`
  return new StoreLostError(message, `See what is left: ls -la ${folder}; put the same files back, or: ${begin}`)
}

export interface StoreFiles {
  /** Throw StoreLostError if a file was removed, replaced or truncated since the store was opened. */
  check(): void
  /** Call it after each commit, so that the next check knows how long the -wal file was. Never throws. */
  noteCommit(): void
}

export interface FileIdentity {
  dev: number
  ino: number
}

interface WatchedStore {
  /** Where the database really is. */
  file: string
  /** The path that it was opened by: the same, or a symbolic link to it. */
  link: string
  /** The database before it was opened. */
  opened: FileIdentity
  /** How long the database has to be. */
  bytesInUse(): number
}

/**
 * Watch the files of a SQLite database in WAL mode that is open by now. A connection goes on with files that are removed or
 * replaced, and another process then makes new ones at the same paths.
 *
 * The files are looked at by path, or by a descriptor that stays open: closing any descriptor of them would release every lock
 * that SQLite holds in this process (https://sqlite.org/howtocorrupt.html, section 2.2).
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
  /** What may become shorter and be whole: the database by VACUUM, the -wal file when all that is in it was moved. */
  const isWhole: Record<string, (size: number) => boolean> = {
    [file]: (size) => size > 0 && size >= bytesInUse(),
    // Asked first: another process may write on meanwhile.
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
        // The next check says what is wrong.
      }
    },
  }
}

/**
 * Return a function that says how long the -wal file has to be, by its index in the -shm file
 * (https://sqlite.org/walformat.html, section 2.1). It opens that file when it is first asked, and keeps it open.
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
 * Throw CONFIG if a new store would be made next to what is left of another: SQLite would delete its -wal file, and with it
 * the newest changes. Call it when the database is missing or empty.
 *
 * A process that is killed while it makes the first store leaves none of these: the database gets its first page before the
 * -wal file is made. So look for the -wal file first, because another process may be making the store meanwhile.
 */
export function refuseLeftovers(file: string): void {
  const left = ['-wal', '-shm', '-journal'].map((end) => file + end).filter((path) => existsSync(path))
  if (left.length === 0) return
  const stat = statSync(file, {throwIfNoEntry: false})
  // With a database, a -journal file is that of the process which makes its first page.
  if (stat && (stat.size > 0 || left.every((path) => path.endsWith('-journal')))) return
  const [first] = left
  throw new AppError(
    'CONFIG',
    `${file} is ${stat ? 'empty' : 'missing'}, but ${first} of it is there; nothing was made`,
    {
      hint: `Put ${shellPath(file)} back, or begin anew: ${setAside(file)}; who uses it: fuser -v ${first && shellPath(first)}`,
    },
  )
}

/** The glob takes the -wal and -shm files along: SQLite would mix them into a database that is put there later. */
function setAside(file: string): string {
  const aside = `${shellPath(dirname(file))}/lost`
  return `mkdir -p ${aside} && mv ${shellPath(file)}* ${aside}/`
}
