import {existsSync} from 'node:fs'
import {AppError} from '../errors/app-error.ts'
import {readRegularFile} from '../files/regular-file.ts'
import {holdsToken} from '../lib/token-shape.ts'
import {type ContextSettings, EMBEDDED, findContext, type Settings, type SettingsVendor} from './context-settings.ts'
import {chooseCredential, toChoice} from './credentials/choose-credential.ts'
import {type CredentialText, readCredentialText} from './credentials/credential-text.ts'
import {findCredentialVariable, STAY_HINT, warnOfOtherTokens} from './credentials/credential-variable.ts'
import type {ContextCredential} from './credentials/types.ts'
import type {Folders} from './folders.ts'
import {readSettings, settingsFile} from './settings.ts'
import type {ToolSource, VendorTool} from './vendor-tool.ts'

/** Where a fact comes from. `name` is that of the flag, the variable or the file. */
export type FactSource =
  | {readonly from: 'flag' | 'variable' | 'file'; readonly name: string}
  | {readonly from: 'default'}

/**
 * Where the commands of a vendor go, and with which credential. Nothing of it was sent or read yet.
 */
export interface ResolvedContext {
  /** Null if a variable with a credential leads to the vendor itself. */
  name: string | null
  /** The name of a vendor, or `embedded`. */
  vendor: string
  /** What chose the target. */
  chosenBy: FactSource
  /** The base URL of the vendor's API. Absent on the embedded service. */
  url?: {readonly base: URL; readonly source: FactSource}
  /** Ids by the key of the place. */
  places: ContextSettings['places']
  /**
   * Null if there is none. Then the embedded service acts for the owner of its store, and a vendor
   * cannot be used.
   */
  credential: CredentialChoice | null
  /** Whether the embedded context is all there is, so that no one can confuse it with another. */
  isOnlyOne: boolean
  /** What a person should know about the choice. */
  warnings: readonly string[]
}

/** A credential that was chosen and not yet read. */
export type CredentialChoice =
  | {readonly kind: 'file'; readonly file: string}
  /** Given on the command line, by a flag that is declared for it. */
  | {readonly kind: 'argument'; readonly flag: string; readonly secret: string}
  | {readonly kind: 'variable'; readonly variable: string}
  | {readonly kind: 'store' | 'command'; readonly place: ContextCredential}

export interface ContextSource extends ToolSource {
  folders(): Folders
  /** Every vendor that can have a context. */
  vendors: readonly SettingsVendor[]
}

/** The part of a vendor that decides where its commands go. */
export interface ContextVendor {
  readonly name: string
  readonly title: string
  readonly tool: VendorTool
  /** Absent if the vendor itself cannot be reached. */
  readonly loadApi?: () => Promise<ContextApi>
}

/** See `VendorApi`. */
export interface ContextApi {
  readonly defaultUrl: string
  checkUrl(url: string): URL
  findUrl(env: Record<string, string | undefined>): {url: URL; source: string} | null
}

export interface ContextChoice {
  /** From --context. */
  context?: string | undefined
  /**
   * From a flag such as --token: see `readCredentialText`. It takes precedence over
   * --credential-file. Absent for a vendor without such a flag.
   */
  credentialText?: CredentialText | undefined
  /** From --credential-file. It takes precedence over every other credential. */
  credentialFile?: string | undefined
}

/**
 * Return where a command of this vendor goes, and with which credential. The target comes first:
 * --context, TOKENRY_CONTEXT, a variable with a credential, the current context, the embedded
 * service; the first that is given wins (design.md, section 2).
 *
 * @throws AppError USAGE if the named context does not exist or is for another vendor. CONFIG if
 * the target is unclear, cannot be reached, or has a URL to which no credential may be sent.
 */
export async function resolveContext(
  source: ContextSource,
  vendor: ContextVendor,
  {context, credentialText, credentialFile}: ContextChoice,
): Promise<ResolvedContext> {
  const given = credentialText && readCredentialText(source.env, vendor, credentialText)
  const {target, api} = await resolveTarget(source, vendor, context)
  if (given) return {...target, ...given}
  if (credentialFile !== undefined) return {...target, credential: {kind: 'file', file: credentialFile}}
  if (!api) return {...target, warnings: [...target.warnings, ...warnOfUnused(source.env, vendor, target)]}
  return {...target, ...chooseCredential(source.env, vendor, {...api, target})}
}

