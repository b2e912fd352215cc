import {Command} from '@oclif/core/command'
import type {Config} from '@oclif/core/config'
import {wantsJson} from '../argv/normalise-argv.ts'
import {AppError} from '../errors/app-error.ts'
import {describeError} from '../errors/describe.ts'
import {isDebugging, privateDetails} from '../errors/private-details.ts'
import {clockWarning} from '../lib/clock.ts'
import type {Deliver} from '../operations/tokens/deliver.ts'
import {createHumanView, type HumanView} from '../output/human-view.ts'
import type {Prompter} from '../output/prompter.ts'
import {readWindowWidth} from '../output/window-width.ts'
import {type OutputMode, Writer} from '../output/writer.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {CommandConfig} from './command-config.ts'
import {type GlobalFlags, globalFlags} from './flags.ts'
import type {MintSecretOptions} from './tokens/mint-secret.ts'

/** How long work may take before a spinner is shown, in milliseconds. */
const SPINNER_AFTER_MS = 300

/**
 * The base of every command. A command declares flags; `execute` returns a plain object; `render`
 * formats it for people. Only this class decides where the result or the error is written and with
 * which exit code.
 */
export abstract class BaseCommand<Result> extends Command {
  static override baseFlags = globalFlags

  /**
   * Whether the command depends on the time. If it does, a clock that is not set causes a warning.
   */
  protected readonly readsClock: boolean = true
  protected writer: Writer
  protected readonly runtime: Runtime
  #mode: OutputMode = 'human'
  #mayAsk = false
  #debug = false
  /**
   * Whether DEBUG names tokenry. A service asks for each request, and to read a variable is slow.
   */
  #debugging: boolean | undefined
  /** Whether tables begin with the names of their columns. */
  #header = true
  #quiet = false
  #failIfAny = false
  /** The maximum number of rows of a list. */
  #rowsMax = Number.POSITIVE_INFINITY
  /** The destination of the secret that this command has minted; undefined if it has not. */
  #mintedTo: {output: string | undefined} | undefined

