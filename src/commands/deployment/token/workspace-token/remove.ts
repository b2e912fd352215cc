import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {workspaceTokenFlags} from '../../../../cli/astro/entity-flags.ts'
import {
  type RemoveResult,
  RemoveRoleCommand,
  removeFlags,
  workspaceTokenNameFlag,
} from '../../../../cli/astro/grant-command.ts'

export default class DeploymentTokenWorkspaceTokenRemove extends RemoveRoleCommand {
  static override summary = 'Remove the role of a Workspace API token on a Deployment'
  static override args = tokenArgument
  static override flags = {...workspaceTokenFlags, ...removeFlags, 'workspace-token-name': workspaceTokenNameFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --workspace-token-name ops',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --dry-run',
  ]

  protected readonly scope = 'DEPLOYMENT'
  protected readonly tokenScope = 'WORKSPACE'

  protected async execute(): Promise<RemoveResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenWorkspaceTokenRemove))
    return this.remove({id: args.id, name: flags['workspace-token-name']}, flags)
  }
}
