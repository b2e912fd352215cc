import {organizationFlags} from '../../../cli/directory-flags.ts'
import {optionalArgument} from '../../../cli/flags.ts'
import {type DeleteEntryResult, DirectoryDeleteCommand, deleteEntryFlags} from '../../../cli/service/delete-command.ts'
import {deleteUser, findUser, listUsers, type ServiceUser} from '../../../operations/service/users.ts'

export default class ServiceUserDelete extends DirectoryDeleteCommand<ServiceUser> {
  static override summary = 'Delete a user of the embedded service'
  static override description =
    'Tokens that the user created stay; lists show the local user name as their creator again.'
  static override args = {user: optionalArgument('Id or e-mail address of the user', 'user')}
  static override flags = {...deleteEntryFlags, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> ann@example.com --force']

  protected readonly noun = 'user'
  protected readonly whyConfirm = 'Deleting a user cannot be undone'

  protected async execute(): Promise<DeleteEntryResult<ServiceUser>> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceUserDelete))
    return this.delete(args.user, flags, async () => {
      const target = await this.openOrganization(flags)
      const users = await listUsers(target)
      return {
        entries: users.map((user) => ({...user, name: `${user.name} (${user.email})`})),
        find: (wanted) => findUser(target, users, wanted),
        question: ({email}) => `Delete the user ${email}? The tokens that they created stay.`,
        apply: ({id}) => deleteUser(target, id),
      }
    })
  }

  protected describe({email}: ServiceUser): string {
    return `User ${email} was successfully deleted`
  }
}
