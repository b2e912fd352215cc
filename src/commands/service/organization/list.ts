import {listingFlags} from '../../../cli/flags.ts'
import {DirectoryListCommand} from '../../../cli/service/directory-command.ts'
import {listServiceOrganizations, type ServiceOrganization} from '../../../operations/service/organizations.ts'
import type {HumanView} from '../../../output/human-view.ts'
import type {Column} from '../../../output/table.ts'

export default class ServiceOrganizationList extends DirectoryListCommand<ServiceOrganization> {
  static override summary = 'List the Organizations of the embedded service'
  static override flags = {...listingFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected readonly noun = 'organization'

  protected async execute(): Promise<ServiceOrganization[]> {
    const {flags} = await this.parseFlags(this.parse(ServiceOrganizationList))
    return listServiceOrganizations(await this.openInstallation(flags))
  }

  protected columns(ui: HumanView): Column<ServiceOrganization>[] {
    return [
      {header: 'ID', value: ({id}) => id, id: true},
      {header: 'NAME', value: ({name}) => name, shrink: true},
      {header: 'WORKSPACES', value: ({workspaceCount}) => String(workspaceCount)},
      {header: 'DEPLOYMENTS', value: ({deploymentCount}) => String(deploymentCount)},
      {header: 'TOKENS', value: ({tokenCount}) => String(tokenCount)},
      {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt)},
    ]
  }
}
