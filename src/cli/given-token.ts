import {AppError} from '../errors/app-error.ts'
import {readSecretFile, readSecretStream} from '../output/secret-input.ts'
import type {Runtime} from '../runtime.ts'
import {textFlag} from './flags.ts'

const SOURCES = 'Give it with --token-file, in TOKENRY_VERIFY_TOKEN, or on standard input'

export const validForFlag = textFlag('valid-for', {
  description: 'Also fail when the token ends within this time, such as 14d, 48h or 2w',
  placeholder: 'TIME',
})

/** The token that a command is asked about: from a file, the environment or stdin, never from an argument. */
export async function readGivenToken(runtime: Runtime, file: string | undefined): Promise<string> {
  if (file !== undefined) return readSecretFile(file)
  const given = runtime.env['TOKENRY_VERIFY_TOKEN']
  if (given === '') {
    throw new AppError('CONFIG', 'TOKENRY_VERIFY_TOKEN is set but empty; is a CI secret missing?', {hint: SOURCES})
  }
  if (given !== undefined) return given
  if (runtime.stdin.isTTY) throw new AppError('USAGE', 'The token to look at is missing', {hint: SOURCES})
  return readSecretStream(runtime.stdin)
}
