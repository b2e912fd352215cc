import {DeleteCommand, type DeleteResult, deleteFlags, tokensToDelete} from '../../../cli/astro/delete-command.ts'
import {organizationFlags} from '../../../cli/astro/entity-flags.ts'

export default class OrganizationTokenDelete extends DeleteCommand {
  static override summary = 'Delete an Organization API token'
  static override description = 'The token stops working immediately, with all its secrets, and loses all its roles.'
  static override args = tokensToDelete
  static override flags = {...organizationFlags, ...deleteFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --force',
    '<%= config.bin %> <%= command.id %> --name ci --unused-for 7d --force',
    '<%= config.bin %> <%= command.id %> old-ci older-ci --dry-run',
  ]

  protected readonly scope = 'ORGANIZATION'

  protected async execute(): Promise<DeleteResult> {
    const {args, flags} = await this.parseFlags(this.parse(OrganizationTokenDelete))
    return this.delete(args.id, flags)
  }
}
