import {randomBytes} from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {systemCodeOf} from './system-error.ts'

/** A file for a secret, of mode 0600, that has its name only once it is whole. */
export interface NewFile {
  /** Write the text and give the file its name. When it fails, nothing is left under that name. */
  publish(text: string): void
  /** Take the published file away again, unless another one is there by now. */
  remove(): void
  /** Let go of it, published or not. */
  close(): void
}

/**
 * What can be said of a name early: CONFLICT when there is a file, CONFIG when there can be none of this name. `flag` is the one that
 * gave it.
 */
export function checkNewFile(file: string, flag: string): void {
  if (/[\\/]$/.test(file)) throw isFolder(file, flag)
  const there = lookAt(file, flag)
  if (there?.isDirectory()) throw isFolder(`${file}/`, flag)
  // /dev/stdout, and what a shell makes of >(…).
  if (there && !there.isFile() && /^\/(dev|proc)\//.test(file)) {
    throw new AppError('CONFIG', `${file} is no file`, {
      hint: `Give ${flag} the name of a new file; where standard output is meant, --output takes \`-\``,
    })
  }
  if (there) throw fileExists(file, flag)
}

/** CONFLICT when the file exists, CONFIG when it cannot be made. */
export function openNewFile(path: string, flag: string): NewFile {
  checkNewFile(path, flag)
  const file = resolve(path)
  const draft = join(dirname(file), `.tokenry-${randomBytes(6).toString('hex')}`)
  const descriptor = openDraft(draft, file, flag)
  return {
    publish(text) {
      writeFully(descriptor, text)
      fsyncSync(descriptor)
      giveName(draft, file)
      try {
        rmSync(draft, {force: true})
        syncFolder(dirname(file))
      } catch (err) {
        // What the secret opens will be ended: nobody must find it under the name that was asked for.
        rmSync(file, {force: true})
        throw err
      }
    },
    remove() {
      const [own, there] = [fstatSync(descriptor), lstatSync(file, {throwIfNoEntry: false})]
      if (there?.ino === own.ino && there.dev === own.dev) rmSync(file, {force: true})
    },
    close() {
      closeSync(descriptor)
      rmSync(draft, {force: true})
    },
  }
}

function isFolder(path: string, flag: string): AppError {
  return new AppError('CONFIG', `${path} is a folder`, {hint: `Name a file in it, such as ${flag} ${path}token.txt`})
}

function lookAt(file: string, flag: string): Stats | undefined {
  try {
    return lstatSync(file, {throwIfNoEntry: false})
  } catch (cause) {
    throw cannotWrite(file, flag, cause)
  }
}

function cannotWrite(file: string, flag: string, cause: unknown): AppError {
  return new AppError('CONFIG', `Cannot write ${file} (${systemCodeOf(cause)})`, {
    cause,
    hint: `Give ${flag} a file in a folder that exists and that you can write to`,
  })
}

function openDraft(draft: string, file: string, flag: string): number {
  try {
    const descriptor = openSync(draft, 'wx', 0o600)
    // The umask may have taken more away than others' rights.
    fchmodSync(descriptor, 0o600)
    return descriptor
  } catch (cause) {
    throw cannotWrite(file, flag, cause)
  }
}

function writeFully(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) written += writeSync(descriptor, bytes, written)
}

/** Give the draft its name without ever replacing a file that appeared meanwhile: a link fails where a rename overwrites. */
function giveName(draft: string, file: string): void {
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

function fileExists(file: string, flag: string): AppError {
  return new AppError('CONFLICT', `${file} exists already; a secret is never written over a file`, {
    hint: `Move the file away, or give ${flag} another name`,
  })
}
