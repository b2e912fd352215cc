import {describeError} from '../../errors/describe.ts'
import {absolutePath} from '../../files/absolute-path.ts'
import {
  endUndelivered,
  hintAtStatement,
  type MintedByStatement,
  type MintHints,
} from '../../operations/deltastream/mint-by-statement.ts'
import type {ScriptHost} from '../../operations/deltastream/run-script.ts'
import type {Hold, SqlSession} from '../../operations/deltastream/sql-session.ts'
import {type StatementResult, withoutSecret} from '../../operations/deltastream/statement-result.ts'
import type {Writer} from '../../output/writer.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {mintSecret} from '../tokens/mint-secret.ts'

interface ScriptOutletOptions {
  runtime: Runtime
  writer: Writer
  /** From --output. */
  output: string | undefined
  format: 'table' | 'csv'
}

/**
 * Where the results of a script go: each is written when it comes; under --json all are kept, and
 * written as one document at the end. A secret in them is delivered as `mintSecret` does it.
 */
export class ScriptOutlet implements ScriptHost {
  /** Results for the document of --json. */
  readonly kept: StatementResult[] = []
  readonly #options: ScriptOutletOptions
  /** Secrets in `kept` that are not written out yet. */
  readonly #secrets: MintedByStatement[] = []
  #written = 0

  constructor(options: ScriptOutletOptions) {
    this.#options = options
  }

  get keepsSecrets(): boolean {
    return this.#isJson && !this.#toFile
  }

  hold: Hold = (work) =>
    this.#options.runtime.signals.hold(work, {
      waitMs: 0,
      onStop() {},
      hint: 'The statement may have been done: look before you run it again',
    })

  show = async (result: StatementResult): Promise<void> => {
    const {writer, output} = this.#options
    if (this.#isJson) this.kept.push(result)
    else if (writer.mode === 'clean') return
    else if (output === undefined) await writer.answer(await this.#format(result))
    else await writer.answerOnStderr((await this.#format(result)).trimEnd())
  }

  async mint(hints: MintHints, work: Parameters<ScriptHost['mint']>[1]): Promise<void> {
    const {runtime, writer, output} = this.#options
    let current: MintedByStatement | undefined
    const form = {toStdout: async () => (current ? this.#putSecret(current) : undefined)}
    const minted = await mintSecret({runtime, writer}, {output, form, ...hints}, (deliver) =>
      work(async (given, options) => {
        current = given
        await deliver(given.secret, given.name === null ? {} : {name: given.name}, options)
      }),
    )
    if (output !== undefined && !this.keepsSecrets) await this.#showWithoutSecret(minted)
    if (!this.keepsSecrets)
      await writer.note(`The token is not shown again.${this.#toFile ? ` It is in ${output}.` : ''}`)
  }

  /**
   * Write the document of --json if it holds a secret, and return whether it was written. If that
   * fails, new tokens are dropped again: see `endUndelivered`.
   */
  async writeSecrets(session: SqlSession, failure?: unknown): Promise<boolean> {
    if (this.#secrets.length === 0) return false
    const {runtime, writer} = this.#options
    const outcome =
      failure === undefined
        ? {ok: true, result: this.kept}
        : {ok: false, result: this.kept, error: describeError(failure)}
    try {
      await runtime.signals.hold(() => writer.secretDocument(outcome), {
        mints: true,
        onStop() {},
        hint: hintAtStatement(session).hint,
      })
      return true
    } catch (cause) {
      throw await endUndelivered(session, this.#secrets, cause)
    }
  }

  get #isJson(): boolean {
    return this.#options.writer.mode === 'json'
  }

  get #toFile(): boolean {
    const {output} = this.#options
    return output !== undefined && output !== '-'
  }

  async #putSecret(minted: MintedByStatement): Promise<void> {
    if (this.#isJson) {
      this.#secrets.push(minted)
      this.kept.push(minted.result)
    } else await this.#options.writer.secret(await this.#format(minted.result))
  }

  async #showWithoutSecret({result}: MintedByStatement): Promise<void> {
    const {output} = this.#options
    const file = output !== undefined && this.#toFile ? {file: absolutePath(output, '--output')} : {}
    await this.show({...withoutSecret(result), ...file})
  }

  /**
   * Return a result as text. Tables follow each other directly; CSV has an empty line between two.
   */
  async #format(result: StatementResult): Promise<string> {
    const {format, runtime} = this.#options
    this.#written += 1
    if (format === 'table') return (await import('./result-table.ts')).renderResultTable(result)
    const {renderResultCsv} = await import('./result-csv.ts')
    const text = renderResultCsv(result, {terminal: runtime.stdout.isTTY === true})
    return this.#written > 1 && text !== '' ? `\r\n${text}` : text
  }
}
