import {BaseCommand} from '../../../base-command.ts'
import {optionalArgument} from '../../../cli/flags.ts'
import {createDeployment, type ServiceDeployment} from '../../../operations/service/deployments.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceDeploymentCreate extends BaseCommand<ServiceDeployment> {
  static override summary = 'Add a Deployment to the embedded service'
  static override args = {name: optionalArgument('Name of the Deployment')}
  static override examples = ['<%= config.bin %> <%= command.id %> staging']

  protected async execute(): Promise<ServiceDeployment> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceDeploymentCreate))
    const name =
      args.name ?? (await this.ask('NAME', (prompter) => prompter.input({message: 'Name of the Deployment'})))
    return createDeployment(this.runtime, {context: flags.context, name})
  }

  protected render({name, id}: ServiceDeployment, ui: HumanView): string {
    return ui.done(`Deployment ${name} was successfully created (${id})`)
  }
}