interface Target {
  target: ResolvedContext
  /** For a context of the vendor, whose credential is still to be chosen. */
  api?: {api: ContextApi; own: CredentialChoice | null}
}

async function resolveTarget(source: ContextSource, vendor: ContextVendor, named: string | undefined): Promise<Target> {
  const {env} = source
  const fromEnvironment = named === undefined ? contextFromEnvironment(env) : undefined
  const name = named ?? fromEnvironment
  if (name !== undefined) {
    const chosenBy = readChoice(named)
    if (name === EMBEDDED) return {target: {...embeddedContext(chosenBy), isOnlyOne: true}}
    return openContext(source, vendor, {context: await findNamed(source, name, vendor.name), chosenBy})
  }
  const variable = findCredentialVariable(env, vendor)
  if (variable !== null) return {target: await openVendor(source, vendor, variable)}
  const settings = await readSettings(source.folders().config, source.vendors)
  const current = settings.current[vendor.name]
  const chosenBy: FactSource = {from: 'file', name: settingsFile(source.folders().config)}
  const isOnlyOne = settings.contexts.length === 0
  if (current === EMBEDDED) return {target: {...embeddedContext(chosenBy), isOnlyOne}}
  if (current !== undefined) {
    const context = findContext(settings, {vendor: vendor.name, name: current})
    if (!context) throw currentIsGone(chosenBy.name, current)
    return openContext(source, vendor, {context, chosenBy})
  }
  refuseSession(source, vendor)
  return {target: {...embeddedContext({from: 'default'}), isOnlyOne}}
}

/**
 * Return the embedded context for commands that only work on the embedded service. USAGE if a
 * context of another vendor is named.
 */
export async function resolveEmbedded(source: ContextSource, named: string | undefined): Promise<ResolvedContext> {
  if (named === undefined || named === EMBEDDED) return embeddedContext({from: 'default'})
  const {places} = await findNamed(source, named, EMBEDDED)
  return {...embeddedContext(readChoice(named)), name: named, places}
}

/**
 * Return a warning for a credential of the vendor that TOKENRY_CONTEXT keeps from being used. Both
 * are set for a shell, often not by the same person.
 */
function warnOfUnused(
  env: ContextSource['env'],
  {title, tool}: ContextVendor,
  {vendor, chosenBy}: ResolvedContext,
): string[] {
  if (vendor !== EMBEDDED || chosenBy.from !== 'variable') return []
  const unused = tool.credentials.find(({name}) => env[name]?.trim())
  if (!unused) return []
  return [
    `${unused.name} is not used: TOKENRY_CONTEXT names the embedded service. To reach ${title}, unset TOKENRY_CONTEXT`,
  ]
}

function readChoice(named: string | undefined): FactSource {
  return named === undefined ? {from: 'variable', name: 'TOKENRY_CONTEXT'} : {from: 'flag', name: '--context'}
}

/** Return the context that always exists. It has the name of its vendor. */
function embeddedContext(chosenBy: FactSource): ResolvedContext {
  return {name: EMBEDDED, vendor: EMBEDDED, chosenBy, places: {}, credential: null, isOnlyOne: false, warnings: []}
}

/** Return the context in TOKENRY_CONTEXT; undefined if it is not set. CONFIG if it is empty. */
export function contextFromEnvironment(env: ContextSource['env']): string | undefined {
  const name = env['TOKENRY_CONTEXT']
  if (name === '')
    throw new AppError('CONFIG', 'TOKENRY_CONTEXT is set but empty', {
      hint: 'Unset TOKENRY_CONTEXT, or set it to a context',
    })
  // Refused here, because a later message would print the name.
  if (name !== undefined && holdsToken(name)) {
    throw new AppError('CONFIG', 'TOKENRY_CONTEXT holds a token or a part of one instead of a name', {
      hint: 'Unset TOKENRY_CONTEXT, or set it to a context',
    })
  }
  return name
}

