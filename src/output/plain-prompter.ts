import {AppError} from '../errors/app-error.ts'
import {escapeControl} from './escape.ts'
import type {Choice, Prompter} from './prompter.ts'
import type {TextOutput} from './text-output.ts'

type Input = NodeJS.ReadableStream & {setRawMode?: (raw: boolean) => unknown}

interface Streams {
  stdin: Input
  stderr: TextOutput
}

const KEYS = {enter: ['\r', '\n'], cancel: '\x03', end: '\x04', erase: ['\x7f', '\b'], drop: '\x15'} as const

/**
 * Return a prompter that only writes lines and reads lines, for a terminal that cannot move its
 * cursor (`TERM=dumb`: an editor's shell, a log, some screen readers).
 */
export function createPlainPrompter(streams: Streams): Prompter {
  return {
    async input({message, default: proposed, validate = () => true}) {
      const shown = proposed === undefined ? '' : ` (${proposed})`
      return askUntilValid(streams, `${message}${shown} `, {
        convert: (line) => (line === '' && proposed !== undefined ? proposed : line),
        validate,
      })
    },
    async secret({message, validate = () => true}) {
      return askUntilValid(streams, `${message} (not shown) `, {convert: (line) => line, validate, hidden: true})
    },
    async select({message, choices, default: proposed}) {
      for (const [index, {name, description = ''}] of choices.entries()) {
        await sayLine(streams, `  ${index + 1}) ${[name, description].filter(Boolean).join('  ')}`)
      }
      const start = choices.findIndex(({value}) => value === proposed)
      const shown = start === -1 ? '' : ` (${start + 1})`
      const answer = await askUntilValid(streams, `${message} Number or name${shown}: `, {
        convert: (line) => (line === '' && start !== -1 ? String(start + 1) : line),
        validate: (line) => (findChoice(choices, line) ? true : `Type a number from 1 to ${choices.length}, or a name`),
      })
      const chosen = findChoice(choices, answer)
      if (!chosen) throw new Error('The answer is not one of the choices')
      return chosen.value
    },
    async confirm({message, default: proposed = false}) {
      const answer = await askUntilValid(streams, `${message} (${proposed ? 'Y/n' : 'y/N'}) `, {
        convert: (line) => line.trim().toLowerCase(),
        validate: (line) => /^(y|yes|n|no|)$/.test(line) || 'Type y or n',
      })
      return answer === '' ? proposed : answer.startsWith('y')
    },
  }
}

/** Find by the number, else by the exact name if only one choice has it. */
function findChoice<Value>(choices: Choice<Value>[], line: string): Choice<Value> | undefined {
  const wanted = line.trim()
  if (/^\d{1,6}$/.test(wanted)) return choices[Number(wanted) - 1]
  const named = choices.filter(({name}) => name === wanted)
  return named.length === 1 ? named[0] : undefined
}

interface Question {
  convert(line: string): string
  /** Return true, or what is wrong with the answer; then ask again. */
  validate(answer: string): true | string
  /** Show nothing of what is typed. */
  hidden?: boolean
}

async function askUntilValid(
  streams: Streams,
  question: string,
  {convert, validate, hidden = false}: Question,
): Promise<string> {
  for (;;) {
    const answer = convert(await (hidden ? readHidden(streams, question) : readLine(streams, question)))
    const verdict = validate(answer)
    if (verdict === true) return answer
    await sayLine(streams, verdict)
  }
}

/** Write a text, all on one line: a name with a line break must not look like another line. */
function say({stderr}: Streams, text: string, end = ''): Promise<void> {
  return new Promise((resolve) => stderr.write(`${escapeControl(text)}${end}`, () => resolve()))
}

function sayLine(streams: Streams, text: string): Promise<void> {
  return say(streams, text, '\n')
}

/** Read a line, which the terminal itself edits. CANCELLED at the end of the input. */
async function readLine(streams: Streams, question: string): Promise<string> {
  await say(streams, question)
  let typed = ''
  return readChunks(streams.stdin, (chunk) => {
    typed += chunk
    const end = typed.indexOf('\n')
    return end === -1 ? null : typed.slice(0, end).replace(/\r$/, '')
  }).catch(async (err: unknown) => {
    // What follows, such as the error, must not be on the line of the question.
    await sayLine(streams, '')
    throw err
  })
}

/** Read a line key by key, so that the terminal shows none of it. */
async function readHidden(streams: Streams, question: string): Promise<string> {
  const {stdin} = streams
  let typed = ''
  // Before the question: a person may paste immediately.
  stdin.setRawMode?.(true)
  try {
    await say(streams, question)
    return await readChunks(stdin, (chunk) => {
      for (const key of chunk) {
        if (KEYS.enter.some((enter) => enter === key)) return typed
        if (key === KEYS.cancel || (key === KEYS.end && typed === '')) throw cancelled()
        if (key === KEYS.drop) typed = ''
        else typed = KEYS.erase.some((erase) => erase === key) ? [...typed].slice(0, -1).join('') : typed + key
      }
      return null
    })
  } finally {
    stdin.setRawMode?.(false)
    await sayLine(streams, '')
  }
}

/** Read until `take` returns a line. CANCELLED if the input ends first. */
function readChunks(stdin: Input, take: (chunk: string) => string | null): Promise<string> {
  if (!stdin.readable) return Promise.reject(cancelled())
  // The bytes of a character can arrive in different chunks.
  const decoder = new TextDecoder()
  return new Promise<string>((resolve, reject) => {
    const finish = (settle: () => void) => {
      stdin.off('data', onData)
      stdin.off('end', onEnd)
      stdin.pause()
      // A paused terminal stops reading one tick later; a question before that would get nothing.
      setImmediate(settle)
    }
    const onData = (chunk: Buffer | string) => {
      try {
        const line = take(typeof chunk === 'string' ? chunk : decoder.decode(chunk, {stream: true}))
        if (line !== null) finish(() => resolve(line))
      } catch (err) {
        finish(() => reject(err))
      }
    }
    const onEnd = () => finish(() => reject(cancelled()))
    stdin.on('data', onData)
    stdin.on('end', onEnd)
    stdin.resume()
  })
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'Cancelled; nothing was changed')
}
