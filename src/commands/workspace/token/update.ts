import {tokenArgument} from '../../../cli/astro/entity-command.ts'
import {workspaceFlags} from '../../../cli/astro/entity-flags.ts'
import {UpdateCommand, updateFlags} from '../../../cli/astro/update-command.ts'
import type {ChangePlan} from '../../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../../operations/astro/grant-role.ts'

export default class WorkspaceTokenUpdate extends UpdateCommand {
  static override summary = 'Change the name, description or role of a Workspace API token'
  static override args = tokenArgument
  static override flags = {...workspaceFlags, ...updateFlags('WORKSPACE')}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --new-name deploy',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --role WORKSPACE_AUTHOR --description ""',
  ]

  protected readonly scope = 'WORKSPACE'

  protected async execute(): Promise<ChangedToken | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(WorkspaceTokenUpdate))
    return this.update(args.id, flags)
  }
}
