import {randomBytes} from 'node:crypto'
import {closeSync, fchmodSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, writeSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {systemCodeOf} from '../lib/system-error.ts'
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
  if (output !== undefined && output !== '-') return openFileDelivery(writer, resolve(output))
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
  if (output === undefined || output === '-') return
  if (/[\\/]$/.test(output))
    throw new AppError('CONFIG', `${output} is a folder`, {
      hint: `Name a file in it, such as --output ${output}token.txt`,
    })
  if (exists(output)) throw fileExists(output)
}

function openFileDelivery(writer: Writer, file: string): Delivery {
  checkOutput(file)
  const draft = join(dirname(file), `.tokenry-${randomBytes(6).toString('hex')}`)
  const descriptor = openDraft(draft, file)
  return {
    async deliver(secret, result) {
      await writer.maskInJobLog(secret)
      writeFully(descriptor, secret)
      fsyncSync(descriptor)
      publish(draft, file)
      try {
        rmSync(draft, {force: true})
        syncFolder(dirname(file))
        if (writer.mode === 'json') await writer.document({ok: true, result: {...result, file}})
      } catch (err) {
        // The value will be ended: nobody must find it under the name that was asked for.
        rmSync(file, {force: true})
        throw err
      }
    },
    close() {
      closeSync(descriptor)
      rmSync(draft, {force: true})
    },
  }
}

function openDraft(draft: string, file: string): number {
  try {
    const descriptor = openSync(draft, 'wx', 0o600)
    // The umask may have taken more away than others' rights.
    fchmodSync(descriptor, 0o600)
    return descriptor
  } catch (cause) {
    throw new AppError('CONFIG', `Cannot write ${file} (${systemCodeOf(cause)})`, {
      cause,
      hint: 'Give --output a file in a folder that exists and that you can write to',
    })
  }
}

function writeFully(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) written += writeSync(descriptor, bytes, written)
}

/** Give the draft its name without ever replacing a file that appeared meanwhile: a link fails where a rename overwrites. */
function publish(draft: string, file: string): void {
  try {
    linkSync(draft, file)
  } catch (cause) {
    if (exists(file) || !['EPERM', 'ENOTSUP', 'ENOSYS'].includes(systemCodeOf(cause))) throw cause
    // A file system without hard links.
    renameSync(draft, file)
  }
}

/**
 * The old value ends after this, so the name has to be on the disk. Windows keeps names by itself; a folder that may not be listed
 * cannot be opened, and some file systems know no sync of a folder.
 */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  let descriptor: number | undefined
  try {
    descriptor = openSync(folder, 'r')
    fsyncSync(descriptor)
  } catch (err) {
    if (!['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP'].includes(systemCodeOf(err))) throw err
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** A symbolic link that leads nowhere is there as well. */
function exists(file: string): boolean {
  return lstatSync(file, {throwIfNoEntry: false}) !== undefined
}

function fileExists(file: string): AppError {
  return new AppError('CONFLICT', `${file} exists already; a secret is never written over a file`, {
    hint: 'Move the file away, or give --output another name',
  })
}
