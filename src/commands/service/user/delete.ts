import {organizationFlags} from '../../../cli/directory-flags.ts'
import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand} from '../../../cli/service/directory-command.ts'
import {deleteUser, findUser, listUsers, type ServiceUser} from '../../../operations/service/users.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceUserDelete extends DirectoryCommand<ServiceUser> {
  static override summary = 'Delete a user of the embedded service'
  static override description =
    'Tokens that the user created stay; lists show the local user name as their creator again.'
  static override args = {user: optionalArgument('Id or e-mail address of the user', 'user')}
  static override flags = {force: forceFlag, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> ann@example.com --force']

  protected readonly noun = 'user'

  protected async execute(): Promise<ServiceUser> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceUserDelete))
    this.requireForce(flags.force, 'Deleting a user cannot be undone')
    const target = await this.openOrganization(flags)
    const entries = await listUsers(target)
    const labelled = entries.map((user) => ({...user, name: `${user.name} (${user.email})`}))
    const find = (wanted: string) => findUser(target, entries, wanted)
    const {id, email} = await this.pick(args.user, 'USER', {entries: labelled, find})
    await this.confirm(`Delete the user ${email}? The tokens that they created stay.`, flags.force)
    return deleteUser(target, id)
  }

  protected render({email}: ServiceUser, ui: HumanView): string {
    return ui.done(`User ${email} was successfully deleted`)
  }
}
