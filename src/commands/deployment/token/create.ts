import * as Flags from '@oclif/core/flags'
import {deploymentFlags, roleFlag} from '../../../cli/deployment-command.ts'
import {textFlag} from '../../../cli/flags.ts'
import {MintCommand, mintFlags} from '../../../cli/mint-command.ts'
import {askExpiration, askName, askRole} from '../../../cli/questions.ts'
import {tokenFacts} from '../../../cli/token-view.ts'
import {parseExpiration} from '../../../lib/duration.ts'
import {checkNewToken, createToken} from '../../../operations/astro/create-token.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'
import {checkOutput} from '../../../output/delivery.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class DeploymentTokenCreate extends MintCommand {
  static override summary = 'Create a Deployment API token'
  static override description =
    'The token alone goes to stdout, everything that is said about it to stderr. It is shown this once.'
  static override flags = {
    ...deploymentFlags,
    ...mintFlags,
    name: textFlag('name', {char: 'n', description: 'Name of the token', placeholder: 'NAME'}),
    description: textFlag('description', {
      char: 'd',
      description: 'What the token is for',
      placeholder: 'TEXT',
      allowEmpty: true,
    }),
    role: roleFlag,
    expiration: textFlag('expiration', {
      char: 'e',
      description:
        'Days until the token expires, 1-3650; whole days as 12w, 1y or 48h; the last whole day before a date such as 2027-01-31; or never, the default in scripts',
      placeholder: 'DAYS',
    }),
    'unique-name': Flags.boolean({description: 'Refuse the name when a token of the deployment bears it now'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --role DEPLOYMENT_ADMIN --expiration 30 --clean-output',
    '<%= config.bin %> <%= command.id %> --name ci --role DEPLOYMENT_ADMIN --expiration 30 --output token.txt',
  ]

  protected async execute(): Promise<TokenResult> {
    const {flags} = await this.parseFlags(this.parse(DeploymentTokenCreate))
    const now = this.runtime.now()
    const expiration = flags.expiration === undefined ? undefined : parseExpiration(flags.expiration, now)
    this.requireFlags(flags, ['name', 'role'])
    checkOutput(flags.output)
    const entity = await this.openDeployment(flags)
    const name = flags.name ?? (await this.ask('--name', (prompter) => askName(prompter)))
    const role = flags.role ?? (await this.ask('--role', (prompter) => askRole(prompter, entity.target)))
    const {description = '', 'unique-name': uniqueName} = flags
    await checkNewToken(entity, {name, description, role})
    const expirationDays = expiration === undefined ? await this.#expiration() : expiration
    return this.deliverBy(flags.output, (deliver) =>
      createToken({entity, name, role, description, expirationDays, uniqueName, deliver}),
    )
  }

  protected render(token: TokenResult, ui: HumanView): string {
    return [ui.done(`Deployment API token ${token.name} was successfully created`), tokenFacts(token, ui)].join('\n')
  }

  /** Absent: asked for at a terminal, else never, which is said. */
  async #expiration(): Promise<number | null> {
    if (this.prompter) return askExpiration(this.prompter, this.runtime.now())
    await this.writer.warn('The token never expires; give --expiration to limit it')
    return null
  }
}
