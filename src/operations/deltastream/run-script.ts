import {mintsToken} from '../../vendors/deltastream/sql/mints-token.ts'
import {
  hintAtStatement,
  type MintByStatementOptions,
  type MintedByStatement,
  type MintHints,
  mintByStatement,
} from './mint-by-statement.ts'
import {type Hold, nameStatement, type SqlSession} from './sql-session.ts'
import type {StatementResult} from './statement-result.ts'

type DeliverMinted = MintByStatementOptions['deliver']

/** Where a script runs: what handles signals, and takes the results. */
export interface ScriptHost {
  /** Run work that mints nothing. A signal ends it. */
  hold: Hold
  /** Take a result without a secret. */
  show(result: StatementResult): Promise<void>
  /** Run work that mints a secret, which it passes to `deliver`: that rejects if it fails. */
  mint(options: MintHints, work: (deliver: DeliverMinted) => Promise<MintedByStatement>): Promise<void>
  /** Whether `deliver` keeps results, to write them all out at the end. */
  keepsSecrets: boolean
}

/**
 * Run statements one after the other, until one fails: its error has its number, if there are
 * several.
 */
export async function runScript(session: SqlSession, statements: string[], host: ScriptHost): Promise<void> {
  for (const [at, statement] of statements.entries()) {
    const running = mintsToken(statement)
      ? host.mint(hintAtStatement(session), (deliver) =>
          mintByStatement(session, {statement, deliver, evenAfterSignal: host.keepsSecrets}),
        )
      : session.run(statement, host.hold).then(host.show)
    await running.catch((err: unknown) => {
      throw nameStatement(err, at, statements.length)
    })
  }
}
