import {deploymentFlags} from '../../../../cli/astro/entity-flags.ts'
import {ListCommand, listFlags} from '../../../../cli/astro/list-command.ts'
import type {ListedToken} from '../../../../operations/astro/list-tokens.ts'

export default class DeploymentTokenWorkspaceTokenList extends ListCommand {
  static override summary = 'List the Workspace API tokens that have a role on a Deployment'
  static override flags = {...deploymentFlags, ...listFlags('DEPLOYMENT')}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected readonly scope = 'DEPLOYMENT'
  protected override readonly tokenScope = 'WORKSPACE'

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(DeploymentTokenWorkspaceTokenList))
    return this.list(flags)
  }
}
