import {closeSync, constants, fstatSync, openSync, type Stats, writeSync} from 'node:fs'

/** An output for text. A terminal is a stream of Node, which has `isTTY` and `columns`. */
export interface TextOutput {
  /**
   * Write text. `done` is called when the system has accepted it, or with the error (EPIPE, ENOSPC
   * …).
   */
  write(text: string, done?: (err?: Error | null) => void): unknown
  isTTY?: boolean
  columns?: number
}

/**
 * Open stdout (1) or stderr (2) of this process. A file, and a pipe with room, are written to
 * without the streams of Node, which take a tenth of a start to load. Everything else goes through
 * `openStream`: a terminal, a socket, and a full pipe. A stream can wait for a full pipe while
 * signals are still handled.
 */
export function openTextOutput(descriptor: 1 | 2, openStream: () => NodeJS.WriteStream): TextOutput {
  const direct = openDirect(descriptor)
  return direct === null ? openStream() : new DirectOutput(direct, openStream)
}

class DirectOutput implements TextOutput {
  readonly #descriptor: number
  readonly #openStream: () => NodeJS.WriteStream
  /** Once it is open, all later text goes through it, because it may still hold earlier text. */
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

/** Return a descriptor whose writes never block this process; null if there is none. */
function openDirect(descriptor: number): number | null {
  try {
    const stat = fstatSync(descriptor)
    if (stat.isFile()) return descriptor
    // Open the pipe again, because all processes that inherited it share its blocking mode. Only on
    // Linux is this path certain to be the pipe.
    if (stat.isFIFO() && process.platform === 'linux') return openPipeAgain(descriptor, stat)
  } catch {
    // A closed descriptor, one that is open for reading, a pipe of another user, or no /proc.
  }
  return null
}

function openPipeAgain(descriptor: number, {dev, ino}: Stats): number | null {
  // Throw if the descriptor is open only for reading. Opening it again would allow writing, and no
  // one would read the text.
  writeSync(descriptor, Buffer.alloc(0))
  const again = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK)
  const opened = fstatSync(again)
  // Something else may be mounted at /proc: use only the same pipe.
  if (opened.isFIFO() && opened.dev === dev && opened.ino === ino) return again
  closeSync(again)
  return null
}

function isFull(err: unknown): boolean {
  return err instanceof Error && 'code' in err && err.code === 'EAGAIN'
}
