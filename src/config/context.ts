import {existsSync, readFileSync} from 'node:fs'
import {isAbsolute, join} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {cleanToken} from '../lib/clean-token.ts'
import {holdsToken} from '../lib/token-shape.ts'
import type {Folders} from './folders.ts'
import {type ContextSettings, readSettings, settingsFile, type Vendor} from './settings.ts'

/** The target that is always there: no server, no account, no configuration. */
const EMBEDDED_CONTEXT = 'embedded'

export interface ResolvedContext extends ContextSettings {
  name: string
}

export interface ContextSource {
  env: Record<string, string | undefined>
  homeFolder: string
  folders(): Folders
}

/** What of a vendor's own configuration decides where its commands go. */
interface VendorTraces {
  /** Variables that hold a credential. */
  credentials: string[]
  /** Variables that only make sense with a credential. */
  companions: string[]
  /** A file of the vendor's own tool and how a signed-in session shows in it. */
  session: {file: (source: ContextSource) => string | null; signedIn: RegExp}
}

const TRACES: Record<'astro', VendorTraces> = {
  astro: {
    credentials: ['ASTRO_API_TOKEN', 'ASTRONOMER_KEY_ID', 'ASTRONOMER_KEY_SECRET'],
    companions: ['ASTRO_DOMAIN'],
    session: {
      file({env, homeFolder}) {
        const folder = env['ASTRO_HOME'] || homeFolder
        return isAbsolute(folder) ? join(folder, '.astro', 'config.yaml') : null
      },
      // A token that is there, and more than nothing, null or the bare word Bearer.
      signedIn: /^\s+token:[ \t]*(?!(?:null|~|["']?(?:Bearer)?[ \t]*["']?)[ \t]*$)\S/m,
    },
  },
}

const STAY_HINT = 'To use the embedded token service: add --context embedded, or set TOKENRY_CONTEXT=embedded'

/**
 * Where a command of this vendor goes; the first match wins (design.md, section 2). CONFIG when the environment means the real
 * vendor, which this version cannot reach, or when it is unclear what is meant; USAGE for a context of another vendor.
 */
export async function resolveContext(
  source: ContextSource,
  vendor: keyof typeof TRACES,
  named: string | undefined,
): Promise<ResolvedContext> {
  const name = named ?? contextFromEnvironment(source.env)
  if (name !== undefined) return reachable(await readContext(source, name, vendor))
  refuseCredentials(source.env, TRACES[vendor])
  const settings = await readSettings(source.folders().config)
  const current = settings.current[vendor]
  if (current !== undefined) {
    if (current !== EMBEDDED_CONTEXT && !Object.hasOwn(settings.contexts, current)) throw currentIsGone(source, current)
    return reachable(await readContext(source, current, vendor))
  }
  refuseSession(source, TRACES[vendor])
  return {name: EMBEDDED_CONTEXT, vendor: 'embedded'}
}

/** The embedded service for the commands that are about it alone; USAGE when another context is named. */
export async function resolveEmbedded(source: ContextSource, named: string | undefined): Promise<ResolvedContext> {
  if (named === undefined) return {name: EMBEDDED_CONTEXT, vendor: 'embedded'}
  return readContext(source, named, 'embedded')
}

function contextFromEnvironment(env: ContextSource['env']): string | undefined {
  const name = env['TOKENRY_CONTEXT']
  if (name === '')
    throw new AppError('CONFIG', 'TOKENRY_CONTEXT is set but empty', {
      hint: 'Unset TOKENRY_CONTEXT, or set it to a context',
    })
  // A message would repeat it.
  if (name !== undefined && holdsToken(name)) {
    throw new AppError('CONFIG', 'TOKENRY_CONTEXT holds a token, or what looks like a part of one, instead of a name', {
      hint: 'Unset TOKENRY_CONTEXT, or set it to a context',
    })
  }
  return name
}

async function readContext(source: ContextSource, name: string, vendor: Vendor): Promise<ResolvedContext> {
  if (name === EMBEDDED_CONTEXT) return {name, vendor: 'embedded'}
  const {contexts} = await readSettings(source.folders().config)
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined
  if (!context) {
    const known = [EMBEDDED_CONTEXT, ...Object.keys(contexts)].join(', ')
    throw new AppError('USAGE', `No context named ${name}`, {hint: `Name one of these: ${known}`})
  }
  if (context.vendor !== vendor && context.vendor !== 'embedded') {
    throw new AppError('USAGE', `The context ${name} is for ${context.vendor}, this command is for ${vendor}`, {
      hint: STAY_HINT,
    })
  }
  return {name, ...context}
}

function reachable(context: ResolvedContext): ResolvedContext {
  if (context.vendor === 'embedded') return context
  throw new AppError(
    'CONFIG',
    `The context ${context.name} is at ${context.vendor}, which this version cannot reach yet`,
    {
      hint: STAY_HINT,
    },
  )
}

function refuseCredentials(env: ContextSource['env'], {credentials, companions}: VendorTraces): void {
  const empty = credentials.find((name) => env[name] !== undefined && cleanToken(env[name]) === '')
  if (empty) {
    throw new AppError('CONFIG', `${empty} is set but empty; is a CI secret missing?`, {
      hint: `Set ${empty}, or unset it. ${STAY_HINT}`,
    })
  }
  const held = credentials.find((name) => env[name] !== undefined)
  if (held) {
    throw new AppError('CONFIG', `${held} is set, but this version cannot reach Astro yet`, {
      hint: `Unset ${held}. ${STAY_HINT}`,
    })
  }
  const lonely = companions.find((name) => env[name] !== undefined)
  if (lonely) {
    throw new AppError('CONFIG', `${lonely} is set, but there is no credential to go with it`, {
      hint: `Unset ${lonely}. ${STAY_HINT}`,
    })
  }
}

/** Somebody who is signed in with the vendor's own tool may well mean the vendor: that is not guessed. */
function refuseSession(source: ContextSource, {session}: VendorTraces): void {
  const file = session.file(source)
  if (file === null || !existsSync(file) || !session.signedIn.test(readSession(file))) return
  throw new AppError(
    'CONFIG',
    `Astro's own tool is signed in on this machine (${file}): where should this command go?`,
    {
      hint: `${STAY_HINT}. Astro itself cannot be reached by this version yet`,
    },
  )
}

function readSession(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('CONFIG', `Cannot read ${file}, which says whether Astro's own tool is signed in`, {
      cause,
      hint: STAY_HINT,
    })
  }
}

function currentIsGone(source: ContextSource, name: string): AppError {
  return new AppError(
    'CONFIG',
    `${settingsFile(source.folders().config)} names a current context that is not there: ${name}`,
    {
      hint: `Mend the file. ${STAY_HINT}`,
    },
  )
}
