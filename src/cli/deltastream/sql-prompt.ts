import {escapeControl} from '../../output/escape.ts'
import type {LineEditor} from '../../output/line-editor.ts'
import type {SessionPlaces} from '../../vendors/deltastream/api.ts'
import {isComplete, NO_LINES, readLine} from '../../vendors/deltastream/sql/split-statements.ts'
import type {SqlHistory} from './history.ts'

interface PromptOptions {
  editor: LineEditor
  history: SqlHistory
  /** Return the places of the session. */
  places(): SessionPlaces
  /** Run the statements of a text. */
  run(text: string): Promise<void>
  /** Write a line for the person. */
  note(line: string): Promise<void>
  /** Gets the lines of the statement that is being typed, each with its newline. */
  onBegun(text: string): void
}

/**
 * Read statements and run them, until `\q` or Ctrl-D. A statement ends with `;` and may have
 * several lines. Ctrl-C drops it.
 */
export async function runPrompt({editor, history, places, run, note, onBegun}: PromptOptions): Promise<void> {
  let begun = ''
  let lines = NO_LINES
  const forget = () => {
    begun = ''
    lines = NO_LINES
  }
  for (;;) {
    onBegun(begun)
    const prompt = formatPrompt(places())
    const read = await editor.read(begun === '' ? prompt : continuePrompt(prompt))
    if (read.kind === 'end') {
      // The shell goes on below this line.
      return note('')
    }
    if (read.kind === 'dropped') {
      forget()
      continue
    }
    const word = read.text.trim().replace(/;$/, '')
    if (word === '\\q' || (begun === '' && ENDS.has(word.toLowerCase()))) return
    if (begun === '' && (word.startsWith('\\') || word.toLowerCase() === 'help')) {
      await note(PROMPT_HELP)
      continue
    }
    if (begun === '' && word === '') continue
    begun += `${read.text}\n`
    lines = readLine(lines, read.text)
    if (!isComplete(lines)) continue
    const text = begun.trim()
    forget()
    onBegun(begun)
    history.add(text)
    await run(text)
  }
}

/** What people type to leave other prompts. No statement of DeltaStream is one of these words. */
const ENDS: ReadonlySet<string> = new Set(['exit', 'quit'])

export const PROMPT_HELP =
  'End a statement with ; and leave with \\q. Tab completes, the arrow keys bring back statements, Ctrl-C drops a line'

/** Return `mydb.public/prod# `, as the command line of DeltaStream draws it. */
function formatPrompt({database, schema, store}: SessionPlaces): string {
  const names = database === undefined ? '<no-db>' : [database, ...(schema === undefined ? [] : [schema])].join('.')
  return `${escapeControl(names)}/${escapeControl(store ?? '<no-store>')}# `
}

/**
 * Return the prompt of the further lines of a statement: as wide, so that the lines are aligned.
 */
function continuePrompt(prompt: string): string {
  return `${' '.repeat(Math.max(0, prompt.length - 3))}-> `
}
