import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {deploymentFlags} from '../../../../cli/astro/entity-flags.ts'
import {
  orgTokenNameFlag,
  type RemoveResult,
  RemoveRoleCommand,
  removeFlags,
} from '../../../../cli/astro/grant-command.ts'

export default class DeploymentTokenOrganizationTokenRemove extends RemoveRoleCommand {
  static override summary = 'Remove the role of an Organization API token on a Deployment'
  static override args = tokenArgument
  static override flags = {...deploymentFlags, ...removeFlags, 'org-token-name': orgTokenNameFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --org-token-name ops',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --dry-run',
  ]

  protected readonly scope = 'DEPLOYMENT'
  protected readonly tokenScope = 'ORGANIZATION'

  protected async execute(): Promise<RemoveResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenOrganizationTokenRemove))
    return this.remove({id: args.id, name: flags['org-token-name']}, flags)
  }
}
