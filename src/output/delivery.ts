import {AppError} from '../errors/app-error.ts'
import {absolutePath} from '../files/absolute-path.ts'
import {checkNewFile, checkNewFileFolder, type FileCalls, type Leftover, openNewFile} from '../files/new-file.ts'
import {readReason} from '../lib/system-error.ts'
import type {Writer} from './writer.ts'

/** The destination of a secret, opened before the secret is minted. */
export interface Delivery {
  /** Write the secret. Rejects if any byte of it could not be written. */
  deliver(secret: string, result: Record<string, unknown>): Promise<void>
  /**
   * Close the destination, whether anything was delivered or not. Return a file without a secret
   * that could not be removed, else null.
   */
  close(): Leftover | null
}

/** How stdout gets a secret that is a part of a larger answer. */
export interface DeliveryForm {
  /** Write the answer with the secret. Reject if any byte of it could not be written. */
  toStdout(): Promise<void>
}

interface DeliveryOptions {
  /** From `--output`. */
  output: string | undefined
  /** The flag that led to this file, for messages. Default: `--output`. */
  outputFlag?: string | undefined
  /** Default: the secret alone, or under --json in the document of the result. */
  form?: DeliveryForm | undefined
  files?: FileCalls | undefined
}

/**
 * Open the destination of a secret. `--output FILE` writes it to a new 0600 file, `--output -` to
 * stdout without a newline. Without --output, stdout gets it with a newline; --json puts it into
 * the document. Throws before anything is minted: CONFLICT if the file exists; CONFIG if it cannot
 * be created, if stdout is closed, or if the mask for the log of a job cannot be written.
 */
export async function openDelivery(
  writer: Writer,
  {output, outputFlag = OUTPUT, form, files}: DeliveryOptions,
): Promise<Delivery> {
  const toFile = output !== undefined && output !== '-'
  if (!toFile) writer.requireStdout()
  await writer.requireMask()
  if (toFile) return openFileDelivery(writer, {output, flag: outputFlag, hasForm: form !== undefined, files})
  return {
    async deliver(secret, result) {
      await writer.maskInJobLog(secret)
      if (form && (writer.mode === 'json' || (writer.mode === 'human' && output === undefined))) await form.toStdout()
      else if (writer.mode === 'json') await writer.secretDocument({ok: true, result: {...result, token: secret}})
      else await writer.secret(output === '-' ? secret : `${secret}\n`)
    },
    close: () => null,
  }
}

/**
 * Check `--output` before any question is asked, and for a dry run. CONFLICT if the file exists,
 * CONFIG if it names a folder, or if its folder is missing or cannot be written.
 */
export function checkOutput(output: string | undefined): void {
  if (output === undefined || output === '-') return
  checkNewFile(output, OUTPUT)
  checkNewFileFolder(output, OUTPUT)
}

const OUTPUT = '--output'

interface FileOptions {
  output: string
  flag: string
  /** Whether the document of --json is written later. */
  hasForm: boolean
  files: FileCalls | undefined
}

function openFileDelivery(writer: Writer, {output, flag, hasForm, files}: FileOptions): Delivery {
  const newFile = openNewFile(output, {flag, code: 'UNDELIVERED', files})
  const file = absolutePath(output, flag)
  return {
    async deliver(secret, result) {
      await writer.maskInJobLog(secret)
      const left = newFile.publish(secret)
      // With --clean-output too: the token can be read under a name that the user did not choose.
      if (left) await writer.warn(`${left.message}. ${left.hint}`, {evenClean: true})
      if (writer.mode !== 'json' || hasForm) return
      try {
        await writer.document({ok: true, result: {...result, file}})
      } catch (err) {
        // The caller ends this secret: no one must find it in the file.
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
