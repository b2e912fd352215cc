import type {Interface} from 'node:readline'
import type {TextOutput} from './text-output.ts'

/**
 * What a person did at the prompt: typed a line, dropped it (Ctrl-C), or ended the input (Ctrl-D).
 */
type LineRead = {kind: 'line'; text: string} | {kind: 'dropped'} | {kind: 'end'}

/** Return the candidates for the end of this text, and the part of it that they replace. */
export type Completer = (text: string) => Promise<[candidates: string[], replaced: string]>

/** Reads lines at a terminal, with history and completion. Draws on stderr. */
export interface LineEditor {
  /**
   * Read a line. Between two calls the terminal is as it was before: signals come through, and what
   * is typed waits.
   */
  read(prompt: string): Promise<LineRead>
  /** Release the terminal. */
  close(): void
}

interface LineEditorOptions {
  stdin: NodeJS.ReadableStream
  stderr: TextOutput
  /** What the arrow keys bring back, the newest first. It may change while the editor is used. */
  history: readonly string[]
  complete: Completer
}

/**
 * Open a line editor on node:readline. With TERM=dumb, readline itself moves no cursor, and has no
 * history and no completion.
 */
export async function openLineEditor({stdin, stderr, history, complete}: LineEditorOptions): Promise<LineEditor> {
  const {createInterface} = await import('node:readline')
  const reads: LineRead[] = []
  let wake: (() => void) | undefined
  const put = (read: LineRead) => {
    reads.push(read)
    wake?.()
  }
  const readline = createInterface({
    input: stdin,
    output: toStream(stderr),
    terminal: true,
    history: [...history],
    // A line that is typed gets its place in the history from the owner of the history.
    historySize: history.length + HISTORY_ROOM,
    completer: (text: string, done: (err: null, completions: [string[], string]) => void) => {
      complete(text).then(
        (completions) => done(null, completions),
        () => done(null, [[], text]),
      )
    },
  })
  readline.on('history', (lines: string[]) => void lines.splice(0, lines.length, ...history))
  readline.on('line', (text) => put({kind: 'line', text: applyErasures(text)}))
  let isClosed = false
  readline.on('close', () => {
    isClosed = true
    put({kind: 'end'})
  })
  readline.on('SIGINT', () => {
    dropLine(readline, stderr)
    put({kind: 'dropped'})
  })
  // After Ctrl-Z and `fg`, readline is paused. Without this, nothing would be read any more, and
  // the process would end.
  readline.on('SIGCONT', () => readline.prompt(true))
  const rest = () => {
    if (isClosed) return
    readline.pause()
    setRawMode(stdin, false)
  }
  rest()
  return {
    async read(prompt) {
      if (reads.length === 0 && !isClosed) {
        setRawMode(stdin, true)
        readline.setPrompt(prompt)
        readline.prompt()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
        rest()
      }
      return reads.shift() ?? {kind: 'end'}
    },
    close() {
      readline.close()
    },
  }
}

/**
 * Return the line as a person means it. With TERM=dumb, readline takes the keys that erase a
 * character, a word or the line for characters of the line.
 */
function applyErasures(text: string): string {
  let line = ''
  for (const key of text) {
    if (key === '\x7f' || key === '\b') line = [...line].slice(0, -1).join('')
    else if (key === '\x15') line = ''
    else if (key === '\x17') line = line.replace(/\S*\s*$/, '')
    else line += key
  }
  return line
}

/** Lines that may be added to the history in one session. */
const HISTORY_ROOM = 1000

/** Forget the line, and go on below it. readline has no public way to do so. */
function dropLine(readline: Interface, stderr: TextOutput): void {
  readline.write(null, {ctrl: true, name: 'e'})
  stderr.write('^C\n')
  Object.assign(readline, {line: '', cursor: 0, prevRows: 0})
}

function setRawMode(stdin: NodeJS.ReadableStream, raw: boolean): void {
  if ('setRawMode' in stdin && typeof stdin.setRawMode === 'function') stdin.setRawMode(raw)
}

/** At a terminal, stderr is a stream of Node. */
function toStream(output: TextOutput): NodeJS.WritableStream {
  if (isStream(output)) return output
  throw new Error('stderr is not a terminal')
}

function isStream(output: TextOutput): output is TextOutput & NodeJS.WritableStream {
  return 'on' in output && 'end' in output
}
