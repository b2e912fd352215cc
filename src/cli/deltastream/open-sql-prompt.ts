import type {DeltaStreamService} from '../../operations/deltastream/connect.ts'
import type {SqlSession} from '../../operations/deltastream/sql-session.ts'
import {openLineEditor} from '../../output/line-editor.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {splitStatements} from '../../vendors/deltastream/sql/split-statements.ts'
import {deltaStreamTokenPort} from '../../vendors/deltastream/token-port.ts'
import {createSqlCompleter} from './complete-sql.ts'
import {openSqlHistory} from './history.ts'
import {PROMPT_HELP, runPrompt} from './sql-prompt.ts'

interface SqlPromptOptions {
  runtime: Runtime
  service: DeltaStreamService
  session: SqlSession
  warn(text: string): Promise<void>
  note(line: string): Promise<void>
  run(statements: string[]): Promise<void>
}

/** Open the prompt at a terminal, and read and run statements until the person ends it. */
export async function openSqlPrompt({runtime, service, session, warn, note, run}: SqlPromptOptions): Promise<void> {
  const {stdin, stderr} = runtime
  const history = openSqlHistory(runtime.folders().data, (text) => void warn(text))
  let begun = ''
  let names: Promise<string[]> | undefined
  const listTokenNames = () => {
    names ??= readTokenNames(service, session)
    return names
  }
  const complete = createSqlCompleter({listTokenNames, before: () => begun})
  await note(PROMPT_HELP)
  const editor = await openLineEditor({stdin, stderr, history: history.entries, complete})
  try {
    await runPrompt({
      editor,
      history,
      places: () => session.places,
      note,
      onBegun(text) {
        begun = text
      },
      async run(text) {
        names = undefined
        await run(splitStatements(text))
      },
    })
  } finally {
    editor.close()
  }
}

/** How long Tab may wait. Until then, the terminal takes no key, not even Ctrl-C. */
const NAMES_WAIT_MS = 1000

async function readTokenNames(service: DeltaStreamService, {places}: SqlSession): Promise<string[]> {
  const tokens = await deltaStreamTokenPort({...service, session: places}).listWithin(NAMES_WAIT_MS)
  return tokens.map(({name}) => name)
}
