import {listSome} from '../lib/list-some.ts'
import type {ConnectOptions} from '../operations/connection.ts'
import type {AlreadyGone} from '../operations/ignore-gone.ts'
import type {Outcome, PreparedChange} from '../operations/tokens/bulk.ts'
import type {PreparedMint} from '../operations/tokens/mint-many.ts'
import {readSecretFile} from '../output/secret-input.ts'
import {BaseCommand} from './base-command.ts'
import {type VendorFlags, vendorFlags} from './flags.ts'
import {noteThatWeWait} from './note-that-we-wait.ts'
import type {MintSecretOptions} from './tokens/mint-secret.ts'
import type {OneFile} from './tokens/mint-tokens.ts'

/** The base of every command that goes to a vendor, or to the embedded service instead. */
export abstract class VendorCommand<Result> extends BaseCommand<Result> {
  static override baseFlags = vendorFlags

  /** Return how to connect: where the flags lead, and where to write what a person should know. */
  protected connection({
    context,
    'credential-file': credentialFile,
  }: VendorFlags): Required<Omit<ConnectOptions, 'credentialText'>> {
    const {tracer: trace, showStderr} = this
    return {context, credentialFile, trace, warn: (text) => this.writer.warn(text), showStderr}
  }

  /** Tell a person at a terminal where the command goes, if it could go elsewhere. */
  protected async sayWhere({where, isOnlyTarget}: {where: string; isOnlyTarget: boolean}): Promise<void> {
    if (isOnlyTarget || !this.runtime.stderr.isTTY) return
    const {dim} = await this.writer.errColors()
    await this.writer.note(`Using ${where}`, dim)
  }

  /**
   * Change several tokens: see `changeMany`. One question is about all of them, and --force answers
   * it.
   */
  protected async changeTokens<Plan extends object, Done extends object>(
    wanted: readonly string[],
    flags: {'dry-run': boolean; force: boolean; 'ignore-not-found'?: boolean},
    {
      verb,
      ...work
    }: {
      verb: string
      ask(described: string): string
      prepare(wanted: string): Promise<PreparedChange<Plan, Done>>
    },
  ): Promise<Outcome<Plan | Done | AlreadyGone>[]> {
    const {changeMany} = await import('../operations/tokens/bulk.ts')
    return changeMany({
      wanted,
      verb,
      ignored: flags['ignore-not-found'] === true,
      dryRun: flags['dry-run'],
      prepare: work.prepare,
      confirm: (all) => this.confirm(work.ask(listSome(all.map(({described}) => described))), flags.force),
      signals: this.runtime.signals,
      onStop: () => noteThatWeWait(this.writer),
    })
  }

  /**
   * Mint new secrets for several tokens into the files of --output-dir: see `mintTokens`. If `ask`
   * is given, one question is about all of them, and --force answers it.
   */
  protected async mintTokens<Plan extends object, Minted extends object>(
    wanted: readonly string[],
    flags: {'dry-run': boolean; force: boolean},
    {
      ask,
      ...work
    }: {
      verb: string
      folder: string
      ask: ((described: string) => string) | undefined
      prepare(wanted: string): Promise<PreparedMint<Plan, Minted>>
    },
  ): Promise<Outcome<Plan | (Minted & {file: string})>[]> {
    const {mintTokens} = await import('./tokens/mint-tokens.ts')
    const {runtime, writer} = this
    return mintTokens(
      {runtime, writer},
      {
        ...work,
        wanted,
        dryRun: flags['dry-run'],
        confirm: async (all) => {
          if (ask) await this.confirm(ask(listSome(all.map(({described}) => described))), flags.force)
        },
      },
    )
  }

  /** Check --output-dir for the one secret of a command. Call it also for a dry run. */
  protected async checkOutputDir(flags: {'output-dir'?: string | undefined}, token: {name: string}): Promise<void> {
    await this.#planOneFile(flags, token)
  }

  /** Return the file for one secret: that of --output, or a new one in --output-dir. */
  protected async chooseOutput(
    flags: {output?: string | undefined; 'output-dir'?: string | undefined},
    token: {name: string},
  ): Promise<Pick<MintSecretOptions, 'output' | 'outputFlag'>> {
    const file = await this.#planOneFile(flags, token)
    if (!file) return {output: flags.output}
    const {output, outputFlag} = file
    await file.prepare()
    return {output, outputFlag}
  }

  async #planOneFile(flags: {'output-dir'?: string | undefined}, token: {name: string}): Promise<OneFile | undefined> {
    const folder = flags['output-dir']
    if (folder === undefined) return undefined
    const {planOneFile} = await import('./tokens/mint-tokens.ts')
    return planOneFile({runtime: this.runtime, writer: this.writer}, folder, token)
  }

  /** Read the secret from --token-file; undefined if the flag is not given. */
  protected async readTokenFile(file: string | undefined): Promise<string | undefined> {
    return file === undefined ? undefined : readSecretFile(file, this.runtime)
  }
}
