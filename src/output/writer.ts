import {AppError} from '../errors/app-error.ts'
import type {ErrorDescription} from '../errors/describe.ts'
import {isClosedPipe, readReason} from '../lib/system-error.ts'
import {withoutTokens} from '../lib/token-shape.ts'
import {type Colors, createColors} from './colors.ts'
import {escapeControl} from './escape.ts'
import type {TextOutput} from './text-output.ts'

/** A long list is written in parts of so many entries: its text as a whole would take as long to copy as to make. */
const PART_ENTRIES = 500

/** The first key of every document of --json. Raised when a reader of the former version would misread the new one. */
export const SCHEMA_VERSION = 1

export type OutputMode = 'human' | 'json' | 'clean'

interface Streams {
  stdout: TextOutput
  stderr: TextOutput
  env: Record<string, string | undefined>
  /** Whether writing to stdout succeeds and nobody will ever see it. */
  stdoutClosed?(): boolean
  stderrClosed?(): boolean
}

interface JsonDocument {
  ok: boolean
  result?: unknown
  error?: ErrorDescription
}

/** The one place that prints. What each mode puts where: style.md, "Output". */
export class Writer {
  readonly mode: OutputMode
  readonly warnings: string[] = []
  readonly #streams: Streams
  /** Under --json a document has been started on stdout: nothing more may follow it there. */
  #documentWritten = false

  constructor(mode: OutputMode, streams: Streams) {
    this.mode = mode
    this.#streams = streams
  }

  /** The answer of a command that prints for people; a reader that has gone away is no failure. */
  async answer(text: string): Promise<void> {
    if (text === '') return
    await this.#writeOut([text.endsWith('\n') ? text : `${text}\n`])
  }

  /** The one document of --json. */
  async document(document: JsonDocument): Promise<void> {
    const {result} = document
    const isLong = Array.isArray(result) && result.length > PART_ENTRIES && !this.#streams.stdout.isTTY
    const texts = isLong ? this.#documentParts({...document, result}) : [this.#documentText(document)]
    this.#documentWritten = true
    await this.#writeOut(texts)
  }

