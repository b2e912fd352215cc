import {AppError} from '../errors/app-error.ts'
import {escapeControl} from './escape.ts'
import type {TextOutput} from './text-output.ts'

export interface Choice<T> {
  name: string
  value: T
  description?: string
}

/** Asks a person. Every question ends with an answer, or with AppError CANCELLED (exit code 130). */
export interface Prompter {
  /** A line of text, as typed; an empty line is the default, where there is one. */
  input(question: {
    message: string
    default?: string
    /** True, or what is wrong; then the question stays. */
    validate?: (text: string) => true | string
  }): Promise<string>
  /** One of the choices, of which there has to be at least one: a list, or a search among more than 12. */
  select<T>(question: {message: string; choices: Choice<T>[]; default?: T}): Promise<T>
  /** Yes or no. What Enter alone means is no, unless `default` is true. */
  confirm(question: {message: string; default?: boolean}): Promise<boolean>
}

interface Streams {
  stdin: NodeJS.ReadableStream
  stderr: TextOutput
}

/** A question as inquirer takes it. */
type Question = {type: 'input' | 'select' | 'search' | 'confirm'; message: string} & Record<string, unknown>

/** A longer list is searched by typing. */
const LIST_LENGTH_MAX = 12
/** The question, a blank line, the description on up to three lines, the keys. */
const LINES_AROUND_CHOICES = 6

/**
 * The prompter of a terminal: draws on stderr, never on stdout. inquirer is loaded with the first question (25 ms). After an
 * answer stdin is paused and out of raw mode, so that the process can end and someone else can read.
 */
export function createPrompter(streams: Streams): Prompter {
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

    async select<T>({message, choices, default: proposed}: {message: string; choices: Choice<T>[]; default?: T}) {
      // Values are handed over as positions: inquirer would call a function and look into an object.
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
      if (chosen === undefined) throw new Error('The answer is none of the choices')
      return chosen.value
    },

    async confirm({message, default: proposed = false}) {
      return (await ask(streams, {type: 'confirm', message, default: proposed})) === true
    },
  }
}

/** How many choices fit below the question and above the description of the chosen one and the keys. */
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
    // readline believes that it has paused already when it was resumed below.
    stdin.pause()
    // process.stdin stops reading a tick after it pauses; who reads it before that is never given anything.
    await new Promise(setImmediate)
  }
}

/**
 * inquirer waits for ever when its readline closes: at Ctrl-D and at the end of the input. All that shows outside is that stdin
 * pauses. It does so too when the process continues after Ctrl-Z, but then in raw mode, and goes on reading.
 */
function resumeOrAbort(stdin: NodeJS.ReadableStream, closed: AbortController): void {
  if ('isRaw' in stdin && stdin.isRaw === true) stdin.resume()
  else closed.abort()
}

/** inquirer ends its output after each question. */
async function endless(stderr: TextOutput): Promise<NodeJS.WritableStream> {
  const {Writable} = await import('node:stream')
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      stderr.write(chunk)
      done()
    },
  })
  // What inquirer wraps lines by.
  return Object.defineProperty(output, 'columns', {get: () => ('columns' in stderr ? stderr.columns : undefined)})
}

/**
 * Those with every word of the term in them, the best match first, because Enter takes it: the name itself, names that begin with the
 * term, other names, and last what only the description has, such as an id with these letters.
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
