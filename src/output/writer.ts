import {AppError} from '../errors/app-error.ts'
import type {ErrorDescription} from '../errors/describe.ts'
import {isClosedPipe, readReason} from '../lib/system-error.ts'
import {withoutTokens} from '../lib/token-shape.ts'
import {type Colors, createColors} from './colors.ts'
import {escapeControl} from './escape.ts'
import type {TextOutput} from './text-output.ts'
import {readWindowWidth} from './window-width.ts'
import {wrapWords} from './wrap-words.ts'

/**
 * How many entries of a long list are written together. Copying the text as a whole would take as
 * long as creating it.
 */
const PART_ENTRIES = 500

/**
 * The first key of every --json document. Raise it if a reader of the old version would misread the
 * new one.
 */
export const SCHEMA_VERSION = 1

export type OutputMode = 'human' | 'json' | 'clean'

interface Streams {
  stdout: TextOutput
  stderr: TextOutput
  env: Record<string, string | undefined>
  /**
   * Return whether stdout was closed at the start: writing succeeds, but no one sees the output.
   */
  stdoutClosed?(): boolean
  stderrClosed?(): boolean
}

interface WriterOptions {
  /** Write only errors to stderr, and masks for a job log. */
  quiet?: boolean
}

interface JsonDocument {
  ok: boolean
  result?: unknown
  error?: ErrorDescription
}

/** The only place that prints. What each mode writes where: style.md, "Output". */
export class Writer {
  readonly mode: OutputMode
  readonly warnings: string[] = []
  readonly #streams: Streams
  readonly #quiet: boolean
  /** True if a --json document was started on stdout: nothing more may follow it there. */
  #documentWritten = false
  /** The message of the error in the document with a secret. */
  #reported: string | undefined

  constructor(mode: OutputMode, streams: Streams, {quiet = false}: WriterOptions = {}) {
    this.mode = mode
    this.#streams = streams
    this.#quiet = quiet
  }

  /** Write the answer of a command to stdout. A pipe that its reader has closed is not an error. */
  async answer(text: string): Promise<void> {
    if (text === '') return
    await this.#writeOut([text.endsWith('\n') ? text : `${text}\n`])
  }

  /** Write the one document of --json. */
  async document(document: JsonDocument): Promise<void> {
    const {result} = document
    const isLong = Array.isArray(result) && result.length > PART_ENTRIES && !this.#streams.stdout.isTTY
    const texts = isLong ? this.#documentParts({...document, result}) : [this.#documentText(document)]
    this.#documentWritten = true
    await this.#writeOut(texts)
  }

