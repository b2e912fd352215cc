import {AppError} from '../../errors/app-error.ts'
import type {SessionPlaces} from '../../vendors/deltastream/api.ts'
import type {DeltaStreamService} from './connect.ts'
import {runStatement} from './run-statement.ts'
import {type StatementResult, toStatementResult} from './statement-result.ts'

/** Statements that run one after the other: each begins in the places where the last one ended. */
export interface SqlSession {
  /** Where names are looked up now. */
  readonly places: SessionPlaces
  /**
   * Run one statement, unchanged. Errors: see `runStatement`. If `hold` abandons it, the places
   * stay as they were, even if an answer comes later.
   */
  run(statement: string, hold?: Hold): Promise<StatementResult>
  /** Run one statement in other places. Those of the session stay as they are. */
  runIn(places: SessionPlaces, statement: string): Promise<StatementResult>
  /** Return a command for the same target, ready to paste. */
  command(words: string): string
}

/** Runs work while signals are handled. */
export type Hold = <Result>(work: () => Promise<Result>) => Promise<Result>

/** Return a session at a service. `places` replace those of its context. */
export function openSqlSession(
  {api, session, targetFlags}: Pick<DeltaStreamService, 'api' | 'session' | 'targetFlags'>,
  places: SessionPlaces,
): SqlSession {
  let current = {...session, ...places}
  return {
    get places() {
      return current
    },
    async run(statement, hold = (work) => work()) {
      const ran = await hold(() => runStatement(api, statement, current))
      current = ran.session
      return toStatementResult(ran.result)
    },
    async runIn(elsewhere, statement) {
      return toStatementResult((await runStatement(api, statement, elsewhere)).result)
    },
    command: (words) => `tokenry deltastream ${words}${targetFlags}`,
  }
}

/** Return the error of one statement of a script, with its number if there are several. */
export function nameStatement(err: unknown, at: number, count: number): unknown {
  if (count === 1 || !(err instanceof AppError)) return err
  return new AppError(err.code, `Statement ${at + 1} of ${count}: ${err.message}`, {...err.details, cause: err})
}
