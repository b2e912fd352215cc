// Not node:fs/promises: it takes 2 ms to load, even if no file is read.
import {createReadStream, promises as fs} from 'node:fs'
import {dirname} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {cleanToken} from '../lib/clean-token.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readSystemCode} from '../lib/system-error.ts'

/** Far longer than any token. Longer input is something else, or never ends. */
const SECRET_BYTES_MAX = 1_048_576

/** Means standard input where a file is expected. */
const STREAM = '-'

/**
 * Read a secret from a file, or from standard input if `file` is `-`. White space and a BOM around
 * it are removed. CONFIG for a file that cannot be read, or that others can read, unless
 * `isExposed`. USAGE for an empty one, several lines, UTF-16 and a terminal.
 */
export async function readSecretFile(
  file: string,
  {stdin}: {stdin: SecretStream},
  {isExposed = false}: {isExposed?: boolean} = {},
): Promise<string> {
  if (file === STREAM) return readSecretStream(stdin)
  return oneLine(await readBytes(file, isExposed), {
    source: file,
    convert: (encoding) => suggestConversion(file, encoding),
  })
}

type SecretStream = NodeJS.ReadableStream & {isTTY?: boolean}

/**
 * Read a secret from a stream to its end. White space and a BOM around it are removed. USAGE as for
 * a file.
 */
export async function readSecretStream(stream: SecretStream): Promise<string> {
  // A terminal would show the token, and keep it in its history.
  if (stream.isTTY) {
    throw new AppError('USAGE', 'A token cannot be typed at a terminal', {
      hint: 'Put it into a file and name that file, or redirect standard input: < FILE',
    })
  }
  return oneLine(await collect(stream, 'standard input'), {
    source: 'standard input',
    convert: (encoding) => `Convert it with: iconv -f ${encoding} -t UTF-8`,
  })
}

async function readBytes(file: string, isExposed: boolean): Promise<Buffer> {
  try {
    const stat = await fs.stat(file)
    const isForOthers = !stat.isDirectory() && (stat.mode & 0o077) !== 0
    if (!isExposed && isForOthers && process.platform !== 'win32') {
      throw new AppError('CONFIG', `Others can read ${file}, which holds a secret`, {
        hint: `Fix it with: chmod 600 ${shellPath(file)}`,
      })
    }
    // Not `readFile`, because a device or a FIFO has no size and may never end.
    return await collect(createReadStream(file), file)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('CONFIG', `Cannot read ${file} (${readSystemCode(cause)})`, {
      cause,
      hint: `Check the path and who may read it: ls -la ${shellPath(dirname(file))}`,
    })
  }
}

/** Return everything that a stream holds. USAGE if that is longer than any token. */
async function collect(stream: NodeJS.ReadableStream, source: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > SECRET_BYTES_MAX) throw tooLong(source)
  }
  return Buffer.concat(chunks)
}

interface SecretSource {
  source: string
  /** Return a hint how to convert the input to UTF-8. */
  convert: (encoding: Utf16) => string
}

function oneLine(bytes: Buffer, {source, convert}: SecretSource): string {
  const encoding = detectUtf16(bytes)
  if (encoding) throw new AppError('USAGE', `The content of ${source} is UTF-16`, {hint: convert(encoding)})
  const secret = cleanToken(bytes.toString('utf8'))
  if (secret === '')
    throw new AppError('USAGE', `No token in ${source}`, {hint: 'Put only the token there, on one line'})
  if (/[\r\n]/.test(secret))
    throw new AppError('USAGE', `More than one line in ${source}`, {hint: 'Leave only the token there, on one line'})
  return secret
}

/**
 * Return a hint that writes UTF-8 to a new file. Only its owner can read it, because it contains
 * the token.
 */
function suggestConversion(file: string, encoding: Utf16): string {
  const [from, to] = [shellPath(file), shellPath(`${file}.utf8`)]
  return `Convert it with: (umask 077 && iconv -f ${encoding} -t UTF-8 ${from} > ${to})`
}

/** `UTF-16` has a BOM, which decides the byte order. */
type Utf16 = 'UTF-16' | 'UTF-16LE' | 'UTF-16BE'

/**
 * Detect UTF-16, which Windows PowerShell writes with `>`. Without a BOM, every other byte of a
 * token is NUL.
 */
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
  return new AppError('USAGE', `The content of ${source} is too long for a token`, {hint: 'Give only the token'})
}
