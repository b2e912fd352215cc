import {statSync} from 'node:fs'
import {dirname} from 'node:path'
import type {Document, YAMLMap} from 'yaml'
import type {ToolSource} from '../../config/vendor-tool.ts'
import {AppError} from '../../errors/app-error.ts'
import {currentUser, findOwnershipFlaw} from '../../files/ownership.ts'
import {readRegularFile} from '../../files/regular-file.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {readSystemCode} from '../../lib/system-error.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import type {ImportedContext} from '../vendor.ts'
import {ASTRO_URL, parseAstroDomain} from './base-url.ts'
import {ASTRO} from './vendor.ts'

const LOCAL_DOMAIN = 'localhost'

/**
 * Return URL, organization and workspace of the current context of the astro command line
 * (contracts/astro.md, sections 1 and 3). The file is not changed, and its token is not read.
 *
 * @throws AppError CONFIG if the file is missing or damaged, if another user may have changed it,
 * if it has no current context, or if that is neither at Astronomer nor on this machine
 */
export async function importAstroContext(source: ToolSource): Promise<ImportedContext> {
  const file = ASTRO.tool.session.findFile(source)
  if (file === null) {
    throw new AppError('CONFIG', 'There is no home folder with the settings of astro', {
      hint: 'Set ASTRO_HOME to the folder that holds .astro',
    })
  }
  const config = await parseConfig(readConfig(file), file)
  const name = readText(config, 'context')
  const context = name === undefined ? undefined : readFields(readFields(config, 'contexts'), name)
  if (name === undefined || !context) {
    throw new AppError('CONFIG', `${file} has no current context`, {hint: 'Sign in first: astro login'})
  }
  const apiUrl = findUrl(config, {name, domain: readText(context, 'domain'), file})
  const places = {organization: readId(context, 'organization', file), workspace: readId(context, 'workspace', file)}
  const named = Object.entries(places).filter(([, id]) => id !== undefined)
  return {...(apiUrl === ASTRO_URL ? {} : {apiUrl}), places: Object.fromEntries(named)}
}

function readConfig(file: string): string {
  try {
    const text = readRegularFile(file)
    for (const path of [dirname(file), file]) refuseChangedByOthers(path)
    return text
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const code = readSystemCode(cause)
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    throw new AppError('CONFIG', missing ? `There is no ${file}` : `Cannot read ${file} (${code})`, {
      cause,
      hint: missing ? 'Sign in first: astro login' : `Check who may read it: ls -la ${shellPath(file)}`,
    })
  }
}

/** Its ids and its domain decide where commands work. */
function refuseChangedByOthers(path: string): void {
  const flaw = findOwnershipFlaw(statSync(path), currentUser())
  if (flaw === null) return
  const [problem, fix] =
    flaw === 'foreign'
      ? [`${path} belongs to another user`, 'Name the places with flags instead']
      : [`Other users may write to ${path}`, `If you trust its content: chmod go-w ${shellPath(path)}`]
  throw new AppError('CONFIG', `${problem}, who may have changed it`, {hint: fix})
}

type Fields = Readonly<Record<string, unknown>>

/** The error of the parser quotes the file, which holds a token. So it is not passed on. */
async function parseConfig(text: string, file: string): Promise<Fields> {
  const yaml = await import('yaml')
  const config = toFields(toValue(yaml, text))
  if (config) return config
  throw new AppError('CONFIG', `${file} is damaged: it is not a YAML mapping`, {
    hint: 'Repair it, or name the places with flags instead',
  })
}

/**
 * Return the value of a document; undefined if it has errors or repeated keys, or is nested or
 * repeated without end.
 */
function toValue({parseDocument, visit}: typeof import('yaml'), text: string): unknown {
  try {
    // The time of the parser's own check of keys grows with the square of their number.
    const document: Document.Parsed = parseDocument(text, {logLevel: 'error', uniqueKeys: false})
    let isSound = document.errors.length === 0
    visit(document, {
      Map(_, map) {
        isSound &&= hasUniqueKeys(map)
      },
    })
    return isSound ? document.toJS({maxAliasCount: 100}) : undefined
  } catch {
    return undefined
  }
}

function hasUniqueKeys({items}: YAMLMap): boolean {
  return new Set(items.map(({key}) => String(key))).size === items.length
}

/** The URL of the API of a context. Its name is the domain, with `_` for each dot. */
function findUrl(
  config: Fields,
  {name, domain, file}: {name: string; domain: string | undefined; file: string},
): string {
  const host = domain ?? name.replaceAll('_', '.')
  const local = readText(readFields(config, 'local') ?? {}, 'core')
  const isLocal = host.trim().toLowerCase() === LOCAL_DOMAIN && local !== undefined
  const url = parseAstroDomain(isLocal ? local : host)
  if (url) return url.href
  throw new AppError('CONFIG', `The current context of ${file} is neither at Astro nor on this machine`, {
    hint: 'Name the API of the installation instead: --api-url https://HOST/v1',
  })
}

function readFields(fields: Fields | undefined, name: string): Fields | undefined {
  return toFields(findValue(fields ?? {}, name))
}

/** Return an id; undefined for none. CONFIG for a token, which must not get into the settings. */
function readId(context: Fields, name: string, file: string): string | undefined {
  const id = readText(context, name)
  if (id === undefined || !holdsToken(id)) return id
  throw new AppError('CONFIG', `${file} has a token or a part of one as ${name} of the current context`, {
    hint: 'Repair it, or name the places with flags instead',
  })
}

/** Undefined for an empty text too. */
function readText(fields: Fields, name: string): string | undefined {
  const value = findValue(fields, name)
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}

/** Keys are compared without case, as the binary does. */
function findValue(fields: Fields, name: string): unknown {
  return Object.entries(fields).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
}

function toFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? {...value} : undefined
}
