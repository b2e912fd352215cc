import {BaseCommand} from '../../../base-command.ts'
import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {
  deleteDeployment,
  findServiceDeployment,
  listServiceDeployments,
  type ServiceDeployment,
} from '../../../operations/service/deployments.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceDeploymentDelete extends BaseCommand<ServiceDeployment> {
  static override summary = 'Delete a Deployment of the embedded service, with all its tokens'
  static override args = {deployment: optionalArgument('Id or name of the Deployment')}
  static override flags = {force: forceFlag}
  static override examples = ['<%= config.bin %> <%= command.id %> staging --force']

  protected async execute(): Promise<ServiceDeployment> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceDeploymentDelete))
    this.requireForce(flags.force, 'Deleting a Deployment ends all its tokens')
    const idOrName = args.deployment ?? (await this.#askWhich(flags.context))
    const {id, name, tokenCount} = await findServiceDeployment(this.runtime, {context: flags.context, idOrName})
    const question = `Delete the Deployment ${name} and end its ${countOf(tokenCount)}? This cannot be undone.`
    await this.confirm(question, flags.force)
    return deleteDeployment(this.runtime, {context: flags.context, id})
  }

  protected render({name, tokenCount}: ServiceDeployment, ui: HumanView): string {
    return ui.done(`Deployment ${name} was successfully deleted; ${countOf(tokenCount)} ended with it`)
  }

  #askWhich(context: string | undefined): Promise<string> {
    return this.ask('DEPLOYMENT', async (prompter) => {
      const deployments = await listServiceDeployments(this.runtime, {context})
      const choices = deployments.map(({id, name}) => ({name, value: id, description: id}))
      return prompter.select({message: 'Which Deployment to delete?', choices})
    })
  }
}

function countOf(tokens: number): string {
  return tokens === 1 ? '1 API token' : `${tokens} API tokens`
}
