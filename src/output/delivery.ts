import {AppError} from '../errors/app-error.ts'
import {absolutePath} from '../files/absolute-path.ts'
import {checkNewFile, type FileCalls, type Leftover, openNewFile} from '../files/new-file.ts'
import {readReason} from '../lib/system-error.ts'
import type {Writer} from './writer.ts'

/** Where a secret goes, opened before it is minted. */
export interface Delivery {
  /** Hand the secret over. Rejects when any byte of it could not be written. */
  deliver(secret: string, result: Record<string, unknown>): Promise<void>
  /** Let go of the place, whether anything was delivered or not. A leftover is a file without a secret that stays. */
  close(): Leftover | null
}

interface DeliveryOptions {
  /** Of `--output`. */
  output: string | undefined
  files?: FileCalls | undefined
}

/**
 * `--output FILE` writes the secret to a new 0600 file, `--output -` to stdout without a newline, nothing to stdout with one;
 * --json puts it into the document. CONFLICT when the file exists, CONFIG when it cannot be made, stdout is
 * closed or the mask for the log of a job cannot be written: all before anything is minted.
 */
export async function openDelivery(writer: Writer, {output, files}: DeliveryOptions): Promise<Delivery> {
  const toFile = output !== undefined && output !== '-'
  if (!toFile) writer.requireStdout()
  await writer.requireMask()
  if (toFile) return openFileDelivery(writer, {output, files})
  return {
    async deliver(secret, result) {
      await writer.maskInJobLog(secret)
      if (writer.mode === 'json') await writer.secretDocument({...result, token: secret})
      else await writer.secret(output === '-' ? secret : `${secret}\n`)
    },
    close: () => null,
  }
}

/** What can be said of `--output` before any question: CONFLICT when the file exists, CONFIG when it names a folder. */
export function checkOutput(output: string | undefined): void {
  if (output !== undefined && output !== '-') checkNewFile(output, OUTPUT)
}

const OUTPUT = '--output'

function openFileDelivery(writer: Writer, {output, files}: {output: string; files: FileCalls | undefined}): Delivery {
  const newFile = openNewFile(output, {flag: OUTPUT, code: 'UNDELIVERED', files})
  const file = absolutePath(output, OUTPUT)
  return {
    async deliver(secret, result) {
      await writer.maskInJobLog(secret)
      const left = newFile.publish(secret)
      // Also with --clean-output: the token can be read under a name that no one asked for.
      if (left) await writer.warn(`${left.message}. ${left.hint}`, {evenClean: true})
      if (writer.mode !== 'json') return
      try {
        await writer.document({ok: true, result: {...result, file}})
      } catch (err) {
        // The value will be ended: no one must find it under the name that was asked for.
        throw withLeftover(err, newFile.remove())
      }
    },
    close: () => newFile.close(),
  }
}

function withLeftover(err: unknown, left: Leftover | null): unknown {
  if (left === null) return err
  const why = err instanceof AppError ? err.message : readReason(err)
  return new AppError('UNDELIVERED', `${why}; ${left.message}`, {cause: err, hint: left.hint})
}
