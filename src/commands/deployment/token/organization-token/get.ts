import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {deploymentFlags} from '../../../../cli/astro/entity-flags.ts'
import {GetCommand, getFlags} from '../../../../cli/astro/get-command.ts'
import {orgTokenNameFlag} from '../../../../cli/astro/grant-command.ts'
import type {TokenResult} from '../../../../operations/astro/token-result.ts'

export default class DeploymentTokenOrganizationTokenGet extends GetCommand {
  static override summary = 'Show an Organization API token that has a role on a Deployment'
  static override args = tokenArgument
  static override flags = {...deploymentFlags, ...getFlags, 'org-token-name': orgTokenNameFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> ops',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --json',
  ]

  protected readonly scope = 'DEPLOYMENT'
  protected override readonly tokenScope = 'ORGANIZATION'

  protected async execute(): Promise<TokenResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenOrganizationTokenGet))
    return this.get({idOrName: args.id, name: flags['org-token-name'], nameFlag: '--org-token-name'}, flags)
  }
}
