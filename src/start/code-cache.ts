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
   * Keep the code of the functions that have run so far, unless this part of the program (a command) was kept before. Takes about
   * 10 ms then, and never fails: a start without it is only slower.
   */
  keep(part: string): void
}

interface KeptCode {
  /** What had run when it was kept. */
  parts: string[]
  code: Buffer
}

/** Files of other versions of Node or of the program that are left where they are; each is of 1 to 3 MB. */
const OTHER_FILES_MAX = 3
/** A draft that is older was left behind by a process that was killed. */
const DRAFT_AGE_MAX_MS = 3_600_000

interface CodeCacheOptions {
  /**
   * Where the code is kept: one that `openCacheFolder` has returned, because its code runs in this
   * process.
   */
  folder: string
  /** What tells the content of the file from that of every other build: V8 looks only at its length. */
  identity: string
  require: (id: string) => unknown
}

/**
 * Load a file of CommonJS, in ASCII, with the code that V8 made of it in earlier runs. The compile cache of Node keeps what is compiled
 * while a file is loaded, and that is little more than the names of its functions; this keeps every function that has run.
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
  // V8 looks at its own version, its flags and the length of the source.
  const {parts, code} = kept && !script.cachedDataRejected ? kept : {parts: [], code: Buffer.alloc(0)}
  const module = {exports: {} as Exports}
  script.runInThisContext()(module.exports, require, module, file, dirname(file))
  return {
    exports: module.exports,
    keep(part) {
      if (parts.includes(part)) return
      try {
        const grown = script.createCachedData()
        // A process that runs for long throws the code of functions away that it has not called for a while.
        if (grown.length >= code.length) writeKept(cacheFile, {parts: [...parts, part], code: grown})
      } catch {
        // Whatever is wrong with the folder, the command has ended well.
      }
    },
  }
}

/**
 * Another name for another build, and as soon as somebody has changed the file (by ctime, as Git knows it). Flags of V8 make other code:
 * runs with any have a file of their own.
 */
function formatCacheName(file: string, identity: string): string {
  const {ctimeNs, size} = statSync(file, {bigint: true})
  const flags = process.execArgv.length > 0 || process.env['NODE_OPTIONS'] ? '-flags' : ''
  const changed = [ctimeNs, size].map((value) => value.toString(36)).join('-')
  return `${basename(file)}-${identity}-${changed}-${process.version}-${process.arch}${flags}${SUFFIX}`
}

const SUFFIX = '.code'

/**
 * The code is there twice, because V8 runs damaged code without noticing, and no checksum is as
 * fast as comparing.
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

/** Windows has none of these flags. */
const {O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_WRONLY} = constants

/**
 * Read a file that only this user can have written; null if it is another. The folder may have been
 * open to others before: what they left there stays theirs. All is asked of the open file, because
 * a path can lead to another one a moment later.
 */
function readOwn(file: string): Buffer | null {
  // Not blocking: a named pipe would be waited for.
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    // A second name may be one that others gave to some other file of this user.
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
