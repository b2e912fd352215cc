import {BaseCommand} from '../../base-command.ts'
import {noHeaderFlag} from '../../cli/flags.ts'
import {listDeployments, openTarget} from '../../operations/astro/open-deployment.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {AstroDeployment} from '../../vendors/astro/api.ts'

export default class DeploymentList extends BaseCommand<AstroDeployment[]> {
  static override summary = 'List the Deployments'
  static override flags = {'no-header': noHeaderFlag}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  #header = true

  protected async execute(): Promise<AstroDeployment[]> {
    const {flags} = await this.parseFlags(this.parse(DeploymentList))
    this.#header = !flags['no-header']
    return listDeployments(await openTarget(this.runtime, flags.context))
  }

  protected render(deployments: AstroDeployment[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: AstroDeployment) => id},
      {header: 'NAME', value: ({name}: AstroDeployment) => name, shrink: true},
      {header: 'WORKSPACE', value: ({workspaceId}: AstroDeployment) => workspaceId},
      {header: 'CREATED', value: ({createdAt}: AstroDeployment) => ui.time(createdAt)},
    ]
    return ui.table(columns, deployments, {header: this.#header})
  }
}
