import {lstatSync, readdirSync, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {resolveFolders} from '../config/folders.ts'
import {readHomeFolder} from '../config/user.ts'
import {makeFolder} from '../files/make-folder.ts'
import {currentUser, isPrivate} from '../files/ownership.ts'
import {isUndecoded} from '../lib/undecoded.ts'
import {openPrivateFolder} from './private-folder.ts'

/**
 * Return the folder for compiled code, made if it is missing; null if there is none to trust.
 * Anyone who can write to it can make this process run what they like.
 */
export function openCacheFolder(env: NodeJS.ProcessEnv): string | null {
  // As the compile cache of Node does. Code from a cache counts no coverage.
  if (env['NODE_DISABLE_COMPILE_CACHE'] || env['NODE_V8_COVERAGE']) return null
  try {
    const home = readHomeFolder(env)
    const folder = join(resolveFolders(env, process.platform, home).cache, 'compiled')
    // main refuses such a name, and nothing is made before that.
    if (isUndecoded(folder)) return null
    const user = currentUser()
    if (user !== null) return user === 0 && isForeignHome(home) ? null : openPrivateFolder(folder, user)
    makeFolder(folder)
    return folder
  } catch {
    return null
  }
}

/**
 * For root: `sudo` may have kept the environment of another user, who then says where root's
 * folders are.
 */
function isForeignHome(home: string): boolean {
  const stat = statSync(home, {throwIfNoEntry: false})
  return stat !== undefined && stat.uid !== 0
}

/**
 * Let Node keep the code of files that are loaded from now on in a folder of its own below this
 * one, which `openCacheFolder` has returned. Node looks at no owner and no mode, and makes its
 * folder with mode 0777 less the umask. So anything in there that is not the user's alone is
 * removed first.
 */
export function enableNodeCache(folder: string, enable = enableCompileCache): void {
  try {
    removeForeign(folder, currentUser())
  } catch {
    return
  }
  const umask = process.umask(0o077)
  try {
    enable(folder)
  } finally {
    process.umask(umask)
  }
}

function enableCompileCache(folder: string): void {
  process.getBuiltinModule('node:module').enableCompileCache(folder)
}

function removeForeign(folder: string, user: number | null): void {
  // The files are those of code-cache.ts, which looks at each when it opens it.
  for (const entry of readdirSync(folder, {withFileTypes: true}).filter((found) => !found.isFile())) {
    const path = join(folder, entry.name)
    const paths = entry.isDirectory() ? [path, ...readdirSync(path).map((name) => join(path, name))] : []
    if (paths.length === 0 || !paths.every((each) => isOwn(each, user))) rmSync(path, {recursive: true, force: true})
  }
}

/** A link counts as anyone's: its target may be. */
function isOwn(path: string, user: number | null): boolean {
  const stat = lstatSync(path)
  return !stat.isSymbolicLink() && isPrivate(stat, user)
}
