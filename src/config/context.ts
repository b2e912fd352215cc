import {existsSync, readFileSync} from 'node:fs'
import {AppError} from '../errors/app-error.ts'
import {cleanToken} from '../lib/clean-token.ts'
import {holdsToken} from '../lib/token-shape.ts'
import {type ContextSettings, EMBEDDED, findContext, type SettingsVendor} from './context-settings.ts'
import type {Folders} from './folders.ts'
import {readSettings, settingsFile} from './settings.ts'
import type {ToolSource, VendorTool} from './vendor-tool.ts'

/** The context that always exists. It has the name of its vendor. */
const EMBEDDED_CONTEXT: ResolvedContext = {name: EMBEDDED, vendor: EMBEDDED, places: {}}

export interface ResolvedContext extends Omit<ContextSettings, 'credential'> {
  /** The credential from a variable. Absent for a context of the settings. */
  credential?: Credential
}

export interface Credential {
  secret: string
  /** The variable that holds it. */
  source: string
}

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
}

const STAY_HINT = 'To use the embedded token service: add --context embedded, or set TOKENRY_CONTEXT=embedded'

/**
 * Return where a command of this vendor goes. The first match wins (design.md, section 2).
 *
 * @throws AppError CONFIG if the target is a context of a vendor, to which this version cannot sign
 * in, or if the target is unclear. USAGE if the named context does not exist or is for another
 * vendor.
 */
export async function resolveContext(
  source: ContextSource,
  vendor: ContextVendor,
  named: string | undefined,
): Promise<ResolvedContext> {
  const name = named ?? contextFromEnvironment(source.env)
  if (name !== undefined) return reachable(await readContext(source, name, vendor.name))
  const credential = readCredential(source.env, vendor)
  if (credential) return {name: credential.source, vendor: vendor.name, places: {}, credential}
  const settings = await readSettings(source.folders().config, source.vendors)
  const current = settings.current[vendor.name]
  if (current !== undefined) {
    if (current !== EMBEDDED && !findContext(settings, {vendor: vendor.name, name: current})) {
      throw currentIsGone(source, current)
    }
    return reachable(await readContext(source, current, vendor.name))
  }
  refuseSession(source, vendor)
  return EMBEDDED_CONTEXT
}

/**
 * Return the embedded context for commands that only work on the embedded service. USAGE if a
 * context of another vendor is named.
 */
export async function resolveEmbedded(source: ContextSource, named: string | undefined): Promise<ResolvedContext> {
  return named === undefined ? EMBEDDED_CONTEXT : readContext(source, named, EMBEDDED)
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

async function readContext(source: ContextSource, name: string, vendor: string): Promise<ResolvedContext> {
  if (name === EMBEDDED) return EMBEDDED_CONTEXT
  const settings = await readSettings(source.folders().config, source.vendors)
  const context = findContext(settings, {vendor, name})
  if (context) {
    const {credential: _, ...target} = context
    return target
  }
  const other = settings.contexts.find((each) => each.name === name)
  if (other) {
    throw new AppError('USAGE', `The context ${name} is for ${other.vendor}, this command is for ${vendor}`, {
      hint: STAY_HINT,
    })
  }
  const known = [EMBEDDED, ...settings.contexts.map((each) => each.name)].join(', ')
  throw new AppError('USAGE', `No context named ${name}`, {hint: `Name one of these: ${known}`})
}

function reachable(context: ResolvedContext): ResolvedContext {
  if (context.vendor === EMBEDDED) return context
  throw new AppError(
    'CONFIG',
    `The context ${context.name} is at ${context.vendor}, and this version cannot sign in to a context yet`,
    {
      hint: STAY_HINT,
    },
  )
}

/**
 * Return the credential of the first variable that is set; null if none is. CONFIG if it is empty,
 * or if only a variable that goes with a credential is set.
 */
function readCredential(env: ContextSource['env'], {tool}: ContextVendor): Credential | null {
  for (const {name} of tool.credentials) {
    const value = env[name]
    if (value === undefined) continue
    const secret = cleanToken(value)
    if (secret !== '') return {secret, source: name}
    throw new AppError('CONFIG', `${name} is set but empty; is a CI secret missing?`, {
      hint: `Set ${name}, or unset it. ${STAY_HINT}`,
    })
  }
  const lonely = tool.companions.find(({name}) => env[name] !== undefined)
  if (!lonely) return null
  const names = tool.credentials.map(({name}) => name).join(' or ')
  throw new AppError('CONFIG', `${lonely.name} is set without ${names}`, {
    hint: `Set ${names}, or unset ${lonely.name}. ${STAY_HINT}`,
  })
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
      hint: `To use ${title}: ${session.useLine}\n${STAY_HINT}`,
    },
  )
}

function readSession(file: string, title: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('CONFIG', `Cannot read ${file}, which shows whether ${title}'s own tool is signed in`, {
      cause,
      hint: STAY_HINT,
    })
  }
}

function currentIsGone(source: ContextSource, name: string): AppError {
  return new AppError(
    'CONFIG',
    `${settingsFile(source.folders().config)} names a current context that does not exist: ${name}`,
    {
      hint: `Fix the file. ${STAY_HINT}`,
    },
  )
}
