import {
  type LifetimeFlags,
  lifetimeFlags,
  readLifetime,
  type TokenLifetime,
} from '../../../cli/deltastream/lifetime-flags.ts'
import {mintedFacts, readTimesMode} from '../../../cli/deltastream/minted-view.ts'
import {askLifetime, askName, askRole} from '../../../cli/deltastream/questions.ts'
import {DeltaStreamTokenCommand, readName} from '../../../cli/deltastream/token-command.ts'
import {optionalArgument, textFlag} from '../../../cli/flags.ts'
import {describeCreation} from '../../../cli/tokens/change-view.ts'
import {creationFlags, refusePlanForToken} from '../../../cli/tokens/mint-flags.ts'
import {DAY_MS} from '../../../lib/duration.ts'
import {toRfc3339} from '../../../lib/rfc3339.ts'
import {shellName} from '../../../lib/shell-path.ts'
import type {CreationPlan} from '../../../operations/deltastream/change-plan.ts'
import {
  type CreatedToken,
  checkNewToken,
  createToken,
  type PlanOptions,
  planCreation,
} from '../../../operations/deltastream/create-token.ts'
import {describeWhen, hintAtMint} from '../../../operations/tokens/word-uncertain.ts'
import {checkOutput} from '../../../output/delivery.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {DELTASTREAM_LIMITS} from '../../../vendors/deltastream/api.ts'

export default class DeltaStreamTokenCreate extends DeltaStreamTokenCommand<CreatedToken | CreationPlan> {
  static override summary = 'Create an API token of DeltaStream'
  static override description =
    'Prints only the token to stdout, and everything else to stderr. The token is shown only once. It acts with its role, which you must have. Every token ends.'
  static override args = {name: optionalArgument('Name of the new token; it is unique in the organization')}
  static override flags = {
    ...creationFlags,
    name: textFlag('name', {
      char: 'n',
      description: 'Name of the new token, instead of the argument',
      placeholder: 'NAME',
    }),
    role: textFlag('role', {
      char: 'r',
      description: 'Role that the token acts with, in the case in which `role list` shows it',
      placeholder: 'ROLE',
      completes: 'role',
    }),
    ...lifetimeFlags,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> ci --role sysadmin --expires-in-days 90 --clean-output',
    '<%= config.bin %> <%= command.id %> --name ci --role sysadmin --expiration 12w --output token.txt',
  ]

  protected async execute(): Promise<CreatedToken | CreationPlan> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamTokenCreate))
    const given = {name: readName(args.name, flags.name), role: flags.role}
    readLifetime(flags, this.runtime.now())
    refusePlanForToken(flags)
    this.requireFlags(given, ['name', 'role'])
    checkNewToken(given)
    checkOutput(flags.output)
    const tokens = await this.openTokens(flags)
    const name = given.name ?? (await this.ask('NAME', (prompter) => askName(prompter, 'API token')))
    const role = given.role ?? (await this.ask('--role', (prompter) => askRole(prompter, tokens.service)))
    const {days: expiresInDays, rounded} = await this.#readLifetime(flags)
    const token = {name, role, expiresInDays}
    if (flags['dry-run']) return this.#plan({tokens, token}, rounded)
    const options = {
      output: flags.output,
      hint: hintAtMint(tokens.words, name, describeWhen(this.runtime.now())),
      endHint: (key: string) => `End it with: ${tokens.words.command(`drop ${shellName(key)} --force`)}`,
    }
    return this.mint(options, (deliver) =>
      createToken({
        tokens,
        token,
        times: readTimesMode(flags),
        warn: (text, given) => this.writer.warn(text, given),
        deliver: async (secret, result, delivery) => {
          await this.#warnOfRounding(rounded, result.expiresAt)
          await deliver(secret, result, delivery)
        },
      }),
    )
  }

  protected render(token: CreatedToken | CreationPlan, ui: HumanView): string {
    if ('dryRun' in token) return describeCreation(token, `in ${token.where}`, ui)
    return [ui.done(`API token ${token.name} was successfully created`), mintedFacts(token, ui)].join('\n')
  }

  /** Return the plan, with the warning that the new token would cause. */
  async #plan(options: PlanOptions, rounded: TokenLifetime['rounded']): Promise<CreationPlan> {
    const now = this.runtime.now()
    const plan = await planCreation(now, options)
    await this.#warnOfRounding(rounded, toRfc3339(now + options.token.expiresInDays * DAY_MS))
    return plan
  }

  /**
   * Read the lifetime. If none was given, ask at a terminal; elsewhere use the default of
   * DeltaStream. Read the clock after all questions, because a token must not outlive the given
   * date.
   */
  async #readLifetime(flags: LifetimeFlags): Promise<TokenLifetime> {
    const lifetime = readLifetime(flags, this.runtime.now())
    if (lifetime !== undefined) return lifetime
    if (this.prompter) return askLifetime(this.prompter, () => this.runtime.now())
    return {days: DELTASTREAM_LIMITS.expiresInDaysDefault}
  }

  async #warnOfRounding(rounded: TokenLifetime['rounded'], expiresAt: string | null | undefined): Promise<void> {
    if (!rounded) return
    const end = expiresAt ?? toRfc3339(rounded.endMs)
    await this.writer.warn(`The token ends at ${end}: ${rounded.text} is rounded down to whole days`, {evenClean: true})
  }
}
