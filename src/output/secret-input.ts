// Not node:fs/promises, which takes 2 ms to load also where no file is read.
import {promises as fs} from 'node:fs'
import {dirname} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import {systemCodeOf} from '../lib/system-error.ts'

/** Far more than any token has: what is longer is something else, or never ends. */
const SECRET_BYTES_MAX = 1_048_576

/**
 * A secret from a file, without one final newline. CONFIG for a file that cannot be read, or that others can read; USAGE for one
 * that is empty or has several lines.
 */
export async function readSecretFile(file: string): Promise<string> {
  const {text, mode} = await readWithMode(file)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new AppError('CONFIG', `Others can read ${file}, which holds a secret`, {
      hint: `Mend it with: chmod 600 ${shellPath(file)}`,
    })
  }
  return oneLine(text, file)
}

/** A secret from a stream, read to its end, without one final newline; USAGE when it is empty or has several lines. */
export async function readSecretStream(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > SECRET_BYTES_MAX) throw tooLong('standard input')
  }
  return oneLine(Buffer.concat(chunks).toString('utf8'), 'standard input')
}

async function readWithMode(file: string): Promise<{text: string; mode: number}> {
  try {
    const {mode, size} = await fs.stat(file)
    if (size > SECRET_BYTES_MAX) throw tooLong(file)
    return {text: await fs.readFile(file, 'utf8'), mode}
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('CONFIG', `Cannot read ${file} (${systemCodeOf(cause)})`, {
      cause,
      hint: `Check the path and who may read it: ls -la ${shellPath(dirname(file))}`,
    })
  }
}

function oneLine(text: string, source: string): string {
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '')
    throw new AppError('USAGE', `No token in ${source}`, {hint: 'Put the token there, alone on one line'})
  if (/[\r\n]/.test(secret))
    throw new AppError('USAGE', `More than one line in ${source}`, {hint: 'Leave the token there alone, on one line'})
  return secret
}

function tooLong(source: string): AppError {
  return new AppError('USAGE', `What is in ${source} is too long for a token`, {hint: 'Give the token alone'})
}
