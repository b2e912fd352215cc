import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {Script} from 'node:vm'
import {currentUser, isPrivate} from '../files/ownership.ts'

interface LoadedProgram<Exports> {
  exports: Exports
  /**
   * Write the code of the functions that have run so far to the cache, unless it already contains
   * this part of the program (a command). Writing takes about 10 ms. Never throws: without the
   * cache the next start is only slower.
   */
  keep(part: string): void
}

interface KeptCode {
  /** The parts of the program that had run when the code was written. */
  parts: string[]
  code: Buffer
}

/** How many cache files of other versions of Node or of the program to keep; each has 1 to 3 MB. */
const OTHER_FILES_MAX = 3
/** An older draft was left behind by a process that was killed. */
const DRAFT_AGE_MAX_MS = 3_600_000

interface CodeCacheOptions {
  /** The cache folder, which must come from `openCacheFolder`: its code runs in this process. */
  folder: string
  /** Distinguishes this build of the file from all others, because V8 checks only its length. */
  identity: string
  require: (id: string) => unknown
}

/**
 * Load a CommonJS file, in ASCII, with the code that V8 compiled in earlier runs. The compile cache
 * of Node contains only what is compiled while a file is loaded: little more than the names of its
 * functions. This cache contains every function that has run.
 */
export function loadWithCodeCache<Exports>(file: string, options: CodeCacheOptions): LoadedProgram<Exports> {
  const {folder, identity, require} = options
  const cacheFile = join(folder, formatCacheName(file, identity))
  const kept = readKept(cacheFile)
  const source = readFileSync(file, 'latin1')
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    ...(kept ? {cachedData: kept.code} : {}),
  })
  // V8 rejects code from another V8 version, with other flags, or for a source of another length.
  const {parts, code} = kept && !script.cachedDataRejected ? kept : {parts: [], code: Buffer.alloc(0)}
  const module = {exports: {} as Exports}
  script.runInThisContext()(module.exports, require, module, file, dirname(file))
  return {
    exports: module.exports,
    keep(part) {
      if (parts.includes(part)) return
      try {
        const grown = script.createCachedData()
        // In a long run, V8 drops the code of functions that were not called for a while: keep the
        // larger code.
        if (grown.length >= code.length) writeKept(cacheFile, {parts: [...parts, part], code: grown})
      } catch {
        // The command has succeeded: an error in the cache folder does not matter.
      }
    },
  }
}

/**
 * Return the cache key: build hash, ctime and size of the file, so that a rebuilt or edited file
 * never gets stale code (Git uses ctime too). V8 flags change the code, so runs with Node options
 * have a file of their own.
 */
function formatCacheName(file: string, identity: string): string {
  const {ctimeNs, size} = statSync(file, {bigint: true})
  const flags = process.execArgv.length > 0 || process.env['NODE_OPTIONS'] ? '-flags' : ''
  const changed = [ctimeNs, size].map((value) => value.toString(36)).join('-')
  return `${basename(file)}-${identity}-${changed}-${process.version}-${process.arch}${flags}${SUFFIX}`
}

const SUFFIX = '.code'

/**
 * Read the cached code; null if there is none or it is damaged. The file contains the code twice:
 * V8 runs damaged code without noticing, and a comparison is faster than any checksum.
 */
function readKept(cacheFile: string): KeptCode | null {
  try {
    const content = readOwn(cacheFile)
    if (content === null) return null
    const start = content.indexOf('\n') + 1
    const middle = start + (content.length - start) / 2
    const code = content.subarray(start, middle)
    if (!code.equals(content.subarray(middle))) return null
    return {parts: content.toString('latin1', 0, start).trim().split(' '), code}
  } catch {
    return null
  }
}

/** Windows has neither O_NOFOLLOW nor O_NONBLOCK. */
const {O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_WRONLY} = constants

/**
 * Read a file that only this user can have written; null for any other. Others may have had access
 * to the folder before, and files that they left there still belong to them. Check the open file,
 * not its path: a path can lead to another file a moment later.
 */
function readOwn(file: string): Buffer | null {
  // O_NONBLOCK: opening a named pipe would wait for its writer.
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    // A second hard link may have been made by others, to another file of this user.
    return stat.isFile() && stat.nlink === 1 && isPrivate(stat, currentUser()) ? readFileSync(descriptor) : null
  } finally {
    closeSync(descriptor)
  }
}

function writeKept(cacheFile: string, {parts, code}: KeptCode): void {
  const draft = `${cacheFile}.${process.pid}`
  try {
    const descriptor = openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    try {
      writeFileSync(descriptor, Buffer.concat([Buffer.from(`${parts.join(' ')}\n`), code, code]))
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, cacheFile)
  } catch (err) {
    rmSync(draft, {force: true})
    throw err
  }
  removeOthers(cacheFile)
}

function removeOthers(cacheFile: string): void {
  const folder = dirname(cacheFile)
  const files = readdirSync(folder)
    .filter((name) => name.includes(SUFFIX) && name !== basename(cacheFile))
    .map((name) => ({path: join(folder, name), mtimeMs: lstatSync(join(folder, name)).mtimeMs}))
    .sort((a, b) => b.mtimeMs - a.mtimeMs)
  const others = files.filter(({path}) => path.endsWith(SUFFIX))
  const drafts = files.filter(({path, mtimeMs}) => !path.endsWith(SUFFIX) && mtimeMs < Date.now() - DRAFT_AGE_MAX_MS)
  for (const {path} of [...others.slice(OTHER_FILES_MAX), ...drafts]) rmSync(path, {force: true})
}
