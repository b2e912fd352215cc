import * as Flags from '@oclif/core/flags'
import {organizationFlags} from '../../../cli/astro/entity-flags.ts'
import {ListCommand, listFlags} from '../../../cli/astro/list-command.ts'
import type {ListedToken} from '../../../operations/astro/list-tokens.ts'

export default class OrganizationTokenList extends ListCommand {
  static override summary = 'List the API tokens of an Organization'
  static override flags = {
    ...organizationFlags,
    // With --all the list contains tokens of workspaces and deployments, with their roles there.
    ...listFlags('ORGANIZATION', 'WORKSPACE', 'DEPLOYMENT'),
    all: Flags.boolean({
      description: 'List every token of the organization, its workspaces and its deployments, except agent tokens',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --sort -last-used',
    '<%= config.bin %> <%= command.id %> --all --not-rotated-for 90d --json',
  ]

  protected readonly scope = 'ORGANIZATION'

  protected async execute(): Promise<ListedToken[]> {
    const {flags} = await this.parseFlags(this.parse(OrganizationTokenList))
    return this.list(flags)
  }
}
