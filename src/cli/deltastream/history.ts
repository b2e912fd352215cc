import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {AppError} from '../../errors/app-error.ts'
import {makeFolder} from '../../files/make-folder.ts'
import {checkPlaceToMake, refuseForeign} from '../../files/refuse-foreign.ts'
import {readReason, readSystemCode} from '../../lib/system-error.ts'
import {scanSql} from '../../vendors/deltastream/sql/scan-sql.ts'
import {mayHoldSecret} from './may-hold-secret.ts'

/** The statements that were typed at the prompt, in this session and in earlier ones. */
export interface SqlHistory {
  /** The newest first. */
  readonly entries: readonly string[]
  /** Keep a statement, unless it may hold a secret. */
  add(statement: string): void
}

export const HISTORY_ENTRIES_MAX = 1000
/** A longer statement is not kept. */
export const HISTORY_ENTRY_LENGTH_MAX = 4000
const FILE_BYTES_MAX = 2 * HISTORY_ENTRIES_MAX * HISTORY_ENTRY_LENGTH_MAX

/**
 * Return the history in a file of the data folder, of mode 0600. `warn` gets what is wrong with the
 * file, once: a session works without it.
 */
export function openSqlHistory(dataFolder: string, warn: (text: string) => void): SqlHistory {
  const file = join(dataFolder, 'deltastream-history')
  let isUsable = true
  const attempt = (work: () => void) => {
    if (!isUsable) return
    try {
      work()
    } catch (err) {
      isUsable = false
      warn(`The history of statements is not kept: ${describeProblem(file, err)}`)
    }
  }
  const entries: string[] = []
  attempt(() => entries.push(...readEntries(file).toReversed()))
  return {
    entries,
    add(statement) {
      const entry = toEntry(statement)
      if (entry === null || entry === entries[0]) return
      entries.unshift(entry)
      entries.splice(HISTORY_ENTRIES_MAX)
      attempt(() => writeEntries(file, [...readEntries(file), entry]))
    },
  }
}

/**
 * Return a statement on one line; null if it must not be kept, or cannot be brought back: it may
 * hold a secret, it is too long, or a quote in it goes over several lines.
 */
function toEntry(statement: string): string | null {
  if (mayHoldSecret(statement)) return null
  let entry = ''
  for (const {kind, start, end} of scanSql(statement)) {
    const part = statement.slice(start, end)
    if (kind === 'space') entry += part.replaceAll(/\s*[\r\n]\s*/g, ' ')
    // On one line, this comment would hide everything after it.
    else if (kind === 'comment' && part.startsWith('--')) entry = entry.trimEnd()
    else entry += part
  }
  const line = entry.trim()
  return line === '' || /[\r\n]/.test(line) || line.length > HISTORY_ENTRY_LENGTH_MAX ? null : line
}

/** Return the lines of the file, the oldest first, without any that may hold a secret. */
function readEntries(file: string): string[] {
  refuseForeign([dirname(file), file])
  const text = readIfThere(file)
  const lines = text.split('\n').filter((line) => line !== '' && !mayHoldSecret(line))
  return lines.slice(-HISTORY_ENTRIES_MAX)
}

function readIfThere(file: string): string {
  let descriptor: number
  try {
    // O_NONBLOCK: opening a named pipe would wait for its writer.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (err) {
    if (readSystemCode(err) === 'ENOENT') return ''
    throw err
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile() || stat.size > FILE_BYTES_MAX) throw new Error('it is not a file that tokenry wrote')
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

/** Replace the file in one step. Another session that writes at the same moment may lose a line. */
function writeEntries(file: string, lines: string[]): void {
  checkPlaceToMake(file)
  makeFolder(dirname(file))
  const draft = `${file}.${process.pid}`
  rmSync(draft, {force: true})
  const descriptor = openSync(draft, 'wx', 0o600)
  try {
    fchmodSync(descriptor, 0o600)
    writeFileSync(descriptor, `${lines.slice(-HISTORY_ENTRIES_MAX).join('\n')}\n`)
  } finally {
    closeSync(descriptor)
  }
  renameSync(draft, file)
}

function describeProblem(file: string, err: unknown): string {
  if (err instanceof AppError) return err.message
  return `${file}: ${readSystemCode(err) === '' && err instanceof Error ? err.message : readReason(err)}`
}
