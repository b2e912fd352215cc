import {tokenArgument} from '../../../cli/astro/entity-command.ts'
import {workspaceFlags} from '../../../cli/astro/entity-flags.ts'
import {RotateCommand, rotateFlags} from '../../../cli/astro/rotate-command.ts'
import type {ChangePlan} from '../../../operations/astro/change-plan.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'

export default class WorkspaceTokenRotate extends RotateCommand {
  static override summary = 'Rotate a Workspace API token: it gets a new secret'
  static override args = tokenArgument
  static override flags = {...workspaceFlags, ...rotateFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --force --clean-output',
    '<%= config.bin %> <%= command.id %> --token-file old.txt --force --grace 24h --output new.txt',
  ]

  protected readonly scope = 'WORKSPACE'

  protected async execute(): Promise<TokenResult | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(WorkspaceTokenRotate))
    return this.rotate(args.id, flags)
  }
}
