import {DeploymentCommand, deploymentFlags, roleFlag} from '../../../cli/deployment-command.ts'
import {optionalArgument, textFlag, tokenNameFlag} from '../../../cli/flags.ts'
import {askName, askRole} from '../../../cli/questions.ts'
import {tokenFacts} from '../../../cli/token-view.ts'
import {AppError} from '../../../errors/app-error.ts'
import type {DeploymentEntity} from '../../../operations/astro/open-deployment.ts'
import {roleOn, type TokenResult} from '../../../operations/astro/token-result.ts'
import {updateToken} from '../../../operations/astro/update-token.ts'
import type {HumanView} from '../../../output/human-view.ts'
import type {AstroToken} from '../../../vendors/astro/api.ts'

interface Change {
  newName?: string | undefined
  description?: string | undefined
  role?: string | undefined
}

export default class DeploymentTokenUpdate extends DeploymentCommand<TokenResult> {
  static override summary = 'Rename or describe a Deployment API token, or give it another role'
  static override description = 'What is not given stays as it is. The value of the token stays valid.'
  static override args = {id: optionalArgument('Id of the token; asked for when nothing else says which')}
  static override flags = {
    ...deploymentFlags,
    name: tokenNameFlag,
    'new-name': textFlag('new-name', {char: 'n', description: 'New name of the token', placeholder: 'NAME'}),
    description: textFlag('description', {
      char: 'd',
      description: 'What the token is for; an empty text clears it',
      placeholder: 'TEXT',
      allowEmpty: true,
    }),
    role: roleFlag,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --new-name deploy',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --role DEPLOYMENT_ADMIN --description ""',
  ]

  protected async execute(): Promise<TokenResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenUpdate))
    const given: Change = {newName: flags['new-name'], description: flags.description, role: flags.role}
    const nothingGiven = Object.values(given).every((value) => value === undefined)
    if (nothingGiven && !this.prompter) {
      throw new AppError('USAGE', 'Nothing says what to change', {hint: 'Give --new-name, --description or --role'})
    }
    const entity = await this.openDeployment(flags)
    const token = await this.pickToken(entity, {id: args.id, name: flags.name}, 'Which API token to update?')
    const change = nothingGiven ? await this.#askChange(entity, token) : given
    return updateToken({entity, token, ...change})
  }

  protected render(token: TokenResult, ui: HumanView): string {
    return [ui.done(`Deployment API token ${token.name} was successfully updated`), tokenFacts(token, ui)].join('\n')
  }

  #askChange(entity: DeploymentEntity, token: AstroToken): Promise<Change> {
    return this.ask('--new-name', async (prompter) => ({
      newName: await askName(prompter, token.name),
      description: await prompter.input({message: 'New description', default: token.description}),
      role: await askRole(prompter, entity.target, roleOn(token, entity)?.role),
    }))
  }
}
