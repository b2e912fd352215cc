import {CreateCommand, createFlags} from '../../../cli/astro/create-command.ts'
import {workspaceFlags} from '../../../cli/astro/entity-flags.ts'
import type {CreationPlan} from '../../../operations/astro/change-plan.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'

export default class WorkspaceTokenCreate extends CreateCommand {
  static override summary = 'Create a Workspace API token'
  static override flags = {...workspaceFlags, ...createFlags('WORKSPACE')}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --role WORKSPACE_MEMBER --expiration 30 --clean-output',
    '<%= config.bin %> <%= command.id %> --name ci --role WORKSPACE_MEMBER --expiration 30 --output token.txt',
    '<%= config.bin %> <%= command.id %> --name ci --role WORKSPACE_MEMBER --expiration 30 --unique-name --dry-run',
  ]

  protected readonly scope = 'WORKSPACE'

  protected async execute(): Promise<TokenResult | CreationPlan> {
    const {flags} = await this.parseFlags(this.parse(WorkspaceTokenCreate))
    return this.create(flags)
  }
}
