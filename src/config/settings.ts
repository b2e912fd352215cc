import {promises as fs, readFileSync} from 'node:fs'
import path from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {findExistingPath} from '../files/existing-path.ts'
import {checkPlaceToMake, refuseForeign} from '../files/refuse-foreign.ts'
import {readReason, readSystemCode} from '../lib/system-error.ts'

/** The part of a vendor that settings need. */
export interface SettingsVendor {
  readonly name: string
  /** Keys of the places that a context of the vendor can name, such as `workspace`. */
  readonly places: readonly string[]
}

/** A named target, without its credential. */
export interface ContextSettings {
  /** The name of a vendor, or `embedded`. */
  vendor: string
  apiUrl?: string
  /** Ids by the key of the place. `embedded` can have the places of every vendor. */
  places: Partial<Record<string, string>>
}

export interface Settings {
  /**
   * By name. Records that are read have no prototype, so that a context may have the name
   * `__proto__` or `constructor`.
   */
  contexts: Record<string, ContextSettings>
  /** The name of the current context, by the vendor whose commands it serves. */
  current: Partial<Record<string, string>>
}

/** Settings in the form of the file: the places are fields next to the vendor. */
interface SettingsFile {
  contexts: Record<string, Partial<Record<string, string>>>
  current: Partial<Record<string, string>>
}

/** The target that always exists: it needs no server, no account and no configuration. */
export const EMBEDDED = 'embedded'

export function settingsFile(configFolder: string): string {
  return path.join(configFolder, 'settings.json')
}

/**
 * Return the settings, empty if there is no file. Change nothing on the disk.
 *
 * This does not use conf, which takes 40 ms to load, as long as Node takes to start.
 *
 * @throws AppError CONFIG that names the file if it cannot be read or is not in the form that
 * `writeSettings` writes. An unknown field is an error too: a mistyped `apiUrl` must not send a
 * credential to the vendor's own host. A file or a folder that another user owns or may write to is
 * also an error, because settings decide where a credential is sent.
 */
export async function readSettings(configFolder: string, vendors: readonly SettingsVendor[]): Promise<Settings> {
  const file = settingsFile(configFolder)
  try {
    refuseForeign([configFolder, file])
    const text = readIfThere(file)
    return text === null ? {contexts: Object.create(null), current: {}} : parseSettings(text, {file, vendors})
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
 * Replace the settings file in one step. The file has mode 0600 and its folder 0700; both modes are
 * set again at each write.
 *
 * @throws AppError CONFIG if the file cannot be written, is damaged, or if others may write to it.
 * Then the file does not change.
 */
export async function writeSettings(
  configFolder: string,
  settings: Settings,
  vendors: readonly SettingsVendor[],
): Promise<void> {
  const file = settingsFile(configFolder)
  try {
    refuseForeign([configFolder, file])
    checkPlaceToMake(file)
    await fs.mkdir(configFolder, {recursive: true, mode: 0o700})
    await fs.chmod(configFolder, 0o700)
    const store = await openStore(configFolder, {file, vendors})
    store.store = toFile(settings)
  } catch (err) {
    throw err instanceof AppError ? err : failedWrite(file, err)
  }
}

interface Source {
  file: string
  vendors: readonly SettingsVendor[]
}

async function openStore(configFolder: string, source: Source): Promise<{store: SettingsFile}> {
  const {default: Conf} = await import('conf')
  try {
    return new Conf<SettingsFile>({
      cwd: configFolder,
      configName: 'settings',
      // The name of a context is a key. By default, conf splits a key with dots into nested keys.
      accessPropertiesByDotNotation: false,
      // The default is 0644. conf sets the mode at each write and replaces the file in one step
      // (except under SNAP, where conf writes into the existing file).
      configFileMode: 0o600,
      // conf reads the file before it writes, so a damaged file fails here. Without this check,
      // conf would treat an array as empty settings.
      deserialize: (text) => toFile(parseSettings(text, source)),
    })
  } catch (err) {
    throw err instanceof AppError ? err : unreadable(source.file, err)
  }
}

function toFile({contexts, current}: Settings): SettingsFile {
  const flat = Object.entries(contexts).map(([name, {places, ...context}]) => [name, {...context, ...places}])
  // `fromEntries` makes a context with the name `__proto__` a field like any other.
  return {contexts: Object.fromEntries(flat), current}
}

function parseSettings(text: string, {file, vendors}: Source): Settings {
  try {
    return toSettings(parseJson(text), vendors)
  } catch (cause) {
    const problem = cause instanceof ShapeError ? cause.message : 'its content cannot be read'
    throw new AppError('CONFIG', `The settings file ${file} is damaged: ${problem}`, {cause, hint: FIX_HINT})
  }
}

const FIX_HINT = 'Fix the file, or move it away to start without contexts'

/** What is wrong with the content of the file. The message continues a sentence. */
class ShapeError extends Error {}

function parseJson(text: string): unknown {
  if (text.trim() === '') throw new ShapeError('it is empty')
  try {
    // Editors on Windows begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    // The error of JSON.parse quotes the file, so it is not passed on.
    throw new ShapeError('it is not JSON')
  }
}

function toSettings(value: unknown, vendors: readonly SettingsVendor[]): Settings {
  const root = toFields(value, 'it', ['contexts', 'current'])
  const contexts: Settings['contexts'] = Object.create(null)
  for (const [name, context] of Object.entries(toObject(optional(root['contexts']), 'contexts'))) {
    contexts[name] = toContext(context, `contexts[${JSON.stringify(name)}]`, vendors)
  }
  const names = vendors.map(({name}) => name)
  const current = toTexts(toFields(optional(root['current']), 'current', names), 'current', names)
  return {contexts, current}
}

function toContext(value: unknown, where: string, vendors: readonly SettingsVendor[]): ContextSettings {
  const {vendor} = toObject(value, where)
  const places = typeof vendor === 'string' ? listPlaces(vendor, vendors) : null
  if (typeof vendor !== 'string' || places === null) {
    const names = [EMBEDDED, ...vendors.map(({name}) => name)]
    throw new ShapeError(`${where}.vendor is not one of ${names.join(', ')}`)
  }
  const fields = toFields(value, where, ['vendor', 'apiUrl', ...places])
  return {vendor, ...toTexts(fields, where, ['apiUrl']), places: toTexts(fields, where, places)}
}

/** Return the keys of the places that a context can have; null for an unknown vendor. */
function listPlaces(vendor: string, vendors: readonly SettingsVendor[]): readonly string[] | null {
  if (vendor === EMBEDDED) return [...new Set(vendors.flatMap(({places}) => places))]
  return vendors.find(({name}) => name === vendor)?.places ?? null
}

/** Return the fields that are present. Each must be a text. */
function toTexts<Name extends string>(
  fields: Record<string, unknown>,
  where: string,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const texts: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = fields[name]
    if (value === undefined) continue
    if (typeof value !== 'string') throw new ShapeError(`${where}.${name} is not a text`)
    texts[name] = value
  }
  return texts
}

function toFields(value: unknown, where: string, known: readonly string[]): Record<string, unknown> {
  const fields = toObject(value, where)
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new ShapeError(`${where} has the unknown field ${JSON.stringify(unknown)}`)
  return fields
}

/** Return an empty object for a missing field. A field that is null stays null and is refused. */
function optional(value: unknown): unknown {
  return value === undefined ? {} : value
}

function toObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return {...value}
  throw new ShapeError(`${where} is not an object`)
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
