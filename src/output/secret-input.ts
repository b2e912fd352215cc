// Not node:fs/promises, which takes 2 ms to load also where no file is read.
import {promises as fs} from 'node:fs'
import {dirname} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {cleanToken} from '../lib/clean-token.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readSystemCode} from '../lib/system-error.ts'

/** Far more than any token has: what is longer is something else, or never ends. */
const SECRET_BYTES_MAX = 1_048_576

/** What stands for standard input where a file is given. */
const STREAM = '-'

/**
 * Read a secret from a file, or with `-` from standard input, without white space and a BOM around it. CONFIG for a file that cannot be read, or that others can
 * read, unless the secret `isExposed` anyway; USAGE for one that is empty, has several lines or is UTF-16, and for a terminal.
 */
export async function readSecretFile(
  file: string,
  {stdin}: {stdin: SecretStream},
  {isExposed = false}: {isExposed?: boolean} = {},
): Promise<string> {
  if (file === STREAM) return readSecretStream(stdin)
  const {bytes, mode} = await readWithMode(file)
  if (!isExposed && process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new AppError('CONFIG', `Others can read ${file}, which holds a secret`, {
      hint: `Mend it with: chmod 600 ${shellPath(file)}`,
    })
  }
  return oneLine(bytes, {source: file, convert: (encoding) => suggestConversion(file, encoding)})
}

type SecretStream = NodeJS.ReadableStream & {isTTY?: boolean}

/** Read a secret from a stream to its end, without white space and a BOM around it; USAGE as for a file. */
export async function readSecretStream(stream: SecretStream): Promise<string> {
  // A terminal would show it, and keep it in its history.
  if (stream.isTTY) {
    throw new AppError('USAGE', 'A token is not typed at a terminal', {
      hint: 'Put it into a file and give that, or redirect standard input: < FILE',
    })
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > SECRET_BYTES_MAX) throw tooLong('standard input')
  }
  return oneLine(Buffer.concat(chunks), {
    source: 'standard input',
    convert: (encoding) => `Convert it on the way, with: iconv -f ${encoding} -t UTF-8`,
  })
}

async function readWithMode(file: string): Promise<{bytes: Buffer; mode: number}> {
  try {
    const {mode, size} = await fs.stat(file)
    if (size > SECRET_BYTES_MAX) throw tooLong(file)
    return {bytes: await fs.readFile(file), mode}
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('CONFIG', `Cannot read ${file} (${readSystemCode(cause)})`, {
      cause,
      hint: `Check the path and who may read it: ls -la ${shellPath(dirname(file))}`,
    })
  }
}

interface SecretSource {
  source: string
  /** Says how to make UTF-8 of it. */
  convert: (encoding: Utf16) => string
}

function oneLine(bytes: Buffer, {source, convert}: SecretSource): string {
  const encoding = detectUtf16(bytes)
  if (encoding) throw new AppError('USAGE', `What is in ${source} is UTF-16`, {hint: convert(encoding)})
  const secret = cleanToken(bytes.toString('utf8'))
  if (secret === '')
    throw new AppError('USAGE', `No token in ${source}`, {hint: 'Put the token there, alone on one line'})
  if (/[\r\n]/.test(secret))
    throw new AppError('USAGE', `More than one line in ${source}`, {hint: 'Leave the token there alone, on one line'})
  return secret
}

/** A new file that only its owner can read: the token is in it. */
function suggestConversion(file: string, encoding: Utf16): string {
  const [from, to] = [shellPath(file), shellPath(`${file}.utf8`)]
  return `Make UTF-8 of it with: (umask 077 && iconv -f ${encoding} -t UTF-8 ${from} > ${to})`
}

/** `UTF-16`: a BOM says which one. */
type Utf16 = 'UTF-16' | 'UTF-16LE' | 'UTF-16BE'

/** What Windows PowerShell writes with `>`. Without a BOM every other byte of a token is NUL. */
function detectUtf16(bytes: Buffer): Utf16 | null {
  const mark = bytes.subarray(0, 2).toString('hex')
  if (mark === 'fffe' || mark === 'feff') return 'UTF-16'
  let [even, odd] = [0, 0]
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== 0) continue
    if (index % 2 === 0) even++
    else odd++
  }
  // A few characters may have no NUL, such as curly quotes.
  const isOneOfThem = even > 0 !== odd > 0 && even + odd >= bytes.length / 4
  if (!isOneOfThem) return null
  return odd > 0 ? 'UTF-16LE' : 'UTF-16BE'
}

function tooLong(source: string): AppError {
  return new AppError('USAGE', `What is in ${source} is too long for a token`, {hint: 'Give the token alone'})
}
