import {BaseCommand} from '../../../base-command.ts'
import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {type CustomRole, deleteRole, listCustomRoles} from '../../../operations/service/roles.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceRoleDelete extends BaseCommand<CustomRole> {
  static override summary = 'Delete a custom role that no token holds'
  static override args = {name: optionalArgument('Name of the role')}
  static override flags = {force: forceFlag}
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --force']

  protected async execute(): Promise<CustomRole> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceRoleDelete))
    this.requireForce(flags.force, 'Deleting a role cannot be undone')
    const name = args.name ?? (await this.#askWhich(flags.context))
    await this.confirm(`Delete the role ${name}? This cannot be undone.`, flags.force)
    return deleteRole(this.runtime, {context: flags.context, name})
  }

  protected render({name}: CustomRole, ui: HumanView): string {
    return ui.done(`Role ${name} was successfully deleted`)
  }

  #askWhich(context: string | undefined): Promise<string> {
    return this.ask('NAME', async (prompter) => {
      const roles = await listCustomRoles(this.runtime, {context})
      const choices = roles.map(({name, description}) => ({name, value: name, description}))
      return prompter.select({message: 'Which role to delete?', choices})
    })
  }
}
