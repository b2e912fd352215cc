import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {roleFlag, workspaceFlags} from '../../../../cli/astro/entity-flags.ts'
import {ChangeRoleCommand, grantFlags, orgTokenNameFlag} from '../../../../cli/astro/grant-command.ts'
import type {ChangePlan} from '../../../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../../../operations/astro/grant-role.ts'

export default class WorkspaceTokenOrganizationTokenUpdate extends ChangeRoleCommand {
  static override summary = 'Change the role of an Organization API token on a Workspace'
  static override args = tokenArgument
  static override flags = {
    ...workspaceFlags,
    ...grantFlags,
    'org-token-name': orgTokenNameFlag,
    role: roleFlag('WORKSPACE'),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --org-token-name ops --role WORKSPACE_MEMBER',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --role WORKSPACE_MEMBER --dry-run',
  ]

  protected readonly scope = 'WORKSPACE'
  protected readonly tokenScope = 'ORGANIZATION'

  protected async execute(): Promise<ChangedToken | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(WorkspaceTokenOrganizationTokenUpdate))
    return this.change({id: args.id, name: flags['org-token-name']}, flags)
  }
}
