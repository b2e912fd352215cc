import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {roleFlag, workspaceTokenFlags} from '../../../../cli/astro/entity-flags.ts'
import {ChangeRoleCommand, grantFlags, workspaceTokenNameFlag} from '../../../../cli/astro/grant-command.ts'
import type {ChangePlan} from '../../../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../../../operations/astro/grant-role.ts'

export default class DeploymentTokenWorkspaceTokenUpdate extends ChangeRoleCommand {
  static override summary = 'Change the role of a Workspace API token on a Deployment'
  static override args = tokenArgument
  static override flags = {
    ...workspaceTokenFlags,
    ...grantFlags,
    'workspace-token-name': workspaceTokenNameFlag,
    role: roleFlag('DEPLOYMENT'),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --workspace-token-name ops --role DEPLOYMENT_ADMIN',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --role DEPLOYMENT_ADMIN --dry-run',
  ]

  protected readonly scope = 'DEPLOYMENT'
  protected readonly tokenScope = 'WORKSPACE'

  protected async execute(): Promise<ChangedToken | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenWorkspaceTokenUpdate))
    return this.change({id: args.id, name: flags['workspace-token-name']}, flags)
  }
}
