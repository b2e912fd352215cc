import {resolve} from 'node:path'
import {checkNewFile, openNewFile} from '../lib/new-file.ts'
import type {Writer} from './writer.ts'

/** Where a secret goes, opened before it is minted. */
export interface Delivery {
  /** Hand the secret over. Rejects when any byte of it could not be written. */
  deliver(secret: string, result: Record<string, unknown>): Promise<void>
  /** Let go of the place, whether anything was delivered or not. */
  close(): void
}

/**
 * `--output FILE` writes the secret to a new 0600 file, `--output -` to stdout without a newline, nothing to stdout with one;
 * --json puts it into the document. CONFLICT when the file exists, CONFIG when it cannot be made or stdout is
 * closed: all before anything is minted.
 */
export function openDelivery(writer: Writer, output: string | undefined): Delivery {
  if (output !== undefined && output !== '-') return openFileDelivery(writer, output)
  writer.requireStdout()
  return {
    async deliver(secret, result) {
      await writer.maskInJobLog(secret)
      if (writer.mode === 'json') await writer.secretDocument({...result, token: secret})
      else await writer.secret(output === '-' ? secret : `${secret}\n`)
    },
    close() {},
  }
}

/** What can be said of `--output` before any question: CONFLICT when the file exists, CONFIG when it names a folder. */
export function checkOutput(output: string | undefined): void {
  if (output !== undefined && output !== '-') checkNewFile(output, OUTPUT)
}

const OUTPUT = '--output'

function openFileDelivery(writer: Writer, output: string): Delivery {
  const newFile = openNewFile(output, OUTPUT)
  const file = resolve(output)
  return {
    async deliver(secret, result) {
      await writer.maskInJobLog(secret)
      newFile.publish(secret)
      if (writer.mode !== 'json') return
      try {
        await writer.document({ok: true, result: {...result, file}})
      } catch (err) {
        // The value will be ended: nobody must find it under the name that was asked for.
        newFile.remove()
        throw err
      }
    },
    close: () => newFile.close(),
  }
}
