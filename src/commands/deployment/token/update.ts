import {tokenArgument} from '../../../cli/astro/entity-command.ts'
import {deploymentFlags} from '../../../cli/astro/entity-flags.ts'
import {UpdateCommand, updateFlags} from '../../../cli/astro/update-command.ts'
import type {ChangePlan} from '../../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../../operations/astro/grant-role.ts'

export default class DeploymentTokenUpdate extends UpdateCommand {
  static override summary = 'Change the name, description or role of a Deployment API token'
  static override args = tokenArgument
  static override flags = {...deploymentFlags, ...updateFlags('DEPLOYMENT')}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --new-name deploy',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --role DEPLOYMENT_ADMIN --description ""',
  ]

  protected readonly scope = 'DEPLOYMENT'

  protected async execute(): Promise<ChangedToken | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenUpdate))
    return this.update(args.id, flags)
  }
}
