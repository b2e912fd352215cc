import {organizationFlags} from '../../../cli/directory-flags.ts'
import {optionalArgument} from '../../../cli/flags.ts'
import {type DeleteEntryResult, DirectoryDeleteCommand, deleteEntryFlags} from '../../../cli/service/delete-command.ts'
import {findEntry} from '../../../operations/service/entries.ts'
import {formatOrganizationFlag} from '../../../operations/service/open-embedded.ts'
import {type CustomRole, deleteRole, listCustomRoles} from '../../../operations/service/roles.ts'

export default class ServiceRoleDelete extends DirectoryDeleteCommand<CustomRole> {
  static override summary = 'Delete a custom role that no token holds'
  static override args = {role: optionalArgument('Id or name of the role', 'custom role')}
  static override flags = {...deleteEntryFlags, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --force']

  protected readonly noun = 'role'
  protected readonly whyConfirm = 'Deleting a role cannot be undone'

  protected async execute(): Promise<DeleteEntryResult<CustomRole>> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceRoleDelete))
    return this.delete(args.role, flags, async () => {
      const target = await this.openOrganization(flags)
      const entries = await listCustomRoles(target)
      return {
        entries,
        find: (wanted) => findEntry({noun: this.noun, flag: formatOrganizationFlag(target)}, entries, wanted),
        question: ({name}) => `Delete the role ${name}? This cannot be undone.`,
        apply: ({name}) => deleteRole(target, name),
      }
    })
  }

  protected describe({name}: CustomRole): string {
    return `Role ${name} was successfully deleted`
  }
}
