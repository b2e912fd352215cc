import {workspaceFlags} from '../../../../cli/astro/entity-flags.ts'
import {ListCommand, listFlags} from '../../../../cli/astro/list-command.ts'
import type {ListedToken} from '../../../../operations/astro/list-tokens.ts'

export default class WorkspaceTokenOrganizationTokenList extends ListCommand {
  static override summary = 'List the Organization API tokens that have a role on a Workspace'
  static override flags = {...workspaceFlags, ...listFlags('WORKSPACE')}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected readonly scope = 'WORKSPACE'
  protected override readonly tokenScope = 'ORGANIZATION'

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(WorkspaceTokenOrganizationTokenList))
    return this.list(flags)
  }
}