async function findNamed(source: ContextSource, name: string, vendor: string): Promise<ContextSettings> {
  const settings = await readSettings(source.folders().config, source.vendors)
  const context = findContext(settings, {vendor, name})
  if (context) return context
  const others = settings.contexts.filter((each) => each.name === name).map((each) => each.vendor)
  if (others.length > 0) {
    throw new AppError('USAGE', `The context ${name} is for ${others.join(', ')}, this command is for ${vendor}`, {
      hint: `${listNames(settings, vendor)}. ${STAY_HINT}`,
    })
  }
  throw new AppError('USAGE', `No context named ${name}`, {hint: listNames(settings, vendor)})
}

function listNames({contexts}: Settings, vendor: string): string {
  const usable = contexts.filter((each) => [vendor, EMBEDDED].includes(each.vendor)).map(({name}) => name)
  return `Name one of these: ${[EMBEDDED, ...usable].join(', ')}`
}

/** Return the target of a variable with a credential: the vendor, as its own tool would use it. */
async function openVendor({env}: ContextSource, vendor: ContextVendor, variable: string): Promise<ResolvedContext> {
  const api = await loadApi(vendor, variable)
  const found = api.findUrl(env)
  return {
    name: null,
    vendor: vendor.name,
    chosenBy: {from: 'variable', name: variable},
    url: found
      ? {base: found.url, source: {from: 'variable', name: found.source}}
      : {base: new URL(api.defaultUrl), source: {from: 'default'}},
    places: {},
    credential: {kind: 'variable', variable},
    isOnlyOne: false,
    warnings: warnOfOtherTokens(env, vendor, variable),
  }
}

async function openContext(
  source: ContextSource,
  vendor: ContextVendor,
  {context, chosenBy}: {context: ContextSettings; chosenBy: FactSource},
): Promise<Target> {
  const {name, places, apiUrl} = context
  const target = {...embeddedContext(chosenBy), name, vendor: context.vendor, places}
  if (context.vendor === EMBEDDED) return {target}
  const api = await loadApi(vendor, `The context ${name}`)
  const file: FactSource = {from: 'file', name: settingsFile(source.folders().config)}
  const url =
    apiUrl === undefined
      ? {base: new URL(api.defaultUrl), source: {from: 'default'} as const}
      : {base: checkUrl(api, apiUrl, {name, file: file.name}), source: file}
  return {target: {...target, url}, api: {api, own: toChoice(context.credential)}}
}

async function loadApi({title, loadApi}: ContextVendor, what: string): Promise<ContextApi> {
  if (loadApi) return loadApi()
  throw new AppError('CONFIG', `${what} leads to ${title}, which this version of tokenry cannot reach`, {
    hint: STAY_HINT,
  })
}

function checkUrl(api: ContextApi, apiUrl: string, {name, file}: {name: string; file: string}): URL {
  try {
    return api.checkUrl(apiUrl)
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw new AppError('CONFIG', `The URL of the context ${name} in ${file} cannot be used. ${cause.message}`, {
      cause,
      ...(cause.details.hint === undefined ? {} : {hint: cause.details.hint}),
    })
  }
}

/**
 * Throw CONFIG if the vendor's own tool is signed in: the person may mean the vendor, and tokenry
 * does not guess.
 */
function refuseSession(source: ContextSource, {title, tool: {session}}: ContextVendor): void {
  const file = session.findFile(source)
  if (file === null || !existsSync(file) || !session.isSignedIn(readSession(file, title))) return
  throw new AppError(
    'CONFIG',
    `${title}'s own tool is signed in on this machine (${file}): where should this command go?`,
    {
      hint: `${STAY_HINT}. To use ${title}: ${session.useLine}`,
    },
  )
}

function readSession(file: string, title: string): string {
  try {
    return readRegularFile(file)
  } catch (cause) {
    const reason = cause instanceof AppError ? `: ${cause.message}` : ''
    throw new AppError('CONFIG', `Cannot read ${file}, which shows whether ${title}'s own tool is signed in${reason}`, {
      cause,
      hint: STAY_HINT,
    })
  }
}

function currentIsGone(file: string, name: string): AppError {
  return new AppError('CONFIG', `${file} names a current context that does not exist: ${name}`, {
    hint: `Fix the file. ${STAY_HINT}`,
  })
}
