import {tokenArgument} from '../../../cli/astro/entity-command.ts'
import {organizationFlags} from '../../../cli/astro/entity-flags.ts'
import {GetCommand, getFlags} from '../../../cli/astro/get-command.ts'
import {tokenNameFlag} from '../../../cli/flags.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'

export default class OrganizationTokenGet extends GetCommand {
  static override summary = 'Show an Organization API token'
  static override args = tokenArgument
  static override flags = {...organizationFlags, ...getFlags, name: tokenNameFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> ci',
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --json',
  ]

  protected readonly scope = 'ORGANIZATION'

  protected async execute(): Promise<TokenResult> {
    const {args, flags} = await this.parseFlags(this.parse(OrganizationTokenGet))
    return this.get({idOrName: args.id, name: flags.name}, flags)
  }
}