  constructor(argv: string[], config: Config) {
    super(argv, config)
    this.runtime = (config as CommandConfig).runtime
    // Until the flags are parsed, argv alone decides whether an error is JSON.
    this.#mode = wantsJson(argv) ? 'json' : 'human'
    this.writer = new Writer(this.#mode, this.runtime)
  }

  protected abstract execute(): Promise<Result>

  /** Return the result as text; an empty string prints nothing. */
  protected abstract render(result: Result, ui: HumanView): string | Promise<string>

  /** Run the command and return its exit code. */
  async run(): Promise<number> {
    try {
      const all = await this.execute()
      const result = await this.#cutList(all)
      if (this.#failIfAny) refuseRows(all, result)
      await this.succeed(result)
      await this.#sayWhereDataLives()
      return 0
    } catch (err) {
      return await this.#fail(err)
    }
  }

  /**
   * Print the result. A minted secret, or the document with it, is already written: for a person,
   * the rest follows on stderr.
   */
  protected async succeed(result: Result): Promise<void> {
    if (this.#mintedTo) {
      await this.writer.answerOnStderr(await this.render(result, await this.view('stderr')))
      await this.writer.note(`The token is not shown again.${describeFile(this.#mintedTo.output)}`)
    } else if (this.#mode === 'json') await this.writer.document({ok: true, result})
    else await this.writer.answer(await this.render(result, await this.view('stdout')))
  }

  /** Parse the flags, and apply the global flags for output and questions. */
  protected async parseFlags<Parsed extends {flags: GlobalFlags & OutputFlags}>(
    parsing: Promise<Parsed>,
  ): Promise<Parsed> {
    const parsed = await parsing
    const {flags} = parsed
    const clean = flags['clean-output'] === true
    if (clean && flags.json) {
      throw new AppError('USAGE', '--clean-output and --json exclude each other', {
        hint: 'Leave one of them out: the document of --json contains the token',
      })
    }
    this.#mode = flags.json ? 'json' : clean ? 'clean' : 'human'
    this.#quiet = flags.quiet === true
    this.writer = new Writer(this.#mode, this.runtime, {quiet: this.#quiet})
    this.#header = flags['no-header'] !== true
    this.#failIfAny = flags['fail-if-any'] === true
    this.#rowsMax = flags.limit ?? Number.POSITIVE_INFINITY
    this.#debug = flags.debug === true || flags.verbosity === 'debug' || flags.verbosity === 'trace'
    this.#mayAsk = this.#mode === 'human' && !flags['no-input'] && this.#isAtTerminal()
    const warning = this.readsClock ? clockWarning(this.runtime.now()) : null
    if (warning !== null) await this.writer.warn(warning)
    return parsed
  }

  /** Return a list without the rows beyond --limit. A person is told how many there are. */
  async #cutList(result: Result): Promise<Result> {
    if (!Array.isArray(result) || result.length <= this.#rowsMax) return result
    await this.writer.note(`${this.#rowsMax} of ${result.length} are shown; leave out --limit to see all`)
    return result.slice(0, this.#rowsMax) as Result
  }

  #isAtTerminal(): boolean {
    const {env, stderr} = this.runtime
    // stdin comes last: its first use takes 2 ms.
    return !env['CI'] && stderr.isTTY === true && this.runtime.stdin.isTTY === true
  }

  /** The prompter; null if no question may be asked. */
  protected get prompter(): Prompter | null {
    return this.#mayAsk ? this.runtime.prompter : null
  }

  /**
   * Ask for something that was not given. If no question may be asked, throw USAGE with the flag.
   */
  protected async ask<Answer>(flag: string, question: (prompter: Prompter) => Promise<Answer>): Promise<Answer> {
    if (this.prompter) return question(this.prompter)
    throw new AppError('USAGE', `${flag} is missing`, {hint: `Give ${flag}`})
  }

  /** Throw USAGE with every missing flag, if no question may be asked. */
  protected requireFlags<Name extends string>(flags: Partial<Record<Name, unknown>>, required: Name[]): void {
    const missing = required.filter((name) => flags[name] === undefined).map((name) => `--${name}`)
    if (this.prompter || missing.length === 0) return
    const names = missing.join(' and ')
    throw new AppError('USAGE', `${names} ${missing.length === 1 ? 'is' : 'are'} missing`, {
      hint: `Write, for example: ${this.#firstExample()}`,
    })
  }

  /** Return a whole command line, with values that exist. */
  #firstExample(): string {
    const {id, examples} = this.ctor
    const [example] = examples ?? []
    const line = typeof example === 'string' ? example : (example?.command ?? '')
    const words = id.replaceAll(':', ' ')
    return (
      line.replace('<%= config.bin %>', this.config.bin).replace('<%= command.id %>', words) ||
      `${this.config.bin} ${words} --help`
    )
  }

  /**
   * Throw USAGE if a confirmation will be needed and cannot be asked for. Call it before anything
   * is looked up.
   */
  protected requireForce(force: boolean | undefined, why: string): void {
    if (force || this.prompter) return
    throw new AppError('USAGE', `${why}: this needs a confirmation`, {hint: 'Confirm it with --force'})
  }

  /**
   * Ask before something that cannot be undone. `--force` answers the question; without a terminal
   * it is required.
   */
  protected async confirm(question: string, force: boolean | undefined): Promise<void> {
    if (force) return
    if (!(await this.ask('--force', (prompter) => prompter.confirm({message: question, default: false})))) {
      throw new AppError('CANCELLED', 'Cancelled; nothing was changed')
    }
  }

  /** Mint a secret and deliver it; see `mintSecret`. */
  protected async mint<Made>(
    options: MintSecretOptions,
    work: (deliver: Deliver<object>) => Promise<Made>,
  ): Promise<Made> {
    const {mintSecret} = await import('./tokens/mint-secret.ts')
    const made = await mintSecret({runtime: this.runtime, writer: this.writer}, options, work)
    this.#mintedTo = {output: options.output}
    return made
  }

  /**
   * Run work, and show a spinner at a terminal if it takes longer than `SPINNER_AFTER_MS`. The work
   * may change its text.
   */
  protected async busy<T>(text: string, work: (update: (text: string) => void) => Promise<T>): Promise<T> {
    if (!this.showStderr || !this.runtime.stderr.isTTY) return work(() => {})
    const {startSpinner} = await import('../output/spinner.ts')
    const {stderr} = this.runtime
    let current = text
    let spinner: ReturnType<typeof startSpinner> | undefined
    const timer = setTimeout(() => {
      spinner = startSpinner(stderr, current)
    }, SPINNER_AFTER_MS)
    try {
      return await work((changed) => {
        current = changed
        void spinner?.then((shown) => shown.update(changed))
      })
    } finally {
      clearTimeout(timer)
      ;(await spinner)?.stop()
    }
  }

  protected async view(stream: 'stdout' | 'stderr'): Promise<HumanView> {
    const colors = await (stream === 'stdout' ? this.writer.outColors() : this.writer.errColors())
    const width = readWindowWidth(this.runtime[stream], this.runtime.env)
    return createHumanView(this.runtime[stream], {colors, width, nowMs: this.runtime.now(), header: this.#header})
  }

  /** Write a line under --debug, --verbosity debug or DEBUG=tokenry:*. */
  protected async trace(line: string): Promise<void> {
    await this.tracer?.(line)
  }

  /** Write the private details of an error, under the same conditions. */
  protected async traceError(err: unknown): Promise<void> {
    if (this.#wantsDetails) await this.writer.debugDetails(privateDetails(err))
  }

  /** The function that writes details; undefined if they are not wanted. */
  protected get tracer(): ((line: string) => Promise<void>) | undefined {
    return this.#wantsDetails ? (line) => this.writer.debug(line) : undefined
  }

  /** Whether anything but an error may be on stderr: not under --json, --clean-output, --quiet. */
  protected get showStderr(): boolean {
    return this.#mode === 'human' && !this.#quiet
  }

  get #wantsDetails(): boolean {
    this.#debugging ??= isDebugging(this.runtime.env)
    return this.#debug || this.#debugging
  }

  /** Show the path of the store once, when the first command has created the installation. */
  async #sayWhereDataLives(): Promise<void> {
    const file = await this.runtime.newInstallation()
    if (file) await this.writer.note(`tokenry stores its tokens in ${file} (set TOKENRY_HOME to use another folder)`)
  }

  async #fail(err: unknown): Promise<number> {
    const description = describeError(err)
    const result = err instanceof AppError ? err.details.result : undefined
    if (result !== undefined && this.#mode === 'human') {
      const text = await this.render(result as Result, await this.view('stdout'))
      await this.writer.answer(text).catch(() => {})
    }
    await this.writer.fail(description, result)
    await this.traceError(err)
    return description.exitCode
  }
}

/** Flags that decide about output, and that only some commands have. */
interface OutputFlags {
  'clean-output'?: boolean
  'no-header'?: boolean
  'fail-if-any'?: boolean
  limit?: number | undefined
}

/** Throw CHECK_FAILED with the rows to print, for --fail-if-any. */
function refuseRows(all: unknown, shown: unknown): void {
  if (!Array.isArray(all) || all.length === 0) return
  throw new AppError('CHECK_FAILED', `The list has ${all.length === 1 ? 'a row' : `${all.length} rows`}`, {
    result: shown,
  })
}

/** Return ` It is in token.txt.` */
function describeFile(output: string | undefined): string {
  return output === undefined || output === '-' ? '' : ` It is in ${output}.`
}