  /** The document of a command that mints: fails when it cannot be written, because the secret is in it. */
  async secretDocument(result: unknown): Promise<void> {
    await writeAll(this.#streams.stdout, this.#documentText({ok: true, result}))
    this.#documentWritten = true
  }

  /** CONFIG when a secret would vanish, because stdout was closed. */
  requireStdout(): void {
    if (!this.#isStdoutClosed()) return
    throw new AppError('CONFIG', 'Standard output is closed, so the token would be lost; nothing was made', {
      hint: 'Send standard output somewhere, or the token to a new file with --output FILE',
    })
  }

  /** A secret, exactly as given. Fails when it cannot be written. */
  async secret(text: string): Promise<void> {
    await writeAll(this.#streams.stdout, text)
  }

  /**
   * CONFIG if the mask of `maskInJobLog` could not be written. Only a byte shows that a disk is full or a reader is gone: an empty
   * write succeeds. The byte is a newline, because the runner ignores an empty line, and so does anyone who reads the log.
   */
  async requireMask(): Promise<void> {
    if (!this.#masks()) return
    const reason = this.#streams.stderrClosed?.() ? 'it is closed' : await this.#tryWrite('\n')
    if (reason === null) return
    throw new AppError(
      'CONFIG',
      `Standard error cannot be written to (${reason}), so the log of the job could show the token; nothing was made`,
      {hint: 'Leave standard error to the runner; where no log of a job is meant, unset GITHUB_ACTIONS'},
    )
  }

  /**
   * Keep a secret out of the log of a GitHub Actions job; the runner reads this line and hides the value from then on. Fails if it
   * cannot be written: then the secret must not be delivered.
   */
  async maskInJobLog(secret: string): Promise<void> {
    if (!this.#masks()) return
    const reason = await this.#tryWrite(`::add-mask::${secret}\n`)
    if (reason === null) return
    throw new AppError('UNDELIVERED', `standard error took no mask for the log of the job: ${reason}`, {
      hint: 'Run the command again with a standard error that can be written, as the runner has it',
    })
  }

  /** --json leaves stderr empty. */
  #masks(): boolean {
    return this.#streams.env['GITHUB_ACTIONS'] === 'true' && this.mode !== 'json'
  }

  /** Write to stderr. Returns why that failed; null if it did not. */
  #tryWrite(text: string): Promise<string | null> {
    return writeAll(this.#streams.stderr, text).then(() => null, readReason)
  }

  /** A line that a person wants to know; only people see it. */
  async note(line: string, style = (text: string) => text): Promise<void> {
    if (this.mode === 'human') await this.#writeErr(style(escapeControl(line)))
  }

  /** What `render` made, beside a secret that has stdout to itself. */
  async answerBeside(text: string): Promise<void> {
    if (this.mode === 'human') await this.#writeErr(text)
  }

  /**
   * Something that deserves attention: a line for a person, an entry of `warnings` in the document. `evenClean`: a line under
   * --clean-output too, for what a script that prints nothing but the token has to know about its end.
   */
  async warn(text: string, {evenClean = false} = {}): Promise<void> {
    this.warnings.push(text)
    if (this.mode === 'json' || (this.mode === 'clean' && !evenClean)) return
    const {yellow} = await this.errColors()
    await this.#writeErr(`${yellow('Warning:')} ${escapeControl(text)}`)
  }

  async fail(error: ErrorDescription, result?: unknown): Promise<void> {
    if (this.mode !== 'json') return this.#failInWords(error)
    const document = result === undefined ? {ok: false, error} : {ok: false, result, error}
    if (!this.#documentWritten && !this.#isStdoutClosed()) {
      const unwritten = await writeAll(this.#streams.stdout, this.#documentText(document)).then(
        () => false,
        () => true,
      )
      if (!unwritten) return
    }
    await this.#writeErr(JSON.stringify(this.#completeDocument(document)))
  }

  /** One line for a search for a fault, under DEBUG=tokenry:* or --debug. It stays one line, no matter what it holds. */
  async debug(line: string): Promise<void> {
    await this.#writeErr(toLogLine(line))
  }

  /**
   * Details of several lines, such as a stack. All but the first are indented, so that none of them, which may come from a
   * request, passes for a line of the log.
   */
  async debugDetails(text: string): Promise<void> {
    await this.#writeErr(text.split('\n').map(toLogLine).join('\n  '))
  }

  outColors(): Promise<Colors> {
    return createColors(this.#streams.stdout, this.#streams.env)
  }

  errColors(): Promise<Colors> {
    return createColors(this.#streams.stderr, this.#streams.env)
  }

  #isStdoutClosed(): boolean {
    return this.#streams.stdoutClosed?.() ?? false
  }

  async #failInWords(error: ErrorDescription): Promise<void> {
    const {red} = await this.errColors()
    await this.#writeErr(`${red('Error:')} ${escapeControl(error.message)}`)
    const told = (message: string) => error.message.includes(message)
    for (const {field, message} of error.fieldErrors.filter((each) => !told(each.message)))
      await this.#writeErr(`  ${escapeControl(`${field}: ${message}`)}`)
    if (error.hint) await this.#writeErr(escapeControl(error.hint))
  }

  /** One line for a program; indented for a person, which makes a long list half as big again. */
  #documentText(document: JsonDocument): string {
    const indent = this.#streams.stdout.isTTY ? 2 : 0
    return `${JSON.stringify(this.#completeDocument(document), null, indent)}\n`
  }

  #completeDocument(document: JsonDocument): object {
    return {schemaVersion: SCHEMA_VERSION, ...document, warnings: this.warnings}
  }

  /** The text of the document of a list, made part by part as it is written. */
  *#documentParts({ok, result, error}: JsonDocument & {result: unknown[]}): Generator<string> {
    yield `${JSON.stringify({schemaVersion: SCHEMA_VERSION, ok}).slice(0, -1)},"result":[`
    for (let start = 0; start < result.length; start += PART_ENTRIES) {
      const entries = JSON.stringify(result.slice(start, start + PART_ENTRIES)).slice(1, -1)
      yield start === 0 ? entries : `,${entries}`
    }
    yield `],${JSON.stringify({error, warnings: this.warnings}).slice(1)}\n`
  }

  async #writeOut(texts: Iterable<string>): Promise<void> {
    try {
      for (const text of texts) await writeAll(this.#streams.stdout, text)
    } catch (cause) {
      if (isClosedPipe(cause)) return
      // The command itself is over: whoever runs it again must know that.
      throw new AppError('CONFIG', `Done, but standard output cannot be written to: ${readReason(cause)}`, {
        cause,
        hint: 'What was to be changed is changed. To see an answer, send it to a file or a program that takes it',
      })
    }
  }

  /** What is said beside the answer must never make a command fail. */
  async #writeErr(text: string): Promise<void> {
    await writeAll(this.#streams.stderr, `${text}\n`).catch(() => {})
  }
}

/** A line that does nothing to a terminal and holds no token, no matter who wrote what is in it. */
function toLogLine(line: string): string {
  return escapeControl(withoutTokens(line))
}

/** Resolves when the text has been handed to the system; rejects with its error (EPIPE, ENOSPC …). */
function writeAll(output: TextOutput, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (err) => (err ? reject(err) : resolve()))
  })
}
