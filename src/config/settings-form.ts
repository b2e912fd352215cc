import {AppError} from '../errors/app-error.ts'
import {type ContextSettings, EMBEDDED, type Settings, type SettingsVendor} from './context-settings.ts'
import type {ContextCredential} from './credentials/types.ts'

const VERSION = 2

type Fields = Record<string, unknown>

/**
 * Settings in the form of the file: contexts by vendor and name, with their places next to the URL.
 */
export interface SettingsForm {
  version: typeof VERSION
  contexts: Record<string, Record<string, Fields>>
  current: Partial<Record<string, string>>
}

export const FIX_HINT = 'Fix the file, or move it away to start without contexts'

/** Return the settings in the form of the file, always in the newest one. */
export function formatSettings({contexts, current}: Settings): SettingsForm {
  const vendors = [...new Set(contexts.map(({vendor}) => vendor))]
  const byVendor = vendors.map((vendor) => {
    const own = contexts.filter((context) => context.vendor === vendor)
    // `fromEntries` makes a context with the name `__proto__` a field like any other.
    return [vendor, Object.fromEntries(own.map((context) => [context.name, toFields(context)]))]
  })
  return {version: VERSION, contexts: Object.fromEntries(byVendor), current: {...current}}
}

function toFields({apiUrl, places, credential}: ContextSettings): Fields {
  return {
    ...(apiUrl === undefined ? {} : {apiUrl}),
    ...places,
    ...(credential === undefined ? {} : {credential}),
  }
}

/**
 * Return the settings that the text of the file holds. CONFIG that names the file for any other.
 */
export function parseSettings(
  text: string,
  {file, vendors}: {file: string; vendors: readonly SettingsVendor[]},
): Settings {
  try {
    return toSettings(parseJson(text), vendors)
  } catch (cause) {
    if (cause instanceof NewerFormError) {
      throw new AppError('CONFIG', `The settings file ${file} was written by a newer version of tokenry`, {
        hint: 'Update tokenry, or set TOKENRY_HOME to another folder',
      })
    }
    const problem = cause instanceof ShapeError ? cause.message : 'its content cannot be read'
    throw new AppError('CONFIG', `The settings file ${file} is damaged: ${problem}`, {cause, hint: FIX_HINT})
  }
}

/** What is wrong with the content of the file. The message continues a sentence. */
class ShapeError extends Error {}

class NewerFormError extends Error {}

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
  const {version} = toObject(value, 'it')
  if (typeof version === 'number' && Number.isInteger(version) && version > VERSION) throw new NewerFormError()
  if (version !== undefined && version !== VERSION) throw new ShapeError(`its version is not ${VERSION}`)
  const root = readFields(value, 'it', ['version', 'contexts', 'current'])
  const contexts = toObject(optional(root['contexts']), 'contexts')
  const names = vendors.map(({name}) => name)
  return {
    contexts: refuseShared(version === undefined ? toOldContexts(contexts, vendors) : toContexts(contexts, vendors)),
    current: toTexts(readFields(optional(root['current']), 'current', names), 'current', names),
  }
}

function toContexts(byVendor: Fields, vendors: readonly SettingsVendor[]): ContextSettings[] {
  const unknown = Object.keys(byVendor).find((vendor) => listPlaces(vendor, vendors) === null)
  if (unknown !== undefined) throw new ShapeError(`contexts.${unknown} is not for one of ${nameVendors(vendors)}`)
  return Object.entries(byVendor).flatMap(([vendor, byName]) =>
    Object.entries(toObject(byName, `contexts.${vendor}`)).map(([name, value]) => {
      const where = `contexts.${vendor}[${JSON.stringify(name)}]`
      const places = listPlaces(vendor, vendors) ?? []
      // The embedded service has neither a URL nor a credential.
      const fields = readFields(value, where, [...(vendor === EMBEDDED ? [] : FIELDS), ...places])
      return {...toContext(fields, where, {vendor, name, places}), ...toCredential(fields['credential'], where)}
    }),
  )
}

const FIELDS = ['apiUrl', 'credential']

