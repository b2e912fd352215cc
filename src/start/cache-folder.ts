import {lstatSync, readdirSync, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {resolveFolders} from '../config/folders.ts'
import {readHomeFolder} from '../config/user.ts'
import {makeFolder} from '../files/make-folder.ts'
import {currentUser, isPrivate} from '../files/ownership.ts'
import {isUndecoded} from '../lib/undecoded.ts'
import {openPrivateFolder} from './private-folder.ts'

/**
 * Return the folder for compiled code, and create it if it is missing. Return null if no folder can
 * be trusted: anyone who can write to it can make this process run any code.
 */
export function openCacheFolder(env: NodeJS.ProcessEnv): string | null {
  // The compile cache of Node obeys these variables too. Cached code does not count for coverage.
  if (env['NODE_DISABLE_COMPILE_CACHE'] || env['NODE_V8_COVERAGE']) return null
  try {
    const home = readHomeFolder(env)
    const folder = join(resolveFolders(env, process.platform, home).cache, 'compiled')
    // main() refuses such a name; create nothing before that.
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
 * Return whether this home folder belongs to another user than root. Call it for root only: `sudo`
 * may keep the environment of another user, who would then choose the folders of root.
 */
function isForeignHome(home: string): boolean {
  const stat = statSync(home, {throwIfNoEntry: false})
  return stat !== undefined && stat.uid !== 0
}

/**
 * Enable the compile cache of Node for files that are loaded from now on. Node uses its own folder
 * below `folder`, which comes from `openCacheFolder`. Node checks neither owner nor mode, and
 * creates its folder with mode 0777 minus the umask. So first remove every entry that others can
 * write to.
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
  // Skip files: they belong to code-cache.ts, which checks each one when it opens it.
  for (const entry of readdirSync(folder, {withFileTypes: true}).filter((found) => !found.isFile())) {
    const path = join(folder, entry.name)
    const paths = entry.isDirectory() ? [path, ...readdirSync(path).map((name) => join(path, name))] : []
    if (paths.length === 0 || !paths.every((each) => isOwn(each, user))) rmSync(path, {recursive: true, force: true})
  }
}

/**
 * Return whether only this user can write to the path. False for a symbolic link: its target may
 * belong to anyone.
 */
function isOwn(path: string, user: number | null): boolean {
  const stat = lstatSync(path)
  return !stat.isSymbolicLink() && isPrivate(stat, user)
}
