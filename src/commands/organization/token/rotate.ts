import {tokenArgument} from '../../../cli/astro/entity-command.ts'
import {organizationFlags} from '../../../cli/astro/entity-flags.ts'
import {RotateCommand, rotateFlags} from '../../../cli/astro/rotate-command.ts'
import type {ChangePlan} from '../../../operations/astro/change-plan.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'

export default class OrganizationTokenRotate extends RotateCommand {
  static override summary = 'Rotate an Organization API token: it gets a new secret'
  static override args = tokenArgument
  static override flags = {...organizationFlags, ...rotateFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --force --clean-output',
    '<%= config.bin %> <%= command.id %> --token-file old.txt --force --grace 24h --output new.txt',
  ]

  protected readonly scope = 'ORGANIZATION'

  protected async execute(): Promise<TokenResult | ChangePlan> {
    const {args, flags} = await this.parseFlags(this.parse(OrganizationTokenRotate))
    return this.rotate(args.id, flags)
  }
}
