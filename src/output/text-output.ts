import {closeSync, constants, fstatSync, openSync, type Stats, writeSync} from 'node:fs'

/** What text is written to. A terminal is a stream of Node and says so, and how wide it is. */
export interface TextOutput {
  /** `done` is called when the text has been handed to the system, or with its error (EPIPE, ENOSPC …). */
  write(text: string, done?: (err?: Error | null) => void): unknown
  isTTY?: boolean
  columns?: number
}

/**
 * stdout (1) or stderr (2) of this process. A file, and a pipe that has room, are written to without the streams of Node, which take
 * a tenth of a start to load. Everything else goes through `openStream`: a terminal, a socket, and a pipe that is full, for which a
 * stream can wait while signals are still heard.
 */
export function openTextOutput(descriptor: 1 | 2, openStream: () => NodeJS.WriteStream): TextOutput {
  const direct = openDirect(descriptor)
  return direct === null ? openStream() : new DirectOutput(direct, openStream)
}

class DirectOutput implements TextOutput {
  readonly #descriptor: number
  readonly #openStream: () => NodeJS.WriteStream
  /** Everything that follows has to follow what the stream still holds. */
  #stream: NodeJS.WriteStream | null = null

  constructor(descriptor: number, openStream: () => NodeJS.WriteStream) {
    this.#descriptor = descriptor
    this.#openStream = openStream
  }

  write(text: string, done: (err?: Error | null) => void = () => {}): void {
    if (this.#stream) this.#stream.write(text, done)
    else this.#writeDirectly(Buffer.from(text), done)
  }

  #writeDirectly(bytes: Buffer, done: (err?: Error | null) => void): void {
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written)
      done()
    } catch (err) {
      if (isFull(err)) {
        this.#stream = this.#openStream()
        this.#stream.write(bytes.subarray(written), done)
      } else done(err as Error)
    }
  }
}

/** A descriptor that can be written to and never makes this process wait; null where there is none. */
function openDirect(descriptor: number): number | null {
  try {
    const stat = fstatSync(descriptor)
    if (stat.isFile()) return descriptor
    // Opened again, because whether a pipe makes its writers wait is shared by all who inherited it. Elsewhere that path is no pipe,
    // but whatever somebody has put there.
    if (stat.isFIFO() && process.platform === 'linux') return openPipeAgain(descriptor, stat)
  } catch {
    // A closed descriptor, one to read from, a pipe of another user, no /proc.
  }
  return null
}

function openPipeAgain(descriptor: number, {dev, ino}: Stats): number | null {
  // Opening would give the right to write to one that is there to be read from, and nobody would read that.
  writeSync(descriptor, Buffer.alloc(0))
  const again = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK)
  const opened = fstatSync(again)
  // What is mounted at /proc may be anything.
  if (opened.isFIFO() && opened.dev === dev && opened.ino === ino) return again
  closeSync(again)
  return null
}

function isFull(err: unknown): boolean {
  return err instanceof Error && 'code' in err && err.code === 'EAGAIN'
}
