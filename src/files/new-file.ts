import {randomBytes} from 'node:crypto'
import fs from 'node:fs'
import {dirname, join} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readReason, readSystemCode} from '../lib/system-error.ts'
import {absolutePath} from './absolute-path.ts'

/** A file for a secret, of mode 0600. It gets its name only when it is complete. */
export interface NewFile {
  /**
   * Write the text and give the file its name. If that fails, no file with the text is left, or the
   * error names that file. A returned leftover is a second name of the file; the file is published
   * anyway.
   */
  publish(text: string): Leftover | null
  /** Remove the published file, unless another file has its name by now. */
  remove(): Leftover | null
  /**
   * Close the file, and remove it if it was not published. A returned leftover is a file that could
   * not be removed, unless an error of `publish` has named it already.
   */
  close(): Leftover | null
}

/** A message about files that cannot be removed. */
export interface Leftover {
  message: string
  hint: string
}

/** The calls to the file system that create a new file. */
export type FileCalls = Pick<
  typeof fs,
  | 'closeSync'
  | 'fchmodSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'linkSync'
  | 'lstatSync'
  | 'openSync'
  | 'renameSync'
  | 'unlinkSync'
  | 'writeSync'
>

interface NewFileOptions {
  /** The flag that named the file. */
  flag: string
  /** The code of the error if the text cannot be written. */
  code: 'CONFIG' | 'UNDELIVERED'
  files?: FileCalls | undefined
}

/**
 * Check the name of a new file early. CONFLICT if the file exists, CONFIG if no file can have this
 * name. `flag` is the flag that named the file.
 */
export function checkNewFile(file: string, flag: string, files: FileCalls = fs): void {
  if (/[\\/]$/.test(file)) throw isFolder(file, flag)
  const there = lookAt(file, flag, files)
  if (there?.isDirectory()) throw isFolder(`${file}/`, flag)
  // /dev/stdout, and the path that a shell passes for >(…).
  if (there && !there.isFile() && /^\/(dev|proc)\//.test(file)) {
    throw new AppError('CONFIG', `${file} is not a file`, {
      hint: `Give ${flag} the name of a new file; for standard output, use --output -`,
    })
  }
  if (there) throw fileExists(file, flag)
}

/** Check early that a new file can be created in its folder. CONFIG if not. */
export function checkNewFileFolder(file: string, flag: string): void {
  const path = absolutePath(file, flag)
  try {
    fs.accessSync(dirname(path), fs.constants.W_OK | fs.constants.X_OK)
  } catch (cause) {
    throw cannotWrite(path, flag, cause)
  }
}

/**
 * Open a draft of a new file. CONFLICT if the file exists, CONFIG if it cannot be created or cannot
 * have mode 0600.
 */
export function openNewFile(path: string, options: NewFileOptions): NewFile {
  const {flag, files = fs} = options
  checkNewFile(path, flag, files)
  return new DraftedFile(absolutePath(path, flag), {...options, files})
}

type DraftOptions = NewFileOptions & {files: FileCalls}

class DraftedFile implements NewFile {
  readonly #file: string
  readonly #draft: string
  readonly #options: DraftOptions
  readonly #own: {dev: number; ino: number}
  /** Open until the end, so that no other file can get the same inode number. */
  readonly #reader: number
  #writer: number | null
  #state: 'draft' | 'published' | 'withdrawn' = 'draft'
  #reported = false

