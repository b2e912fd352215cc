import {organizationFlags} from '../../../cli/directory-flags.ts'
import {listingFlags} from '../../../cli/flags.ts'
import {DirectoryListCommand} from '../../../cli/service/directory-command.ts'
import {listUsers, type ServiceUser} from '../../../operations/service/users.ts'
import type {HumanView} from '../../../output/human-view.ts'
import type {Column} from '../../../output/table.ts'

export default class ServiceUserList extends DirectoryListCommand<ServiceUser> {
  static override summary = 'List the users of the embedded service'
  static override flags = {...listingFlags, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected readonly noun = 'user'

  protected async execute(): Promise<ServiceUser[]> {
    const {flags} = await this.parseFlags(this.parse(ServiceUserList))
    return listUsers(await this.openOrganization(flags))
  }

  protected columns(ui: HumanView): Column<ServiceUser>[] {
    return [
      {header: 'ID', value: ({id}) => id, id: true},
      {header: 'EMAIL', value: ({email}) => email, shrink: true},
      {header: 'NAME', value: ({name}) => name, shrink: true},
      {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt)},
    ]
  }
}
