import {DeleteCommand, type DeleteResult, deleteFlags, tokensToDelete} from '../../../cli/astro/delete-command.ts'
import {workspaceFlags} from '../../../cli/astro/entity-flags.ts'

export default class WorkspaceTokenDelete extends DeleteCommand {
  static override summary = 'Delete a Workspace API token'
  static override args = tokensToDelete
  static override flags = {...workspaceFlags, ...deleteFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --force',
    '<%= config.bin %> <%= command.id %> --name ci --unused-for 7d --force',
    '<%= config.bin %> <%= command.id %> old-ci older-ci --dry-run',
  ]

  protected readonly scope = 'WORKSPACE'

  protected async execute(): Promise<DeleteResult> {
    const {args, flags} = await this.parseFlags(this.parse(WorkspaceTokenDelete))
    return this.delete(args.id, flags)
  }
}
