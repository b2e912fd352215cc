import {AppError} from '../../errors/app-error.ts'
import {cleanToken} from '../../lib/clean-token.ts'
import {readSecretFile} from '../../output/secret-input.ts'
import type {ResolvedContext} from '../context.ts'
import type {Folders} from '../folders.ts'
import {loginLine} from './credential-key.ts'
import type {Credentials} from './types.ts'

/** The parts of the machine from which a credential can come. */
export interface CredentialReader {
  env: Record<string, string | undefined>
  stdin: Parameters<typeof readSecretFile>[1]['stdin']
  stderr: {readonly isTTY?: boolean | undefined}
  folders(): Folders
  credentials: Pick<Credentials, 'readStoredCredential' | 'runCredentialCommand'>
}

export interface CredentialOptions {
  /**
   * Whether a credential command may write to stderr, if that is a terminal. Not under --json and
   * --clean-output. Default: no.
   */
  showStderr?: boolean | undefined
}

export interface Credential {
  secret: string
  /** What it comes from, for messages: a variable, a file, `the context prod`. */
  source: string
  /** How to replace it. Absent for a variable, whose name is `source`. */
  fix?: string
}

/**
 * Read the chosen credential of a context. This runs the credential command or opens the keychain,
 * so call it only if the credential is needed.
 *
 * @throws AppError CONFIG if the context has none, if it cannot be read, or if it was stored for
 * another origin than the URL of the context. USAGE if a file holds no token.
 */
export async function readCredential(
  context: ResolvedContext,
  reader: CredentialReader,
  {showStderr = false}: CredentialOptions = {},
): Promise<Credential> {
  const {credential} = context
  if (credential === null) throw missing(context)
  if (credential.kind === 'file') return readFile(credential.file, reader)
  if (credential.kind === 'variable') return readVariable(credential.variable, context, reader)
  if (credential.kind === 'argument') {
    const {flag, secret} = credential
    return {secret, source: flag, fix: `Give the whole token with ${flag}`}
  }
  const {place} = credential
  const {env, stderr, folders, credentials} = reader
  const source = `the context ${context.name}`
  if ('command' in place) {
    const shown = showStderr && stderr.isTTY === true
    const secret = await credentials.runCredentialCommand(place.command, {env, showStderr: shown})
    return {secret, source, fix: `Check what the credential command of ${source} prints`}
  }
  if (!('store' in place)) throw new Error('A variable is another kind of choice')
  const key = keyOf(context)
  const fix = `Sign in again: ${loginLine(key)}`
  if (place.origin !== key.origin) {
    throw new AppError(
      'CONFIG',
      `The credential of ${source} is for ${place.origin}, so it is not sent to ${key.origin}`,
      {
        hint: fix,
      },
    )
  }
  const secret = await credentials.readStoredCredential({folder: folders().config, env}, key, place.store)
  return {secret, source, fix}
}

const FILE_FIX = 'Give a whole token that is still valid with --credential-file'

async function readFile(file: string, reader: CredentialReader): Promise<Credential> {
  const source = file === '-' ? 'standard input' : file
  return {secret: await readSecretFile(file, reader), source, fix: FILE_FIX}
}

function readVariable(variable: string, {name}: ResolvedContext, {env}: CredentialReader): Credential {
  const value = env[variable]
  const secret = cleanToken(value ?? '')
  if (secret !== '') return {secret, source: variable}
  const problem = value === undefined ? 'is not set' : 'is set but empty; is a CI secret missing?'
  throw new AppError('CONFIG', `${variable}, which holds the credential of the context ${name}, ${problem}`, {
    hint: `Set ${variable}`,
  })
}

function missing(context: ResolvedContext): AppError {
  return new AppError('CONFIG', `The context ${context.name} has no credential`, {
    hint: `Sign in: ${loginLine(keyOf(context))}`,
  })
}

function keyOf({name, vendor, url}: ResolvedContext) {
  return {vendor, context: name ?? vendor, origin: url?.base.origin ?? ''}
}
