import {tokenArgument} from '../../../cli/astro/entity-command.ts'
import {organizationFlags} from '../../../cli/astro/entity-flags.ts'
import {UpdateCommand, updateFlags} from '../../../cli/astro/update-command.ts'
import type {ChangePlan} from '../../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../../operations/astro/grant-role.ts'

export default class OrganizationTokenUpdate extends UpdateCommand {
  static override summary = 'Change the name, description or role of an Organization API token'
  static override description =
    'Changes only what is given. The secret stays valid, and the roles elsewhere do not change.'
  static override args = tokenArgument
  static override flags = {...organizationFlags, ...updateFlags('ORGANIZATION')}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --new-name deploy',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --role ORGANIZATION_MEMBER --description ""',
  ]

  protected readonly scope = 'ORGANIZATION'

  protected async execute(): Promise<ChangedToken | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(OrganizationTokenUpdate))
    return this.update(args.id, flags)
  }
}
