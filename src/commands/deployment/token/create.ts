import {CreateCommand, createFlags} from '../../../cli/astro/create-command.ts'
import {agentFlag, deploymentFlags} from '../../../cli/astro/entity-flags.ts'
import type {CreationPlan} from '../../../operations/astro/change-plan.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'

export default class DeploymentTokenCreate extends CreateCommand {
  static override summary = 'Create a Deployment API token'
  static override flags = {...deploymentFlags, ...createFlags('DEPLOYMENT'), agent: agentFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --role DEPLOYMENT_ADMIN --expiration 30 --clean-output',
    '<%= config.bin %> <%= command.id %> --name ci --role DEPLOYMENT_ADMIN --expiration 30 --output token.txt',
    '<%= config.bin %> <%= command.id %> --name ci --role DEPLOYMENT_ADMIN --expiration 30 --unique-name --dry-run',
    '<%= config.bin %> <%= command.id %> --agent --name remote-1 --expiration 90 --output agent.txt',
  ]

  protected readonly scope = 'DEPLOYMENT'

  protected async execute(): Promise<TokenResult | CreationPlan> {
    const {flags} = await this.parseFlags(this.parse(DeploymentTokenCreate))
    return this.create(flags)
  }
}
