import {agentFlag, deploymentFlags} from '../../../cli/astro/entity-flags.ts'
import {ListCommand, listFlags} from '../../../cli/astro/list-command.ts'
import type {ListedToken} from '../../../operations/astro/list-tokens.ts'

export default class DeploymentTokenList extends ListCommand {
  static override summary = 'List the API tokens of a Deployment'
  static override flags = {...deploymentFlags, ...listFlags('DEPLOYMENT'), agent: agentFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --sort -last-used',
    '<%= config.bin %> <%= command.id %> --expiring-within 14d --json',
  ]

  protected readonly scope = 'DEPLOYMENT'

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(DeploymentTokenList))
    return this.list(flags)
  }
}
