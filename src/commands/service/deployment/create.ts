import {workspaceFlags} from '../../../cli/directory-flags.ts'
import {optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand} from '../../../cli/service/directory-command.ts'
import {createDeployment, type ServiceDeployment} from '../../../operations/service/deployments.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceDeploymentCreate extends DirectoryCommand<ServiceDeployment> {
  static override summary = 'Create a Deployment in the embedded service'
  static override args = {name: optionalArgument('Name of the Deployment')}
  static override flags = workspaceFlags
  static override examples = ['<%= config.bin %> <%= command.id %> staging']

  protected readonly noun = 'deployment'

  protected async execute(): Promise<ServiceDeployment> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceDeploymentCreate))
    const name = await this.readName(args.name)
    const target = await this.openOrganization(flags)
    const chooseWorkspace = this.chooser('Workspace')
    return createDeployment(this.runtime, target, {name, workspaceId: flags['workspace-id'], chooseWorkspace})
  }

  protected render({name, id}: ServiceDeployment, ui: HumanView): string {
    return ui.done(`Deployment ${name} was successfully created (${id})`)
  }
}
