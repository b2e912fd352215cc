import {DeltaStreamCommand} from '../../../cli/deltastream/deltastream-command.ts'
import {listingFlags} from '../../../cli/flags.ts'
import {listRoles, type RoleResult} from '../../../operations/deltastream/roles.ts'
import {formatCommand} from '../../../operations/deltastream/tokens.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class DeltaStreamRoleList extends DeltaStreamCommand<RoleResult[]> {
  static override summary = 'List the roles of the DeltaStream organization'
  static override description =
    'The current role is that of the session. A token acts with the role that it was created with.'
  static override flags = {...listingFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected async execute(): Promise<RoleResult[]> {
    const {flags} = await this.parseFlags(this.parse(DeltaStreamRoleList))
    const service = await this.connect(flags)
    const roles = await this.busy('Listing roles', () => listRoles(service))
    if (roles.length === 0) {
      await this.writer.note(`No role in ${service.where} to list; see also: ${formatCommand(service, 'role create')}`)
    }
    return roles
  }

  protected render(roles: RoleResult[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'NAME', value: ({name}: RoleResult) => name, shrink: true},
      {header: 'CURRENT', value: ({current}: RoleResult) => (current ? 'yes' : 'no')},
      {header: 'CREATED AT', value: ({createdAt}: RoleResult) => ui.time(createdAt)},
    ]
    return ui.table(columns, roles)
  }
}
