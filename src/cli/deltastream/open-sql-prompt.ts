import type {DeltaStreamService} from '../../operations/deltastream/connect.ts'
import {openSqlSession, type SqlSession} from '../../operations/deltastream/sql-session.ts'
import {openLineEditor} from '../../output/line-editor.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {LIST_TOKENS} from '../../vendors/deltastream/sql/render.ts'
import {splitStatements} from '../../vendors/deltastream/sql/split-statements.ts'
import {createSqlCompleter} from './complete-sql.ts'
import {openSqlHistory} from './history.ts'
import {runPrompt} from './sql-prompt.ts'

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

/** A session of its own, so that the one of the prompt does not change. */
async function readTokenNames(service: DeltaStreamService, {places}: SqlSession): Promise<string[]> {
  const {columns, rows} = await openSqlSession(service, places).run(LIST_TOKENS)
  const at = columns.findIndex(({name}) => name.toLowerCase() === 'name')
  return rows.flatMap((row) => row[at] ?? [])
}
