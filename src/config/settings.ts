import {promises as fs, readFileSync} from 'node:fs'
import path from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {findExistingPath} from '../files/existing-path.ts'
import {checkPlaceToMake, refuseForeign} from '../files/refuse-foreign.ts'
import {readReason, readSystemCode} from '../lib/system-error.ts'
import type {Settings, SettingsVendor} from './context-settings.ts'
import {FIX_HINT, formatSettings, parseSettings, type SettingsForm} from './settings-form.ts'

export function settingsFile(configFolder: string): string {
  return path.join(configFolder, 'settings.json')
}

/**
 * Return the settings, empty if there is no file. Change nothing on the disk.
 *
 * This does not use conf, which takes 40 ms to load, as long as Node takes to start.
 *
 * @throws AppError CONFIG that names the file if it cannot be read or is not in the form that
 * `updateSettings` writes, or that version 0.1.0 wrote. An unknown field is an error too: a
 * mistyped `apiUrl` must not send a credential to the vendor's own host. A file or a folder that
 * another user owns or may write to is also an error, because settings decide where a credential is
 * sent.
 */
export async function readSettings(configFolder: string, vendors: readonly SettingsVendor[]): Promise<Settings> {
  const file = settingsFile(configFolder)
  try {
    refuseForeign([configFolder, file])
    const text = readIfThere(file)
    return text === null ? {contexts: [], current: Object.create(null)} : parseSettings(text, {file, vendors})
  } catch (err) {
    throw err instanceof AppError ? err : unreadable(file, err)
  }
}

/**
 * Return the text of the file; null only if the file is missing. A file that cannot be reached is
 * an error, because it may hold the context that the command needs.
 */
function readIfThere(file: string): string | null {
  try {
    // Synchronous: every command reads the settings first, and loading node:fs/promises takes
    // longer than reading the file.
    return readFileSync(file, 'utf8')
  } catch (err) {
    if (!['ENOENT', 'ELOOP'].includes(readSystemCode(err))) throw err
    findExistingPath(file)
    return null
  }
}

/**
 * Read the settings, change them, and replace the file in one step, under a lock: concurrent
 * updates lose nothing. The file has mode 0600 and its folder 0700; both modes are set again at
 * each write. Return the new settings.
 *
 * @param change returns the new settings, or the same object to leave the file as it is. Its errors
 * are passed on; then the file does not change.
 * @throws AppError CONFIG if the file cannot be written, is damaged, or if others may write to it;
 * TIMEOUT if another process holds the lock. Then the file does not change.
 */
export async function updateSettings(
  configFolder: string,
  change: (settings: Settings) => Settings,
  vendors: readonly SettingsVendor[],
): Promise<Settings> {
  const file = settingsFile(configFolder)
  try {
    refuseForeign([configFolder, file])
    checkPlaceToMake(file)
    await fs.mkdir(configFolder, {recursive: true, mode: 0o700})
    await fs.chmod(configFolder, 0o700)
    // Loaded before the lock is taken, because it takes longer than everything else.
    const [{default: Conf}, {withLock}] = await Promise.all([import('conf'), import('../files/lock-file.ts')])
    const lockFile = path.join(configFolder, 'settings.lock')
    return await withLock(
      lockFile,
      async (lock) => {
        const settings = await readSettings(configFolder, vendors)
        const changed = change(settings)
        if (changed === settings) return settings
        const store = openStore(Conf, {configFolder, file, vendors})
        lock.check()
        store.store = formatSettings(changed)
        return changed
      },
      {what: 'the settings'},
    )
  } catch (err) {
    // Without a code it is not an error of the system, but of `change`.
    throw err instanceof AppError || readSystemCode(err) === '' ? err : failedWrite(file, err)
  }
}

interface Source {
  configFolder: string
  file: string
  vendors: readonly SettingsVendor[]
}

function openStore(Conf: typeof import('conf').default, {configFolder, ...source}: Source): {store: SettingsForm} {
  try {
    return new Conf<SettingsForm>({
      cwd: configFolder,
      configName: 'settings',
      // The name of a context is a key. By default, conf splits a key with dots into nested keys.
      accessPropertiesByDotNotation: false,
      // The default is 0644. conf sets the mode at each write and replaces the file in one step
      // (except under SNAP, where conf writes into the existing file).
      configFileMode: 0o600,
      // conf reads the file before it writes, so a damaged file fails here. Without this check,
      // conf would treat an array as empty settings.
      deserialize: (text) => formatSettings(parseSettings(text, source)),
    })
  } catch (err) {
    throw err instanceof AppError ? err : unreadable(source.file, err)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is not a folder',
}

function unreadable(file: string, cause: unknown): AppError {
  const code = readSystemCode(cause)
  return new AppError(
    'CONFIG',
    `Cannot read the settings file ${file}: ${REASONS[code] ?? (code || 'unknown reason')}`,
    {
      cause,
      hint: FIX_HINT,
    },
  )
}

function failedWrite(file: string, cause: unknown): AppError {
  const code = readSystemCode(cause)
  return new AppError('CONFIG', `Cannot write the settings file ${file}: ${REASONS[code] ?? readReason(cause)}`, {
    cause,
    hint: 'Check the folder and its permissions, or set TOKENRY_HOME to another one',
  })
}
