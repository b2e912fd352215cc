import {BaseCommand} from '../../base-command.ts'
import {noHeaderFlag} from '../../cli/flags.ts'
import {openTarget} from '../../operations/astro/open-deployment.ts'
import {listRoles, type RoleResult} from '../../operations/astro/roles.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class RoleList extends BaseCommand<RoleResult[]> {
  static override summary = 'List the roles that tokens can hold'
  static override flags = {'no-header': noHeaderFlag}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  #header = true

  protected async execute(): Promise<RoleResult[]> {
    const {flags} = await this.parseFlags(this.parse(RoleList))
    this.#header = !flags['no-header']
    return listRoles(await openTarget(this.runtime, flags.context))
  }

  protected render(roles: RoleResult[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'NAME', value: ({name}: RoleResult) => name},
      {header: 'SCOPE', value: ({scope}: RoleResult) => scope},
      {header: 'KIND', value: ({custom}: RoleResult) => (custom ? 'custom' : 'built-in')},
      {header: 'DESCRIPTION', value: ({description}: RoleResult) => description, shrink: true},
    ]
    return ui.table(columns, roles, {header: this.#header})
  }
}
