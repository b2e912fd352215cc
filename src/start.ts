import {statSync} from 'node:fs'
import {join} from 'node:path'
import {resolveFolders} from './config/folders.ts'
import {readHomeFolder} from './config/user.ts'
import {makeFolder} from './lib/make-folder.ts'
import {isUndecoded} from './lib/undecoded.ts'
import type * as program from './run.ts'
import {loadWithCodeCache} from './start/code-cache.ts'

/** Of run.cjs, in hexadecimal; scripts/build.ts puts it here. */
declare const PROGRAM_HASH: string

start(cacheFolder(process.env))

/** Everything that is not loaded yet, with what is kept of it in this folder. */
function start(folder: string | null): void {
  const file = join(import.meta.dirname, 'run.cjs')
  if (folder === null) {
    require(file)
    return
  }
  const {exports, keep} = loadWithCodeCache<typeof program>(file, {
    folder,
    identity: PROGRAM_HASH,
    require: requireWithCache(folder),
  })
  exports.endedWell.then((command) => {
    if (command !== null) keep(command)
  })
}

/** The packages in files of their own, which few commands need, have the compile cache of Node. */
function requireWithCache(folder: string): (id: string) => unknown {
  let enabled = false
  return (id) => {
    if (!enabled && id.startsWith('.')) {
      process.getBuiltinModule('node:module').enableCompileCache(folder)
      enabled = true
    }
    return require(id)
  }
}

/** Where compiled code is kept, if it may be. Whoever can write to it can make us run what they like: it is ours alone, or there is none. */
function cacheFolder(env: NodeJS.ProcessEnv): string | null {
  // As for the compile cache of Node. Code that was kept counts no coverage.
  if (env['NODE_DISABLE_COMPILE_CACHE'] || env['NODE_V8_COVERAGE']) return null
  try {
    const folder = join(resolveFolders(env, process.platform, readHomeFolder(env)).cache, 'compiled')
    // main refuses such a name, and nothing is made before that.
    if (isUndecoded(folder)) return null
    makeFolder(folder)
    return isOursAlone(folder) ? folder : null
  } catch {
    return null
  }
}

function isOursAlone(folder: string): boolean {
  if (process.platform === 'win32') return true
  const {uid, mode} = statSync(folder)
  return uid === process.getuid?.() && (mode & 0o077) === 0
}
