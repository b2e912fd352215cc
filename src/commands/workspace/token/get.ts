import {tokenArgument} from '../../../cli/astro/entity-command.ts'
import {workspaceFlags} from '../../../cli/astro/entity-flags.ts'
import {GetCommand, getFlags} from '../../../cli/astro/get-command.ts'
import {tokenNameFlag} from '../../../cli/flags.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'

export default class WorkspaceTokenGet extends GetCommand {
  static override summary = 'Show a token that has a role on a Workspace'
  static override args = tokenArgument
  static override flags = {...workspaceFlags, ...getFlags, name: tokenNameFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> ci',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --json',
  ]

  protected readonly scope = 'WORKSPACE'

  protected async execute(): Promise<TokenResult> {
    const {args, flags} = await this.parseFlags(this.parse(WorkspaceTokenGet))
    return this.get({idOrName: args.id, name: flags.name}, flags)
  }
}