/** Read the form of version 0.1.0: contexts by name alone, with a field for the vendor. */
function toOldContexts(byName: Fields, vendors: readonly SettingsVendor[]): ContextSettings[] {
  return Object.entries(byName).map(([name, value]) => {
    const where = `contexts[${JSON.stringify(name)}]`
    const {vendor} = toObject(value, where)
    const places = typeof vendor === 'string' ? listPlaces(vendor, vendors) : null
    if (typeof vendor !== 'string' || places === null) {
      throw new ShapeError(`${where}.vendor is not one of ${nameVendors(vendors)}`)
    }
    const fields = readFields(value, where, ['vendor', 'apiUrl', ...places])
    return toContext(fields, where, {vendor, name, places})
  })
}

/** Return the keys of the places that a context can have; null for an unknown vendor. */
function listPlaces(vendor: string, vendors: readonly SettingsVendor[]): readonly string[] | null {
  const places = vendor === EMBEDDED ? vendors.flatMap((each) => each.places) : findVendor(vendor, vendors)?.places
  return places ? [...new Set(places.map(({key}) => key))] : null
}

function findVendor(name: string, vendors: readonly SettingsVendor[]): SettingsVendor | undefined {
  return vendors.find((vendor) => vendor.name === name)
}

function nameVendors(vendors: readonly SettingsVendor[]): string {
  return [EMBEDDED, ...vendors.map(({name}) => name)].join(', ')
}

function toContext(
  fields: Fields,
  where: string,
  {vendor, name, places}: {vendor: string; name: string; places: readonly string[]},
): ContextSettings {
  const {apiUrl} = toTexts(fields, where, ['apiUrl'])
  if (apiUrl !== undefined && vendor === EMBEDDED)
    throw new ShapeError(`${where} has the field apiUrl, and ${EMBEDDED} has no URL`)
  return {vendor, name, ...(apiUrl === undefined ? {} : {apiUrl}), places: toTexts(fields, where, places)}
}

/** The forms that a credential can have, by their fields. */
const CREDENTIALS: readonly (readonly string[])[] = [['store', 'origin'], ['variable'], ['command']]

function toCredential(value: unknown, where: string): {credential?: ContextCredential} {
  if (value === undefined) return {}
  const place = `${where}.credential`
  const form = CREDENTIALS.find(([first = '']) => Object.hasOwn(toObject(value, place), first))
  if (!form) throw new ShapeError(`${place} has none of the fields ${CREDENTIALS.map(([first]) => first).join(', ')}`)
  const {store, origin, variable, command} = toTexts(readFields(value, place, form), place, form)
  if (variable) return {credential: {variable}}
  if (command) return {credential: {command}}
  if ((store === 'keychain' || store === 'file') && origin) return {credential: {store, origin}}
  throw new ShapeError(`${place} is not complete`)
}

/**
 * Return the contexts. Throw if a context of `embedded` shares its name with another context: it
 * would be unclear where a command goes.
 */
function refuseShared(contexts: ContextSettings[]): ContextSettings[] {
  const forAll = new Set([EMBEDDED, ...contexts.filter(({vendor}) => vendor === EMBEDDED).map(({name}) => name)])
  const shared = contexts.find(({vendor, name}) => forAll.has(name) && (vendor !== EMBEDDED || name === EMBEDDED))
  if (!shared) return contexts
  throw new ShapeError(`the context ${JSON.stringify(shared.name)} of ${shared.vendor} has the name of another context`)
}

/** Return the fields that are present. Each must be a text. */
function toTexts(fields: Fields, where: string, names: readonly string[]): Partial<Record<string, string>> {
  const texts: Partial<Record<string, string>> = Object.create(null)
  for (const name of names) {
    const value = fields[name]
    if (value === undefined) continue
    if (typeof value !== 'string') throw new ShapeError(`${where}.${name} is not a text`)
    texts[name] = value
  }
  return texts
}

function readFields(value: unknown, where: string, known: readonly string[]): Fields {
  const fields = toObject(value, where)
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new ShapeError(`${where} has the unknown field ${JSON.stringify(unknown)}`)
  return fields
}

/** Return an empty object for a missing field. A field that is null stays null and is refused. */
function optional(value: unknown): unknown {
  return value === undefined ? {} : value
}

function toObject(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return {...value}
  throw new ShapeError(`${where} is not an object`)
}
