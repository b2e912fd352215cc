import {BaseCommand} from '../../../base-command.ts'
import {noHeaderFlag} from '../../../cli/flags.ts'
import {type CustomRole, listCustomRoles} from '../../../operations/service/roles.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceRoleList extends BaseCommand<CustomRole[]> {
  static override summary = 'List the custom roles of the embedded service'
  static override flags = {'no-header': noHeaderFlag}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  #header = true

  protected async execute(): Promise<CustomRole[]> {
    const {flags} = await this.parseFlags(this.parse(ServiceRoleList))
    this.#header = !flags['no-header']
    return listCustomRoles(this.runtime, flags)
  }

  protected render(roles: CustomRole[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: CustomRole) => id},
      {header: 'NAME', value: ({name}: CustomRole) => name, shrink: true},
      {header: 'SCOPE', value: ({scope}: CustomRole) => scope},
      {header: 'CREATED', value: ({createdAt}: CustomRole) => ui.time(createdAt)},
      {header: 'DESCRIPTION', value: ({description}: CustomRole) => description, shrink: true},
    ]
    return ui.table(columns, roles, {header: this.#header})
  }
}
