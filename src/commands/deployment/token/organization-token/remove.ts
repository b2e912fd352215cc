import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {deploymentFlags} from '../../../../cli/astro/entity-flags.ts'
import {grantFlags, orgTokenNameFlag, RemoveRoleCommand} from '../../../../cli/astro/grant-command.ts'
import type {ChangePlan} from '../../../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../../../operations/astro/grant-role.ts'

export default class DeploymentTokenOrganizationTokenRemove extends RemoveRoleCommand {
  static override summary = 'Remove the role of an Organization API token on a Deployment'
  static override args = tokenArgument
  static override flags = {...deploymentFlags, ...grantFlags, 'org-token-name': orgTokenNameFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --org-token-name ops',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --dry-run',
  ]

  protected readonly scope = 'DEPLOYMENT'
  protected readonly tokenScope = 'ORGANIZATION'

  protected async execute(): Promise<ChangedToken | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenOrganizationTokenRemove))
    return this.remove({id: args.id, name: flags['org-token-name']}, flags)
  }
}
