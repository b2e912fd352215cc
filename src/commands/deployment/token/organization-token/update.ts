import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {deploymentFlags, roleFlag} from '../../../../cli/astro/entity-flags.ts'
import {ChangeRoleCommand, grantFlags, orgTokenNameFlag} from '../../../../cli/astro/grant-command.ts'
import type {ChangePlan} from '../../../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../../../operations/astro/grant-role.ts'

export default class DeploymentTokenOrganizationTokenUpdate extends ChangeRoleCommand {
  static override summary = 'Change the role of an Organization API token on a Deployment'
  static override args = tokenArgument
  static override flags = {
    ...deploymentFlags,
    ...grantFlags,
    'org-token-name': orgTokenNameFlag,
    role: roleFlag('DEPLOYMENT'),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --org-token-name ops --role DEPLOYMENT_ADMIN',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --role DEPLOYMENT_ADMIN --dry-run',
  ]

  protected readonly scope = 'DEPLOYMENT'
  protected readonly tokenScope = 'ORGANIZATION'

  protected async execute(): Promise<ChangedToken | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenOrganizationTokenUpdate))
    return this.change({id: args.id, name: flags['org-token-name']}, flags)
  }
}
