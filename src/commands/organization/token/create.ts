import {CreateCommand, createFlags} from '../../../cli/astro/create-command.ts'
import {organizationFlags} from '../../../cli/astro/entity-flags.ts'
import type {CreationPlan} from '../../../operations/astro/change-plan.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'

export default class OrganizationTokenCreate extends CreateCommand {
  static override summary = 'Create an Organization API token'
  static override flags = {...organizationFlags, ...createFlags('ORGANIZATION')}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --role ORGANIZATION_MEMBER --expiration 30 --clean-output',
    '<%= config.bin %> <%= command.id %> --name ci --role ORGANIZATION_MEMBER --expiration 30 --output token.txt',
    '<%= config.bin %> <%= command.id %> --name ci --role ORGANIZATION_MEMBER --expiration 30 --unique-name --dry-run',
  ]

  protected readonly scope = 'ORGANIZATION'

  protected async execute(): Promise<TokenResult | CreationPlan> {
    const {flags} = await this.parseFlags(this.parse(OrganizationTokenCreate))
    return this.create(flags)
  }
}
