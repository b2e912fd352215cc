import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {workspaceFlags} from '../../../../cli/astro/entity-flags.ts'
import {
  orgTokenNameFlag,
  type RemoveResult,
  RemoveRoleCommand,
  removeFlags,
} from '../../../../cli/astro/grant-command.ts'

export default class WorkspaceTokenOrganizationTokenRemove extends RemoveRoleCommand {
  static override summary = 'Remove the role of an Organization API token on a Workspace'
  static override args = tokenArgument
  static override flags = {...workspaceFlags, ...removeFlags, 'org-token-name': orgTokenNameFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --org-token-name ops',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --dry-run',
  ]

  protected readonly scope = 'WORKSPACE'
  protected readonly tokenScope = 'ORGANIZATION'

  protected async execute(): Promise<RemoveResult> {
    const {args, flags} = await this.parseFlags(this.parse(WorkspaceTokenOrganizationTokenRemove))
    return this.remove({id: args.id, name: flags['org-token-name']}, flags)
  }
}
