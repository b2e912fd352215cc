import {listingFlags} from '../../cli/flags.ts'
import {VendorCommand} from '../../cli/vendor-command.ts'
import {connectAstro} from '../../operations/astro/connect.ts'
import {listOrganizations, type OrganizationResult} from '../../operations/astro/target.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class OrganizationList extends VendorCommand<OrganizationResult[]> {
  static override summary = 'List the Organizations'
  static override flags = {...listingFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected async execute(): Promise<OrganizationResult[]> {
    const {flags} = await this.parseFlags(this.parse(OrganizationList))
    const service = await connectAstro(this.runtime, this.connection(flags))
    await this.sayWhere(service)
    return listOrganizations(service)
  }

  protected render(organizations: OrganizationResult[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: OrganizationResult) => id, id: true},
      {header: 'NAME', value: ({name}: OrganizationResult) => name, shrink: true},
      {header: 'CREATED', value: ({createdAt}: OrganizationResult) => ui.time(createdAt)},
    ]
    return ui.table(columns, organizations)
  }
}