  /**
   * Write the document of a command that mints. Throws if it cannot be written, because it contains
   * the secret. An error in it is not written again by `fail`.
   */
  async secretDocument(document: JsonDocument): Promise<void> {
    await writeAll(this.#streams.stdout, this.#documentText(document))
    this.#documentWritten = true
    this.#reported = document.error?.message
  }

  /** Throw CONFIG if stdout is closed, because a secret would be lost. */
  requireStdout(): void {
    if (!this.#isStdoutClosed()) return
    throw new AppError('CONFIG', 'Standard output is closed, so the token would be lost; no token was created', {
      hint: 'Redirect standard output, or write the token to a new file with --output FILE',
    })
  }

  /** Write a secret exactly as given. Throws if it cannot be written. */
  async secret(text: string): Promise<void> {
    await writeAll(this.#streams.stdout, text)
  }

  /**
   * Throw CONFIG if `maskInJobLog` could not write its mask. Only writing a byte reveals a full
   * disk or a missing reader: an empty write succeeds. The byte is a newline, because the runner
   * ignores an empty line, and so does anyone who reads the log.
   */
  async requireMask(): Promise<void> {
    if (!this.#masks()) return
    const reason = this.#streams.stderrClosed?.() ? 'it is closed' : await this.#tryWrite('\n')
    if (reason === null) return
    throw new AppError(
      'CONFIG',
      `Standard error cannot be written to (${reason}), so the log of the job could show the token; no token was created`,
      {hint: 'Do not redirect or close standard error; if this is not a job of GitHub Actions, unset GITHUB_ACTIONS'},
    )
  }

  /**
   * Keep a secret out of the log of a GitHub Actions job: the runner reads this line and hides the
   * secret from then on. Throws UNDELIVERED if the line cannot be written: then the secret must not
   * be delivered.
   */
  async maskInJobLog(secret: string): Promise<void> {
    if (!this.#masks()) return
    const reason = await this.#tryWrite(`::add-mask::${secret}\n`)
    if (reason === null) return
    throw new AppError(
      'UNDELIVERED',
      `its mask for the log of the job cannot be written to standard error: ${reason}`,
      {
        hint: 'Run the command again with a standard error that can be written to',
      },
    )
  }

  /**
   * Return whether to write the mask: in GitHub Actions, but not under --json, which leaves stderr
   * empty.
   */
  #masks(): boolean {
    return this.#streams.env['GITHUB_ACTIONS'] === 'true' && this.mode !== 'json'
  }

  /** Write to stderr. Return the reason if that failed, else null. */
  #tryWrite(text: string): Promise<string | null> {
    return writeAll(this.#streams.stderr, text).then(() => null, readReason)
  }

  /** Write a line to stderr that only people see: in human mode. */
  async note(line: string, style = (text: string) => text): Promise<void> {
    if (this.mode === 'human' && !this.#quiet) await this.#writeErr(style(this.#wrap(line)))
  }

  /** Write the rendered result to stderr, because stdout contains only the secret. */
  async answerOnStderr(text: string): Promise<void> {
    if (this.mode === 'human' && !this.#quiet) await this.#writeErr(text)
  }

  /**
   * Warn with a line for a person, and an entry of `warnings` in the document. With `evenClean` the
   * line is written under --clean-output too: for what a script that prints only the token must
   * still report about its end.
   */
  async warn(text: string, {evenClean = false} = {}): Promise<void> {
    this.warnings.push(text)
    if (this.mode === 'json' || this.#quiet || (this.mode === 'clean' && !evenClean)) return
    const {yellow} = await this.errColors()
    await this.#writeErr(this.#wrap(`Warning: ${text}`).replace('Warning:', yellow('Warning:')))
  }

  async fail(error: ErrorDescription, result?: unknown): Promise<void> {
    if (this.mode !== 'json') return this.#failInWords(error)
    if (this.#reported === error.message) return
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

  /**
   * Write one line of debug output, under DEBUG=tokenry:* or --debug. Newlines in it are escaped.
   */
  async debug(line: string): Promise<void> {
    await this.#writeErr(toLogLine(line))
  }

  /**
   * Write details of several lines, such as a stack. Every line but the first is indented, so that
   * text from a request cannot look like a line of the log.
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
    await this.#writeErr(this.#wrap(`Error: ${error.message}`).replace('Error:', red('Error:')))
    const told = (message: string) => error.message.includes(message)
    for (const {field, message} of error.fieldErrors.filter((each) => !told(each.message)))
      await this.#writeErr(this.#wrap(`  ${field}: ${message}`, '    '))
    if (error.status !== null) await this.#writeErr(this.#wrap(describeAnswer(error)))
    if (error.hint) await this.#writeErr(this.#wrap(error.hint))
  }

  /**
   * Return a line for stderr, broken between words at a terminal. Control characters are escaped.
   */
  #wrap(line: string, indent = ''): string {
    const {stderr, env} = this.#streams
    const escaped = escapeControl(line)
    return stderr.isTTY === true ? wrapWords(escaped, readWindowWidth(stderr, env), indent) : escaped
  }

  /**
   * Return the document as one line for a program, or indented for a person. Indentation makes a
   * long list half as big again.
   */
  #documentText(document: JsonDocument): string {
    const indent = this.#streams.stdout.isTTY ? 2 : 0
    return `${JSON.stringify(this.#completeDocument(document), null, indent)}\n`
  }

  #completeDocument(document: JsonDocument): object {
    return {schemaVersion: SCHEMA_VERSION, ...document, warnings: this.warnings}
  }

  /** Yield the document of a list in parts, each created when it is written. */
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
      // The command itself has succeeded: the user must see that before running it again.
      throw new AppError('CONFIG', `Done, but standard output cannot be written to: ${readReason(cause)}`, {
        cause,
        hint: 'All changes were made. To see the output, redirect it to a file or to a program that reads it',
      })
    }
  }

  /** Write a line to stderr. A failed write must never make a command fail. */
  async #writeErr(text: string): Promise<void> {
    await writeAll(this.#streams.stderr, `${text}\n`).catch(() => {})
  }
}

/** Return the facts of a vendor's answer that its support asks for. */
function describeAnswer({vendor, status, vendorCode, requestId}: ErrorDescription): string {
  const code = vendorCode === null ? '' : `, code ${vendorCode}`
  return `Answer of ${vendor}: status ${status}${code}${requestId === null ? '' : `, request ${requestId}`}`
}

/**
 * Return a line without control characters and tokens, safe for a terminal no matter who wrote its
 * content.
 */
function toLogLine(line: string): string {
  return escapeControl(withoutTokens(line))
}

/**
 * Write text. Resolves when the system has accepted it; rejects with its error (EPIPE, ENOSPC …).
 */
function writeAll(output: TextOutput, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (err) => (err ? reject(err) : resolve()))
  })
}
