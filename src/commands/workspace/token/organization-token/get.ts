import {tokenArgument} from '../../../../cli/astro/entity-command.ts'
import {workspaceFlags} from '../../../../cli/astro/entity-flags.ts'
import {GetCommand, getFlags} from '../../../../cli/astro/get-command.ts'
import {orgTokenNameFlag} from '../../../../cli/astro/grant-command.ts'
import type {TokenResult} from '../../../../operations/astro/token-result.ts'

export default class WorkspaceTokenOrganizationTokenGet extends GetCommand {
  static override summary = 'Show an Organization API token that has a role on a Workspace'
  static override args = tokenArgument
  static override flags = {...workspaceFlags, ...getFlags, 'org-token-name': orgTokenNameFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> ops',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --json',
  ]

  protected readonly scope = 'WORKSPACE'
  protected override readonly tokenScope = 'ORGANIZATION'

  protected async execute(): Promise<TokenResult> {
    const {args, flags} = await this.parseFlags(this.parse(WorkspaceTokenOrganizationTokenGet))
    return this.get({idOrName: args.id, name: flags['org-token-name'], nameFlag: '--org-token-name'}, flags)
  }
}
