import {join} from 'node:path'
import {enableNodeCache, openCacheFolder} from './cache-folder.ts'
import {loadWithCodeCache} from './code-cache.ts'
import type * as program from './run.ts'

/** Of run.cjs, in hexadecimal; scripts/build.ts puts it here. */
declare const PROGRAM_HASH: string

start(openCacheFolder(process.env))

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
  void exports.endedWell.then((command) => {
    if (command !== null) keep(command)
  })
}

/** The packages in files of their own, which few commands need, have the compile cache of Node. */
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
