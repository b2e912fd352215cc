import {readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {Script} from 'node:vm'

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

/**
 * Load a file of CommonJS, in ASCII, with the code that V8 made of it in earlier runs. The compile cache of Node keeps what is compiled
 * while a file is loaded, and that is little more than the names of its functions; this keeps every function that has run.
 *
 * @param folder where the code is kept: whoever can write to it makes this process run what they like
 */
export function loadWithCodeCache<Exports>(
  file: string,
  {folder, require}: {folder: string; require: (id: string) => unknown},
): LoadedProgram<Exports> {
  const cacheFile = join(folder, cacheNameOf(file))
  const kept = readKept(cacheFile)
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`,
    {
      filename: file,
      ...(kept ? {cachedData: kept.code} : {}),
    },
  )
  // V8 looks at its own version, its flags and the length of the source.
  const parts = kept && !script.cachedDataRejected ? kept.parts : []
  const module = {exports: {} as Exports}
  script.runInThisContext()(module.exports, require, module, file, dirname(file))
  return {
    exports: module.exports,
    keep(part) {
      if (!parts.includes(part)) writeKept(cacheFile, [...parts, part], script)
    },
  }
}

/** Another name as soon as the file, or what compiles it, is another one; inode and ctime, as Git knows a file again. */
function cacheNameOf(file: string): string {
  const {ino, ctimeNs, size} = statSync(file, {bigint: true})
  const identity = [ino, ctimeNs, size].map((value) => value.toString(36)).join('-')
  return `${basename(file)}-${identity}-${process.version}-${process.arch}${SUFFIX}`
}

const SUFFIX = '.code'

/** The code lies there twice, because V8 runs damaged code without noticing, and no checksum is as fast as comparing. */
function readKept(cacheFile: string): KeptCode | null {
  try {
    const content = readFileSync(cacheFile)
    const start = content.indexOf('\n') + 1
    const middle = start + (content.length - start) / 2
    const code = content.subarray(start, middle)
    if (!code.equals(content.subarray(middle))) return null
    return {parts: content.toString('latin1', 0, start).trim().split(' '), code}
  } catch {
    return null
  }
}

function writeKept(cacheFile: string, parts: string[], script: Script): void {
  const draft = `${cacheFile}.${process.pid}`
  try {
    const code = script.createCachedData()
    writeFileSync(draft, Buffer.concat([Buffer.from(`${parts.join(' ')}\n`), code, code]), {mode: 0o600, flag: 'wx'})
    renameSync(draft, cacheFile)
    removeOthers(cacheFile)
  } catch {
    rmSync(draft, {force: true})
  }
}

function removeOthers(cacheFile: string): void {
  const folder = dirname(cacheFile)
  const others = readdirSync(folder)
    .filter((name) => name.includes(SUFFIX) && name !== basename(cacheFile))
    .map((name) => ({path: join(folder, name), mtimeMs: statSync(join(folder, name)).mtimeMs}))
    .sort((a, b) => b.mtimeMs - a.mtimeMs)
  for (const {path} of others.slice(OTHER_FILES_MAX)) rmSync(path, {force: true})
}