  constructor(file: string, options: DraftOptions) {
    const {files, flag} = options
    this.#file = file
    this.#options = options
    this.#draft = join(dirname(file), `.tokenry-${randomBytes(6).toString('hex')}`)
    const opened = openDraft(this.#draft, file, {files, flag})
    this.#writer = opened.writer
    this.#reader = opened.reader
    this.#own = opened.own
  }

  publish(text: string): Leftover | null {
    const {files} = this.#options
    try {
      this.#write(text)
      giveName(this.#draft, this.#file, files)
      this.#state = 'published'
      const refusal = this.#removeName(this.#draft)
      syncFolder(dirname(this.#file), files)
      return refusal === null ? null : secondName(this.#draft, this.#file, refusal)
    } catch (cause) {
      throw this.#unwritten(cause)
    }
  }

  remove(): Leftover | null {
    this.#state = 'withdrawn'
    return this.#drop()
  }

  close(): Leftover | null {
    const {files} = this.#options
    const left = this.#state === 'published' ? null : this.#drop()
    for (const descriptor of [this.#reader, this.#writer]) {
      // An error here loses nothing: `publish` has closed the writer, or the text is not needed.
      if (descriptor !== null) ignoreErrors(() => files.closeSync(descriptor))
    }
    this.#writer = null
    return this.#reported ? null : left
  }

  /**
   * Write the text, and close the writer before the file gets its name. A network file system may
   * report only at the close that the disk is full.
   */
  #write(text: string): void {
    const {files} = this.#options
    const writer = this.#writer
    if (writer === null) throw new Error('A new file is published once')
    writeFully(writer, text, files)
    files.fsyncSync(writer)
    this.#writer = null
    files.closeSync(writer)
  }

  /**
   * Remove both names and return the error for a failed write. The secret will be ended, so no one
   * must find it under either name.
   */
  #unwritten(cause: unknown): AppError {
    const left = this.remove()
    const {code, flag} = this.#options
    const why = `${this.#file} cannot be written: ${readReason(cause)}`
    if (left === null) {
      return new AppError(code, why, {
        cause,
        hint: `Run it again with a place for ${flag} that can be written, such as one on another disk`,
      })
    }
    this.#reported = true
    return new AppError(code, `${why}; ${left.message}`, {cause, hint: left.hint})
  }

  /** Remove both names. Return the ones that cannot be removed. */
  #drop(): Leftover | null {
    const refusals = new Map<string, string>()
    for (const name of [this.#file, this.#draft]) {
      const refusal = this.#removeName(name)
      if (refusal !== null) refusals.set(name, refusal)
    }
    if (refusals.size === 0) return null
    const names = [...refusals.keys()]
    const codes = [...new Set(refusals.values())].join(', ')
    return {message: `${names.join(' and ')} cannot be removed (${codes})`, hint: suggestRemoval(names)}
  }

  /**
   * Remove a name of our file. Return the system's code if it cannot be removed; null if it is gone
   * or is the name of another file.
   */
  #removeName(name: string): string | null {
    const {files} = this.#options
    try {
      const there = files.lstatSync(name, {throwIfNoEntry: false})
      if (there?.ino === this.#own.ino && there.dev === this.#own.dev) files.unlinkSync(name)
      return null
    } catch (err) {
      const code = readSystemCode(err)
      return code === 'ENOENT' ? null : code
    }
  }
}

function isFolder(path: string, flag: string): AppError {
  return new AppError('CONFIG', `${path} is a folder`, {hint: `Name a file in it, such as ${flag} ${path}token.txt`})
}

function lookAt(file: string, flag: string, files: FileCalls): fs.Stats | undefined {
  try {
    return files.lstatSync(file, {throwIfNoEntry: false})
  } catch (cause) {
    throw cannotWrite(file, flag, cause)
  }
}

function cannotWrite(file: string, flag: string, cause: unknown): AppError {
  return new AppError('CONFIG', `Cannot write ${file} (${readSystemCode(cause)})`, {
    cause,
    hint: `Give ${flag} a file in a folder that exists and that you can write to`,
  })
}

interface OpenedDraft {
  writer: number
  reader: number
  own: {dev: number; ino: number}
}

function openDraft(draft: string, file: string, {files, flag}: {files: FileCalls; flag: string}): OpenedDraft {
  const opened: number[] = []
  const open = (flags: string) => {
    const descriptor = files.openSync(draft, flags, 0o600)
    opened.push(descriptor)
    return descriptor
  }
  try {
    const writer = open('wx')
    requireMode(writer, file, {files, flag})
    const {dev, ino} = files.fstatSync(writer)
    return {writer, reader: open('r'), own: {dev, ino}}
  } catch (cause) {
    for (const descriptor of opened) ignoreErrors(() => files.closeSync(descriptor))
    if (opened.length > 0) ignoreErrors(() => files.unlinkSync(draft))
    throw cause instanceof AppError ? cause : cannotWrite(file, flag, cause)
  }
}

/**
 * Set mode 0600, or throw CONFIG. It is set again because a umask may have removed rights of the
 * owner. FAT, CIFS and similar file systems keep no mode: some refuse it, others ignore it.
 */
function requireMode(descriptor: number, file: string, {files, flag}: {files: FileCalls; flag: string}): void {
  let refusal: unknown = new Error('the mode is not kept')
  try {
    files.fchmodSync(descriptor, 0o600)
    if (process.platform === 'win32' || (files.fstatSync(descriptor).mode & 0o077) === 0) return
  } catch (err) {
    refusal = err
  }
  const code = readSystemCode(refusal)
  throw new AppError('CONFIG', `${file} cannot be made private${code && ` (${code})`}`, {
    cause: refusal,
    hint: `Mode 0600 cannot be set in this folder: give ${flag} a file on another file system, such as in your home folder`,
  })
}

function writeFully(descriptor: number, text: string, files: FileCalls): void {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) written += files.writeSync(descriptor, bytes, written)
}

/**
 * Give the draft its name. This never replaces a file that another program created in the meantime:
 * a link fails where a rename would overwrite.
 */
function giveName(draft: string, file: string, files: FileCalls): void {
  try {
    files.linkSync(draft, file)
  } catch (cause) {
    // A symbolic link without a target also counts as existing.
    const exists = files.lstatSync(file, {throwIfNoEntry: false}) !== undefined
    if (exists || !['EPERM', 'ENOTSUP', 'ENOSYS'].includes(readSystemCode(cause))) throw cause
    // The file system has no hard links.
    files.renameSync(draft, file)
  }
}

/**
 * Write the folder, and so the new name, to the disk. The old secret ends after this, so the name
 * must be safe. Windows does this without a call. Some errors are ignored: a folder that may not be
 * listed cannot be opened, and some file systems cannot sync a folder.
 */
function syncFolder(folder: string, files: FileCalls): void {
  if (process.platform === 'win32') return
  let descriptor: number | undefined
  try {
    descriptor = files.openSync(folder, 'r')
    files.fsyncSync(descriptor)
  } catch (err) {
    if (!['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP'].includes(readSystemCode(err))) throw err
  } finally {
    const opened = descriptor
    if (opened !== undefined) ignoreErrors(() => files.closeSync(opened))
  }
}

function secondName(draft: string, file: string, refusal: string): Leftover {
  return {
    message: `${draft} is a second name of ${file} and cannot be removed (${refusal}): both hold the same content`,
    hint: suggestRemoval([draft]),
  }
}

function suggestRemoval(names: string[]): string {
  return `Allow files to be removed from the folder (on Linux: chattr -a), then: rm -f ${names.map(shellPath).join(' ')}`
}

function ignoreErrors(work: () => void): void {
  try {
    work()
  } catch {
    // The important part is done, or has failed already.
  }
}

function fileExists(file: string, flag: string): AppError {
  return new AppError('CONFLICT', `${file} already exists; no file is ever overwritten`, {
    hint: `Move the file away, or give ${flag} another name`,
  })
}
