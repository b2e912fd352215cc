import {randomBytes} from 'node:crypto'
import fs from 'node:fs'
import {dirname, join} from 'node:path'
import {AppError} from '../errors/app-error.ts'
import {shellPath} from '../lib/shell-path.ts'
import {readReason, readSystemCode} from '../lib/system-error.ts'
import {absolutePath} from './absolute-path.ts'

/** A file for a secret, of mode 0600, that has its name only once it is whole. */
export interface NewFile {
  /**
   * Write the text and give the file its name. If that fails, no file is left that holds the text, or the error names it. A
   * leftover is a second name of the file, which is published all the same.
   */
  publish(text: string): Leftover | null
  /** Remove the published file again, unless another one is there by now. */
  remove(): Leftover | null
  /** Let go of it. A leftover is a file that should be gone, unless an error of `publish` has named it. */
  close(): Leftover | null
}

/** Files that the folder does not let go of, in words. */
export interface Leftover {
  message: string
  hint: string
}

/** The calls to the file system by which a new file is made. */
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
  /** Of the error when the text cannot be written. */
  code: 'CONFIG' | 'UNDELIVERED'
  files?: FileCalls | undefined
}

/**
 * Check what can be checked of a name early: CONFLICT if there is a file, CONFIG if there can be no file of this name. `flag` is the
 * one that gave it.
 */
export function checkNewFile(file: string, flag: string, files: FileCalls = fs): void {
  if (/[\\/]$/.test(file)) throw isFolder(file, flag)
  const there = lookAt(file, flag, files)
  if (there?.isDirectory()) throw isFolder(`${file}/`, flag)
  // /dev/stdout, and what a shell makes of >(…).
  if (there && !there.isFile() && /^\/(dev|proc)\//.test(file)) {
    throw new AppError('CONFIG', `${file} is no file`, {
      hint: `Give ${flag} the name of a new file; where standard output is meant, --output takes \`-\``,
    })
  }
  if (there) throw fileExists(file, flag)
}

/** Open a draft of a new file. CONFLICT if the file exists, CONFIG if it cannot be made or cannot have mode 0600. */
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
  /** Held open to the end, so that no other file can get the same inode number. */
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
      // Nothing that is still needed was written there.
      if (descriptor !== null) ignoreErrors(() => files.closeSync(descriptor))
    }
    this.#writer = null
    return this.#reported ? null : left
  }

  /** Closed before the file gets its name: a network file system may notice only then that there is no room. */
  #write(text: string): void {
    const {files} = this.#options
    const writer = this.#writer
    if (writer === null) throw new Error('A new file is published once')
    writeFully(writer, text, files)
    files.fsyncSync(writer)
    this.#writer = null
    files.closeSync(writer)
  }

  /** What the secret opens will be ended: no one must find it under either name. */
  #unwritten(cause: unknown): AppError {
    const left = this.remove()
    const {code, flag} = this.#options
    const why = `${this.#file} cannot be written: ${readReason(cause)}`
    if (left === null) {
      return new AppError(code, why, {
        cause,
        hint: `Run it again with a file for ${flag} that can be written, such as one on another disk`,
      })
    }
    this.#reported = true
    return new AppError(code, `${why}; ${left.message}`, {cause, hint: left.hint})
  }

  /** Remove both names, and return those that stay. */
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

  /** Remove a name of our file. Returns the system's code if it stays; null if it is gone, or leads to another file. */
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

/** The umask may have taken rights of the owner away. FAT, CIFS and the like keep no mode: some refuse it, others ignore it. */
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

/** Give the draft its name without ever replacing a file that appeared meanwhile: a link fails where a rename overwrites. */
function giveName(draft: string, file: string, files: FileCalls): void {
  try {
    files.linkSync(draft, file)
  } catch (cause) {
    // A symbolic link that leads nowhere is there as well.
    const exists = files.lstatSync(file, {throwIfNoEntry: false}) !== undefined
    if (exists || !['EPERM', 'ENOTSUP', 'ENOSYS'].includes(readSystemCode(cause))) throw cause
    // A file system without hard links.
    files.renameSync(draft, file)
  }
}

/**
 * The old value ends after this, so the name has to be on the disk. Windows keeps names by itself; a folder that may not be listed
 * cannot be opened, and some file systems know no sync of a folder.
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
    message: `${draft} is a second name of ${file} and cannot be removed (${refusal}): what is in one is in both`,
    hint: suggestRemoval([draft]),
  }
}

function suggestRemoval(names: string[]): string {
  return `Let the folder let go of files (chattr -a, on Linux), then: rm -f ${names.map(shellPath).join(' ')}`
}

function ignoreErrors(work: () => void): void {
  try {
    work()
  } catch {
    // What matters was done, or has failed already.
  }
}

function fileExists(file: string, flag: string): AppError {
  return new AppError('CONFLICT', `${file} exists already; a secret is never written over a file`, {
    hint: `Move the file away, or give ${flag} another name`,
  })
}
