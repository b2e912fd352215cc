import {AppError} from '../errors/app-error.ts'
import {escapeControl} from './escape.ts'
import {createPlainPrompter} from './plain-prompter.ts'
import type {TextOutput} from './text-output.ts'

export interface Choice<T> {
  name: string
  value: T
  description?: string
}

/** Asks a person. Every question returns an answer or throws CANCELLED (exit code 130). */
export interface Prompter {
  /**
   * Ask for a line of text. It is returned as typed; an empty line returns the default, if there is
   * one.
   */
  input(question: {
    message: string
    default?: string
    /** Return true, or what is wrong with the text; then the question stays. */
    validate?: (text: string) => true | string
  }): Promise<string>
  /** Ask for a secret, of which nothing is shown, not even its length. It is returned as typed. */
  secret(question: {
    message: string
    /** Return true, or what is wrong with the secret; then the question stays. */
    validate?: (text: string) => true | string
  }): Promise<string>
  /**
   * Ask for one of the choices, of which there must be at least one. Shows a list, or a search for
   * more than 12.
   */
  select<T>(question: {message: string; choices: Choice<T>[]; default?: T}): Promise<T>
  /** Ask for yes or no. Enter alone means no, unless `default` is true. */
  confirm(question: {message: string; default?: boolean}): Promise<boolean>
}

interface Streams {
  stdin: NodeJS.ReadableStream
  stderr: TextOutput
  env?: Record<string, string | undefined>
}

/** A question in the format of inquirer. */
type Question = {type: 'input' | 'password' | 'select' | 'search' | 'confirm'; message: string} & Record<
  string,
  unknown
>

/** A longer list is searched by typing. */
const LIST_LENGTH_MAX = 12
/** Lines for the question, a blank line, up to three lines of description, and the keys. */
const LINES_AROUND_CHOICES = 6

/**
 * Return the prompter of a terminal. It draws on stderr, never on stdout. inquirer is loaded with
 * the first question (25 ms). After an answer stdin is paused and not in raw mode, so that the
 * process can end and other readers can use it.
 */
export function createPrompter(streams: Streams): Prompter {
  if (streams.env?.['TERM'] === 'dumb') return createPlainPrompter(streams)
  return {
    async input({message, default: proposed, validate = () => true}) {
      const answer = await ask(streams, {
        type: 'input',
        message,
        default: proposed,
        validate: (text: string) => escapeVerdict(validate(text)),
        transformer: escapeControl,
        theme: {style: {defaultAnswer: (text: string) => `(${escapeControl(text)})`}},
      })
      return String(answer)
    },

    async secret({message, validate = () => true}) {
      const answer = await ask(streams, {
        type: 'password',
        message,
        // By default Ctrl-T shows the secret.
        toggleMask: false,
        validate: (text: string) => escapeVerdict(validate(text)),
      })
      return String(answer)
    },

    async select<T>({message, choices, default: proposed}: {message: string; choices: Choice<T>[]; default?: T}) {
      // Pass positions instead of values: inquirer would call a function and inspect an object.
      const shown = choices.map(({name, description}, position) => ({
        name: escapeControl(name),
        value: position,
        description: escapeControl(description ?? ''),
      }))
      const start = proposed === undefined ? -1 : choices.findIndex(({value}) => value === proposed)
      const question =
        choices.length > LIST_LENGTH_MAX
          ? {
              type: 'search' as const,
              message: `${message} (type to search)`,
              source: (term = '') => search(shown, term),
            }
          : {type: 'select' as const, message, choices: shown, loop: false}
      const position = await ask(streams, {...question, default: start, pageSize: measurePage(streams.stderr)})
      const chosen = choices[Number(position)]
      if (chosen === undefined) throw new Error('The answer is not one of the choices')
      return chosen.value
    },

    async confirm({message, default: proposed = false}) {
      return (await ask(streams, {type: 'confirm', message, default: proposed})) === true
    },
  }
}

/** Return how many choices fit below the question and above the description and the keys. */
function measurePage(stderr: TextOutput): number {
  const rows = 'rows' in stderr && typeof stderr.rows === 'number' ? stderr.rows : Number.POSITIVE_INFINITY
  return Math.max(2, Math.min(LIST_LENGTH_MAX, rows - LINES_AROUND_CHOICES))
}

async function ask({stdin, stderr}: Streams, question: Question): Promise<unknown> {
  if (!stdin.readable) throw cancelled()
  const {default: inquirer} = await import('inquirer')
  const output = await endless(stderr)
  const closed = new AbortController()
  const onPause = () => queueMicrotask(() => resumeOrAbort(stdin, closed))
  stdin.on('pause', onPause)
  try {
    const prompt = inquirer.createPromptModule({input: stdin, output, signal: closed.signal})
    const answers = await prompt([{...question, name: 'answer', message: escapeControl(question.message)}])
    return answers.answer
  } catch (err) {
    throw isCancellation(err) ? cancelled(err) : err
  } finally {
    stdin.off('pause', onPause)
    // readline assumes that it has already paused stdin, even if stdin was resumed below.
    stdin.pause()
    // process.stdin stops reading one tick after it pauses. A reader that starts before that never
    // gets any data.
    await new Promise(setImmediate)
  }
}

/**
 * Abort a question whose input has ended. inquirer waits indefinitely if its readline closes: at
 * Ctrl-D and at the end of the input. The only sign of it is that stdin pauses. stdin also pauses
 * when the process continues after Ctrl-Z, but then in raw mode: resume it.
 */
function resumeOrAbort(stdin: NodeJS.ReadableStream, closed: AbortController): void {
  if ('isRaw' in stdin && stdin.isRaw === true) stdin.resume()
  else closed.abort()
}

/** Return a stream that writes to stderr: inquirer ends its output after each question. */
async function endless(stderr: TextOutput): Promise<NodeJS.WritableStream> {
  const {Writable} = await import('node:stream')
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      stderr.write(chunk)
      done()
    },
  })
  // inquirer wraps lines at this width.
  return Object.defineProperty(output, 'columns', {get: () => ('columns' in stderr ? stderr.columns : undefined)})
}

/**
 * Return the choices that contain every word of the term, the best match first, because Enter takes
 * it. The order is: the exact name, names that begin with the term, other names, and last the
 * choices where only the description matches, such as an id with these letters.
 */
function search<Shown extends {name: string; description: string}>(choices: Shown[], term: string): Shown[] {
  const wanted = term.trim().toLowerCase()
  const words = wanted.split(/\s+/)
  const hasAll = (text: string) => words.every((word) => text.includes(word))
  const rankChoice = ({name, description}: Shown) => {
    const [lowerName, text] = [name.toLowerCase(), `${name} ${description}`.toLowerCase()]
    const ranks = [lowerName === wanted, lowerName.startsWith(wanted), hasAll(lowerName), hasAll(text)]
    return ranks.indexOf(true)
  }
  return choices
    .map((choice) => ({choice, rank: rankChoice(choice)}))
    .filter(({rank}) => rank !== -1)
    .sort((a, b) => a.rank - b.rank)
    .map(({choice}) => choice)
}

function escapeVerdict(verdict: true | string): true | string {
  return verdict === true ? true : escapeControl(verdict)
}

function isCancellation(err: unknown): boolean {
  return err instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(err.name)
}

function cancelled(cause?: unknown): AppError {
  return new AppError('CANCELLED', 'Cancelled; nothing was changed', {cause})
}
