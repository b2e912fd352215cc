import {AppError} from '../errors/app-error.ts'
import {cleanToken} from '../lib/clean-token.ts'
import {parseWindow} from '../lib/window.ts'
import {readSecretFile, readSecretStream} from '../output/secret-input.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {fileFlag, textFlag} from './flags.ts'

const SOURCES = 'Give it with --token-file, in TOKENRY_VERIFY_TOKEN, or on standard input'

/** The flags of a command that examines a token. */
export const givenTokenFlags = {
  'token-file': fileFlag('token-file', {description: 'File that contains the token; `-` is standard input'}),
  'valid-for': textFlag('valid-for', {
    description: 'Also fail if the token ends within this time, such as 14d, 48h or 2w',
    placeholder: 'TIME',
  }),
}

export interface GivenToken {
  secret: string
  /** From --valid-for. */
  validForMs?: number | undefined
}

/** Read the token to examine, and how long it must still be valid. */
export async function readGivenToken(
  runtime: Runtime,
  flags: {'token-file'?: string | undefined; 'valid-for'?: string | undefined},
): Promise<GivenToken> {
  const window = flags['valid-for']
  const validForMs = window === undefined ? undefined : parseWindow('--valid-for', window)
  return {secret: await readSecret(runtime, flags['token-file']), validForMs}
}

/** Read the token from a file, the environment or stdin, never from an argument. */
async function readSecret(runtime: Runtime, file: string | undefined): Promise<string> {
  if (file !== undefined) return readSecretFile(file, runtime)
  const variable = runtime.env['TOKENRY_VERIFY_TOKEN']
  const given = variable === undefined ? undefined : cleanToken(variable)
  if (given === '') {
    throw new AppError('CONFIG', 'TOKENRY_VERIFY_TOKEN is set but empty; is a CI secret missing?', {hint: SOURCES})
  }
  if (given !== undefined) return given
  if (runtime.stdin.isTTY) throw new AppError('USAGE', 'No token is given', {hint: SOURCES})
  return readSecretStream(runtime.stdin)
}
