import {organizationFlags} from '../../cli/astro/entity-flags.ts'
import {choiceFlag, listingFlags} from '../../cli/flags.ts'
import {VendorCommand} from '../../cli/vendor-command.ts'
import {connectAstro} from '../../operations/astro/connect.ts'
import {listRoles, type RoleResult} from '../../operations/astro/list-roles.ts'
import {openTarget} from '../../operations/astro/target.ts'
import type {HumanView} from '../../output/human-view.ts'
import {ROLE_SCOPE_TYPES} from '../../vendors/astro/api.ts'

export default class RoleList extends VendorCommand<RoleResult[]> {
  static override summary = 'List the roles that tokens can hold'
  static override flags = {
    ...organizationFlags,
    scope: choiceFlag('scope', {
      choices: ROLE_SCOPE_TYPES,
      description: 'Only roles of this scope',
      placeholder: 'SCOPE',
    }),
    ...listingFlags,
  }
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected async execute(): Promise<RoleResult[]> {
    const {flags} = await this.parseFlags(this.parse(RoleList))
    const {'organization-id': organizationId, scope} = flags
    const service = await connectAstro(this.runtime, this.connection(flags))
    await this.sayWhere(service)
    return listRoles(await openTarget(this.runtime, service, {organizationId}), scope)
  }

  protected render(roles: RoleResult[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'NAME', value: ({name}: RoleResult) => name},
      {header: 'SCOPE', value: ({scope}: RoleResult) => scope},
      {header: 'KIND', value: ({custom}: RoleResult) => (custom ? 'custom' : 'built-in')},
      {header: 'DESCRIPTION', value: ({description}: RoleResult) => description, shrink: true},
    ]
    return ui.table(columns, roles)
  }
}
