import {BaseCommand} from '../../../base-command.ts'
import {descriptionFlag, optionalArgument} from '../../../cli/flags.ts'
import {type CustomRole, createRole} from '../../../operations/service/roles.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceRoleCreate extends BaseCommand<CustomRole> {
  static override summary = 'Add a custom role for tokens of Deployments'
  static override args = {name: optionalArgument('Name of the role')}
  static override flags = {description: descriptionFlag}
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --description "Deploys, sees nothing else"']

  protected async execute(): Promise<CustomRole> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceRoleCreate))
    const name = args.name ?? (await this.ask('NAME', (prompter) => prompter.input({message: 'Name of the role'})))
    return createRole(this.runtime, {context: flags.context, name, description: flags.description ?? ''})
  }

  protected render({name, id}: CustomRole, ui: HumanView): string {
    return ui.done(`Role ${name} was successfully created (${id})`)
  }
}
