import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../operations/astro/grant-role.ts'
import {tokenArgument} from './entity-command.ts'
import {roleFlag, workspaceFlags} from './entity-flags.ts'
import {AddRoleCommand, grantFlags, orgTokenNameFlag} from './grant-command.ts'

/**
 * astro has this command under two names: workspace token add, and workspace token
 * organization-token add.
 */
export abstract class AddToWorkspaceCommand extends AddRoleCommand {
  static override summary = 'Give an Organization API token a role on a Workspace'
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
    const {args, flags} = await this.parseFlags(this.parse(AddToWorkspaceCommand))
    return this.add({id: args.id, name: flags['org-token-name']}, flags)
  }
}
