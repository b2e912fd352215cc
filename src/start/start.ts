import {join} from 'node:path'
import {enableNodeCache, openCacheFolder} from './cache-folder.ts'
import {loadWithCodeCache} from './code-cache.ts'
import type * as program from './run.ts'

/** The hash of run.cjs, in hexadecimal; scripts/build.ts inserts it. */
declare const PROGRAM_HASH: string

start(openCacheFolder(process.env))

/** Load the program, with the cached code in this folder; null means without a cache. */
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
  void exports.endedWell.then((command) => {
    if (command !== null) keep(command)
  })
}

/**
 * Return a `require` that enables the compile cache of Node before it loads the first package file.
 * Few commands need those packages, which the build keeps in files of their own.
 */
function requireWithCache(folder: string): (id: string) => unknown {
  let enabled = false
  return (id) => {
    if (!enabled && id.startsWith('.')) {
      enableNodeCache(folder)
      enabled = true
    }
    return require(id)
  }
}
