import {BaseCommand} from '../../../base-command.ts'
import {noHeaderFlag} from '../../../cli/flags.ts'
import {listServiceDeployments, type ServiceDeployment} from '../../../operations/service/deployments.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceDeploymentList extends BaseCommand<ServiceDeployment[]> {
  static override summary = 'List the Deployments of the embedded service'
  static override flags = {'no-header': noHeaderFlag}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  #header = true

  protected async execute(): Promise<ServiceDeployment[]> {
    const {flags} = await this.parseFlags(this.parse(ServiceDeploymentList))
    this.#header = !flags['no-header']
    return listServiceDeployments(this.runtime, flags)
  }

  protected render(deployments: ServiceDeployment[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: ServiceDeployment) => id},
      {header: 'NAME', value: ({name}: ServiceDeployment) => name, shrink: true},
      {header: 'TOKENS', value: ({tokenCount}: ServiceDeployment) => String(tokenCount)},
      {header: 'CREATED', value: ({createdAt}: ServiceDeployment) => ui.time(createdAt)},
    ]
    return ui.table(columns, deployments, {header: this.#header})
  }
}
