import {workspaceFlags} from '../../../cli/astro/entity-flags.ts'
import {ListCommand, listFlags} from '../../../cli/astro/list-command.ts'
import type {ListedToken} from '../../../operations/astro/list-tokens.ts'

export default class WorkspaceTokenList extends ListCommand {
  static override summary = 'List the API tokens of a Workspace'
  static override flags = {...workspaceFlags, ...listFlags('WORKSPACE')}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --sort -last-used',
    '<%= config.bin %> <%= command.id %> --unused-for 90d --json',
  ]

  protected readonly scope = 'WORKSPACE'

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(WorkspaceTokenList))
    return this.list(flags)
  }
}
