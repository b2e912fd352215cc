import {organizationFlags} from '../../../cli/directory-flags.ts'
import {listingFlags} from '../../../cli/flags.ts'
import {DirectoryListCommand} from '../../../cli/service/directory-command.ts'
import {listServiceDeployments, type ServiceDeployment} from '../../../operations/service/deployments.ts'
import type {HumanView} from '../../../output/human-view.ts'
import type {Column} from '../../../output/table.ts'

export default class ServiceDeploymentList extends DirectoryListCommand<ServiceDeployment> {
  static override summary = 'List the Deployments of the embedded service'
  static override flags = {...listingFlags, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected readonly noun = 'deployment'

  protected async execute(): Promise<ServiceDeployment[]> {
    const {flags} = await this.parseFlags(this.parse(ServiceDeploymentList))
    return listServiceDeployments(await this.openOrganization(flags))
  }

  protected columns(ui: HumanView): Column<ServiceDeployment>[] {
    return [
      {header: 'ID', value: ({id}) => id, id: true},
      {header: 'NAME', value: ({name}) => name, shrink: true},
      {header: 'TOKENS', value: ({tokenCount}) => String(tokenCount)},
      {header: 'WORKSPACE', value: ({workspaceName}) => workspaceName, shrink: true},
      {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt)},
    ]
  }
}
