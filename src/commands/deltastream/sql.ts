import * as Flags from '@oclif/core/flags'
import {DeltaStreamCommand} from '../../cli/deltastream/deltastream-command.ts'
import {readScript, readsStdin} from '../../cli/deltastream/read-script.ts'
import {ScriptOutlet} from '../../cli/deltastream/script-outlet.ts'
import {fileFlag, optionalArgument, textFlag} from '../../cli/flags.ts'
import {mintFlags} from '../../cli/tokens/mint-flags.ts'
import {AppError} from '../../errors/app-error.ts'
import {describeError} from '../../errors/describe.ts'
import type {DeltaStreamService} from '../../operations/deltastream/connect.ts'
import {runScript} from '../../operations/deltastream/run-script.ts'
import {openSqlSession, type SqlSession} from '../../operations/deltastream/sql-session.ts'
import type {StatementResult} from '../../operations/deltastream/statement-result.ts'
import {checkOutput} from '../../output/delivery.ts'
import type {SessionPlaces} from '../../vendors/deltastream/api.ts'
import {mintsToken} from '../../vendors/deltastream/sql/mints-token.ts'
import {splitStatements} from '../../vendors/deltastream/sql/split-statements.ts'

export default class DeltaStreamSql extends DeltaStreamCommand<StatementResult[]> {
  static override summary = 'Run SQL statements on DeltaStream, or type them at a prompt'
  static override description =
    'Statements come from the argument, from --file, or from standard input; with none of them, a terminal gets a prompt, which `\\q` or Ctrl-D ends. Each statement is sent alone and unchanged, in the session that the one before left: USE ROLE holds. A script ends at the first statement that fails. A token that a statement returns is a part of its result, and is shown only once.'
  static override args = {
    statement: optionalArgument('One or more statements, each ended by `;`; `-` is standard input'),
  }
  static override flags = {
    file: fileFlag('file', {description: 'File with the statements; `-` is standard input'}),
    csv: Flags.boolean({description: 'Print results as CSV (RFC 4180)'}),
    ...mintFlags,
    database: placeFlag('database', 'Database in which names are looked up'),
    schema: placeFlag('schema', 'Schema in which names are looked up'),
    store: placeFlag('store', 'Store in which names are looked up'),
    role: placeFlag('role', 'Role of the session'),
  }
  static override examples = [
    `<%= config.bin %> <%= command.id %> "CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin);" --clean-output`,
    '<%= config.bin %> <%= command.id %> "LIST API_TOKENS;" --csv',
    '<%= config.bin %> <%= command.id %> --file setup.sql --json',
  ]

  /** Whether the document of --json is written already. */
  #isWritten = false

  protected async execute(): Promise<StatementResult[]> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamSql))
    const source = {statement: args.statement, file: flags.file}
    if (flags.csv && (flags.json || flags['clean-output'])) {
      throw new AppError('USAGE', `--csv and --${flags.json ? 'json' : 'clean-output'} exclude each other`, {
        hint: 'Leave one of them out',
      })
    }
    if (readsStdin(source, this.runtime) && [flags.token, flags['credential-file']].includes('-')) {
      throw new AppError('USAGE', 'Standard input cannot hold both the token to sign in with and the statements', {
        hint: 'Give the statements as an argument or with --file',
      })
    }
    checkOutput(flags.output)
    const {database, schema, store, role} = flags
    const places = withoutUndefined({database, schema, store, role})
    const format = flags.csv ? 'csv' : 'table'
    const text = await readScript(source, this.runtime)
    const statements = text === null ? null : splitStatements(text)
    if (statements) this.#check(statements, flags)
    else this.#requirePrompt(flags.output)
    const service = await this.connect(flags)
    const session = openSqlSession(service, places)
    const outlet = new ScriptOutlet({runtime: this.runtime, writer: this.writer, output: flags.output, format})
    if (statements) return this.#runScript(session, statements, outlet)
    await this.#runPrompt(service, session, outlet)
    return []
  }

  /** Everything is written when it comes, except for the document of --json. */
  protected render(): string {
    return ''
  }

  protected override async succeed(results: StatementResult[]): Promise<void> {
    if (!this.#isWritten) await super.succeed(results)
  }

  #check(statements: string[], flags: {'clean-output': boolean; output: string | undefined}): void {
    if (statements.length === 0) {
      throw new AppError('USAGE', 'There is no statement', {hint: 'Give one, such as: "LIST API_TOKENS;"'})
    }
    const flag = flags['clean-output'] ? '--clean-output' : flags.output === undefined ? null : '--output'
    const count = statements.filter(mintsToken).length
    if (flag === null || count === 1) return
    throw new AppError('USAGE', `${flag} needs exactly one statement that returns a token, and there are ${count}`, {
      hint: `Give one CREATE API_TOKEN or ALTER API_TOKEN statement, or leave out ${flag}`,
    })
  }

  #requirePrompt(output: string | undefined): void {
    if (!this.prompter) {
      throw new AppError('USAGE', 'STATEMENT is missing', {
        hint: 'Give it as an argument, with --file, or on standard input',
      })
    }
    if (output === undefined) return
    throw new AppError('USAGE', '--output needs a statement', {
      hint: 'Give the statement as an argument, or leave out --output',
    })
  }

  async #runScript(session: SqlSession, statements: string[], outlet: ScriptOutlet): Promise<StatementResult[]> {
    try {
      await runScript(session, statements, outlet)
    } catch (err) {
      if (await outlet.writeSecrets(session, err)) throw err
      if (!(err instanceof AppError) || outlet.kept.length === 0) throw err
      throw new AppError(err.code, err.message, {...err.details, cause: err, result: outlet.kept})
    }
    this.#isWritten = await outlet.writeSecrets(session)
    return outlet.kept
  }

  async #runPrompt(service: DeltaStreamService, session: SqlSession, outlet: ScriptOutlet): Promise<void> {
    const {openSqlPrompt} = await import('../../cli/deltastream/open-sql-prompt.ts')
    await openSqlPrompt({
      runtime: this.runtime,
      service,
      session,
      warn: (text) => this.writer.warn(text),
      note: (line) => this.writer.note(line),
      run: async (statements) => {
        try {
          await runScript(session, statements, outlet)
        } catch (err) {
          if (endsSession(err, this.runtime.signals.abandoned)) throw err
          await this.writer.fail(describeError(err))
          await this.traceError(err)
        }
      },
    })
  }
}

function placeFlag(name: keyof SessionPlaces, description: string) {
  return textFlag(name, {description: `${description} (default: that of the context)`, placeholder: 'NAME'})
}

function withoutUndefined(places: {[Key in keyof SessionPlaces]: string | undefined}): SessionPlaces {
  return Object.fromEntries(Object.entries(places).filter(([, value]) => value !== undefined))
}

/**
 * Return whether the prompt cannot go on: results can no longer be written, or a statement that may
 * return a secret was abandoned.
 */
function endsSession(err: unknown, abandoned: boolean): boolean {
  if (!(err instanceof AppError)) return true
  return err.code === 'UNDELIVERED' || err.code === 'INTERNAL' || (err.code === 'UNCERTAIN' && abandoned)
}
