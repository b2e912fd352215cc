import * as Flags from '@oclif/core/flags'
import {choiceFlag, textFlag} from '../../../cli/flags.ts'
import {lifetimeFlags, readLifetime} from '../../../cli/motherduck/lifetime-flags.ts'
import {MotherDuckCommand, userTokenFlags} from '../../../cli/motherduck/motherduck-command.ts'
import {askName, askTtl} from '../../../cli/motherduck/questions.ts'
import {describeOwner, tokenFacts} from '../../../cli/motherduck/token-view.ts'
import {describeCreation} from '../../../cli/tokens/change-view.ts'
import {creationFlags, refusePlanForToken} from '../../../cli/tokens/mint-flags.ts'
import type {CreationPlan} from '../../../operations/motherduck/change-plan.ts'
import {checkTokenTexts, createToken, planCreation} from '../../../operations/motherduck/create-token.ts'
import type {TokenResult} from '../../../operations/motherduck/token-result.ts'
import {describeWhen, hintAtMint} from '../../../operations/tokens/word-uncertain.ts'
import {checkOutput} from '../../../output/delivery.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {TOKEN_TYPES} from '../../../vendors/motherduck/api.ts'

export default class MotherDuckTokenCreate extends MotherDuckCommand<TokenResult | CreationPlan> {
  static override summary = 'Create an access token for a MotherDuck user'
  static override description =
    'Prints only the token to stdout, and everything else to stderr. The token is shown only once. For a user who is not yourself, an Admin token is needed, and only service accounts can be given one.'
  static override flags = {
    ...userTokenFlags,
    ...creationFlags,
    name: textFlag('name', {char: 'n', description: 'Name of the token', placeholder: 'NAME'}),
    type: choiceFlag('type', {
      choices: TOKEN_TYPES,
      description: 'Type of the token: read_write or read_scaling (default: read_write)',
      placeholder: 'TYPE',
    }),
    description: textFlag('description', {
      char: 'd',
      description: 'What the token is for; it cannot be changed later',
      placeholder: 'TEXT',
      allowEmpty: true,
    }),
    ...lifetimeFlags,
    'unique-name': Flags.boolean({description: 'Fail if a token of the user already has this name'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user etl --name ci --expiration 30d --clean-output',
    '<%= config.bin %> <%= command.id %> --user etl --name bi --type read_scaling --ttl 3600 --output token.txt',
    '<%= config.bin %> <%= command.id %> --user alejandro_hagan --type read_write --name temp_token --expiration-number 1 --expiration-unit hours --token MOTHERDUCK_TOKEN',
  ]

  protected async execute(): Promise<TokenResult | CreationPlan> {
    const {flags} = await this.parseFlags(this.parse(MotherDuckTokenCreate))
    readLifetime(flags, this.runtime.now())
    refusePlanForToken(flags)
    this.requireFlags(flags, ['name'])
    const {description = '', 'unique-name': uniqueName} = flags
    if (flags.name !== undefined) checkTokenTexts({name: flags.name, description})
    checkOutput(flags.output)
    const user = await this.openUser(flags)
    const name = flags.name ?? (await this.ask('--name', (prompter) => askName(prompter)))
    checkTokenTexts({name, description})
    const kind = TOKEN_TYPES.find((type) => type === flags.type) ?? 'read_write'
    const token = {name, description, kind, ttlSeconds: await this.#readLifetime(flags)}
    if (flags['dry-run']) return planCreation(this.runtime.now(), {user, token, uniqueName})
    const options = {
      output: flags.output,
      hint: hintAtMint(user.words, name, describeWhen(this.runtime.now())),
      endHint: (id: string) => `End it with: ${user.words.command(`delete ${id} --force`)}`,
    }
    return this.mint(options, (deliver) =>
      createToken({user, token, uniqueName, deliver, warn: (text, given) => this.writer.warn(text, given)}),
    )
  }

  protected render(token: TokenResult | CreationPlan, ui: HumanView): string {
    if ('dryRun' in token) return describeCreation(token, `for the user ${token.username}`, ui)
    return [
      ui.done(`Token ${token.name} of ${token.username} was successfully created`),
      tokenFacts(token, ui),
      ...describeOwner(token).map((line) => ui.done(line)),
    ].join('\n')
  }

  /**
   * Read the lifetime. If none was given, ask at a terminal; elsewhere the token never expires,
   * with a warning. Read the clock after all questions, because a token must not outlive the given
   * date.
   */
  async #readLifetime(flags: Parameters<typeof readLifetime>[0]): Promise<number | null> {
    const seconds = readLifetime(flags, this.runtime.now())
    if (seconds !== undefined) return seconds
    if (this.prompter) return askTtl(this.prompter, () => this.runtime.now())
    await this.writer.warn('The token never expires; give --expiration to limit it', {evenClean: true})
    return null
  }
}
