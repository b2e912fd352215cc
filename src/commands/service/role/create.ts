import {organizationFlags} from '../../../cli/directory-flags.ts'
import {descriptionFlag, optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand} from '../../../cli/service/directory-command.ts'
import {type CustomRole, createRole} from '../../../operations/service/roles.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceRoleCreate extends DirectoryCommand<CustomRole> {
  static override summary = 'Create a custom role for Deployment API tokens'
  static override args = {name: optionalArgument('Name of the role')}
  static override flags = {description: descriptionFlag, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --description "Deploys, sees nothing else"']

  protected readonly noun = 'role'

  protected async execute(): Promise<CustomRole> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceRoleCreate))
    const name = await this.readName(args.name)
    return createRole(await this.openOrganization(flags), {name, description: flags.description ?? ''})
  }

  protected render({name, id}: CustomRole, ui: HumanView): string {
    return ui.done(`Role ${name} was successfully created (${id})`)
  }
}
