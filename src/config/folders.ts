import path from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'

/** Absolute paths. The folders may be missing. */
export interface Folders {
  data: string
  config: string
  cache: string
}

/**
 * Return the folders for tokenry's files. If `TOKENRY_HOME` is set, all three are in it. Otherwise
 * they are the folders of the platform:
 *
 * - Linux: the XDG base directories. A relative value counts as not set (specification 0.8).
 * - macOS: `~/Library`.
 * - Windows: `%LOCALAPPDATA%` and `%APPDATA%`, or their default folders in the home folder.
 *
 * @param homeFolder the result of `os.homedir()`; used only if no variable names a folder
 * @throws AppError CONFIG if `TOKENRY_HOME` is empty or not absolute, or if a home folder is needed
 * and there is none. A home folder that is not absolute is refused too: the owner of the working
 * directory must not decide about our settings.
 */
export function resolveFolders(
  env: Record<string, string | undefined>,
  platform: NodeJS.Platform,
  homeFolder: string,
): Folders {
  const paths = platform === 'win32' ? path.win32 : path.posix
  const ours = env['TOKENRY_HOME']
  if (ours !== undefined) return foldersBelow(ours, paths)
  const belowHome: Place = (...names) => {
    if (paths.isAbsolute(homeFolder)) return paths.join(homeFolder, ...names)
    throw new AppError(
      'CONFIG',
      homeFolder ? `The home folder ${homeFolder} is not absolute` : 'There is no home folder',
      {
        hint: 'Set TOKENRY_HOME to a folder for the files of tokenry',
      },
    )
  }
  if (platform === 'win32') return windowsFolders(env, belowHome)
  return platform === 'darwin' ? macFolders(belowHome) : xdgFolders(env, belowHome)
}

type Place = (...names: string[]) => string

function foldersBelow(ours: string, paths: path.PlatformPath): Folders {
  if (ours.trim() === '') {
    throw new AppError('CONFIG', 'TOKENRY_HOME is set but empty', {
      hint: 'Set TOKENRY_HOME to a folder, or unset it to use the folders of this platform',
    })
  }
  if (!paths.isAbsolute(ours)) throw notAbsolute(ours)
  const base = paths.normalize(ours)
  return {data: paths.join(base, 'data'), config: paths.join(base, 'config'), cache: paths.join(base, 'cache')}
}

/**
 * Return the error for a `TOKENRY_HOME` that is not absolute. The store holds a private key, so it
 * must not be created in the checkout that the command happens to run in.
 */
function notAbsolute(ours: string): AppError {
  if (ours.startsWith('~')) {
    const rest = ours.startsWith('~/') ? ours.slice(2) : 'tokenry'
    return new AppError(
      'CONFIG',
      `TOKENRY_HOME begins with ~, which a shell replaces only if it is not in quotes: ${ours}`,
      {
        hint: `Write the full path, such as: export TOKENRY_HOME="$HOME"/${shellPath(rest)}`,
      },
    )
  }
  return new AppError('CONFIG', `TOKENRY_HOME is not absolute: ${ours}`, {
    hint: `Write the full path; for a folder in the working directory: export TOKENRY_HOME="$PWD"/${shellPath(ours)}`,
  })
}

function windowsFolders(env: Record<string, string | undefined>, belowHome: Place): Folders {
  const {join, isAbsolute} = path.win32
  const set = (value: string | undefined) => (value && isAbsolute(value) ? value : undefined)
  const local = set(env['LOCALAPPDATA']) ?? belowHome('AppData', 'Local')
  const roaming = set(env['APPDATA']) ?? belowHome('AppData', 'Roaming')
  return {
    data: join(local, 'tokenry', 'Data'),
    config: join(roaming, 'tokenry', 'Config'),
    cache: join(local, 'tokenry', 'Cache'),
  }
}

function macFolders(belowHome: Place): Folders {
  return {
    data: belowHome('Library', 'Application Support', 'tokenry'),
    config: belowHome('Library', 'Preferences', 'tokenry'),
    cache: belowHome('Library', 'Caches', 'tokenry'),
  }
}

function xdgFolders(env: Record<string, string | undefined>, belowHome: Place): Folders {
  const {join, isAbsolute} = path.posix
  const set = (value: string | undefined) => (value && isAbsolute(value) ? value : undefined)
  return {
    data: join(set(env['XDG_DATA_HOME']) ?? belowHome('.local', 'share'), 'tokenry'),
    config: join(set(env['XDG_CONFIG_HOME']) ?? belowHome('.config'), 'tokenry'),
    cache: join(set(env['XDG_CACHE_HOME']) ?? belowHome('.cache'), 'tokenry'),
  }
}
