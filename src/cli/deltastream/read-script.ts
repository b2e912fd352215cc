import {createReadStream} from 'node:fs'
import {dirname} from 'node:path'
import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'
import {readSystemCode} from '../../lib/system-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'

/** DeltaStream takes statements of up to 1 MiB. A script has many. */
const SCRIPT_BYTES_MAX = 64 * 1_048_576

/** Means standard input, as an argument and as a file. */
const STREAM = '-'

interface ScriptSource {
  statement: string | undefined
  file: string | undefined
}

/**
 * Return the text of a script: the argument, the file, or standard input. Null if the statements
 * are to be typed. USAGE for two sources, and for text that is not UTF-8; CONFIG for a file that
 * cannot be read.
 */
export async function readScript(source: ScriptSource, runtime: Pick<Runtime, 'stdin'>): Promise<string | null> {
  const {statement, file} = source
  if (statement !== undefined && file !== undefined) {
    throw new AppError('USAGE', 'An argument and --file both give statements', {hint: 'Leave one of them out'})
  }
  if (readsStdin(source, runtime)) return decode(await collect(runtime.stdin, 'standard input'), 'standard input')
  return file === undefined ? (statement ?? null) : decode(await readFile(file), file)
}

/** Return whether `readScript` will read standard input. */
export function readsStdin({statement, file}: ScriptSource, {stdin}: Pick<Runtime, 'stdin'>): boolean {
  const source = file ?? statement
  return source === STREAM || (source === undefined && stdin.isTTY !== true)
}

async function readFile(file: string): Promise<Buffer> {
  try {
    return await collect(createReadStream(file), file)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('CONFIG', `Cannot read ${file} (${readSystemCode(cause)})`, {
      cause,
      hint: `Check the path and who may read it: ls -la ${shellPath(dirname(file))}`,
    })
  }
}

async function collect(stream: NodeJS.ReadableStream, source: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > SCRIPT_BYTES_MAX) {
      throw new AppError('USAGE', `${source} is longer than ${SCRIPT_BYTES_MAX / 1_048_576} MiB`, {
        hint: 'Split it into several files',
      })
    }
  }
  return Buffer.concat(chunks)
}

function decode(bytes: Buffer, source: string): string {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch (cause) {
    throw new AppError('USAGE', `The content of ${source} is not UTF-8`, {
      cause,
      hint: `Convert it with: iconv -f UTF-16 -t UTF-8`,
    })
  }
}
