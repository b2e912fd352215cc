import {organizationFlags} from '../../../cli/directory-flags.ts'
import {listingFlags} from '../../../cli/flags.ts'
import {DirectoryListCommand} from '../../../cli/service/directory-command.ts'
import {listServiceWorkspaces, type ServiceWorkspace} from '../../../operations/service/workspaces.ts'
import type {HumanView} from '../../../output/human-view.ts'
import type {Column} from '../../../output/table.ts'

export default class ServiceWorkspaceList extends DirectoryListCommand<ServiceWorkspace> {
  static override summary = 'List the Workspaces of the embedded service'
  static override flags = {...listingFlags, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected readonly noun = 'workspace'

  protected async execute(): Promise<ServiceWorkspace[]> {
    const {flags} = await this.parseFlags(this.parse(ServiceWorkspaceList))
    return listServiceWorkspaces(await this.openOrganization(flags))
  }

  protected columns(ui: HumanView): Column<ServiceWorkspace>[] {
    return [
      {header: 'ID', value: ({id}) => id, id: true},
      {header: 'NAME', value: ({name}) => name, shrink: true},
      {header: 'DEPLOYMENTS', value: ({deploymentCount}) => String(deploymentCount)},
      {header: 'TOKENS', value: ({tokenCount}) => String(tokenCount)},
      {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt)},
      {header: 'DESCRIPTION', value: ({description}) => description, shrink: true},
    ]
  }
}
