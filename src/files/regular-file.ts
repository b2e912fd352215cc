import {readFileSync, statSync} from 'node:fs'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'

/** Far longer than any settings of a tool. */
const BYTES_MAX = 1_048_576

/**
 * Return the text of a file that another program wrote. Anything else than a regular file is not
 * opened, because opening a FIFO waits for its writer.
 *
 * @throws AppError CONFIG if it is not a regular file, or longer than 1 MiB. The system's error if
 * it is missing or cannot be read.
 */
export function readRegularFile(file: string): string {
  const stat = statSync(file)
  if (!stat.isFile()) throw refuse(file, 'is not a regular file')
  if (stat.size > BYTES_MAX) throw refuse(file, 'is longer than 1 MiB')
  return readFileSync(file, 'utf8')
}

function refuse(file: string, reason: string): AppError {
  return new AppError('CONFIG', `${file} ${reason}`, {hint: `See what it is: ls -la ${shellPath(file)}`})
}
