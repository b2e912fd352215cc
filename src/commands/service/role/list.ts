import {organizationFlags} from '../../../cli/directory-flags.ts'
import {listingFlags} from '../../../cli/flags.ts'
import {DirectoryListCommand} from '../../../cli/service/directory-command.ts'
import {type CustomRole, listCustomRoles} from '../../../operations/service/roles.ts'
import type {HumanView} from '../../../output/human-view.ts'
import type {Column} from '../../../output/table.ts'

export default class ServiceRoleList extends DirectoryListCommand<CustomRole> {
  static override summary = 'List the custom roles of the embedded service'
  static override flags = {...listingFlags, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected readonly noun = 'role'

  protected async execute(): Promise<CustomRole[]> {
    const {flags} = await this.parseFlags(this.parse(ServiceRoleList))
    return listCustomRoles(await this.openOrganization(flags))
  }

  protected columns(ui: HumanView): Column<CustomRole>[] {
    return [
      {header: 'ID', value: ({id}) => id, id: true},
      {header: 'NAME', value: ({name}) => name, shrink: true},
      {header: 'SCOPE', value: ({scope}) => scope},
      {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt)},
      {header: 'DESCRIPTION', value: ({description}) => description, shrink: true},
    ]
  }
}
