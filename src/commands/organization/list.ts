import {BaseCommand} from '../../cli/base-command.ts'
import {noHeaderFlag} from '../../cli/flags.ts'
import {listOrganizations, type OrganizationResult} from '../../operations/astro/target.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class OrganizationList extends BaseCommand<OrganizationResult[]> {
  static override summary = 'List the Organizations'
  static override flags = {'no-header': noHeaderFlag}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  #header = true

  protected async execute(): Promise<OrganizationResult[]> {
    const {flags} = await this.parseFlags(this.parse(OrganizationList))
    this.#header = !flags['no-header']
    return listOrganizations(this.runtime, {context: flags.context, trace: this.tracer})
  }

  protected render(organizations: OrganizationResult[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: OrganizationResult) => id},
      {header: 'NAME', value: ({name}: OrganizationResult) => name, shrink: true},
      {header: 'CREATED', value: ({createdAt}: OrganizationResult) => ui.time(createdAt)},
    ]
    return ui.table(columns, organizations, {header: this.#header})
  }
}
