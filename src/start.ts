import {statSync} from 'node:fs'
import {enableCompileCache} from 'node:module'
import {join} from 'node:path'
import {resolveFolders} from './config/folders.ts'
import {readUser} from './config/user.ts'
import {makeFolder} from './lib/make-folder.ts'

// Compiled code is kept for the next start: it has to be switched on before the rest is loaded.
keepCompiledCode(readUser(process.env).homeFolder)
import('./run.ts')

/** Whoever can write to the cache can make us run what they like: it lies in a folder that is ours alone, or there is none. */
function keepCompiledCode(homeFolder: string): void {
  try {
    const folder = join(resolveFolders(process.env, process.platform, homeFolder).cache, 'compiled')
    makeFolder(folder)
    if (isOursAlone(folder)) enableCompileCache(folder)
  } catch {
    // A start without it is only slower.
  }
}

function isOursAlone(folder: string): boolean {
  if (process.platform === 'win32') return true
  const {uid, mode} = statSync(folder)
  return uid === process.getuid?.() && (mode & 0o077) === 0
}
