import {organizationFlags} from '../../../cli/directory-flags.ts'
import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand} from '../../../cli/service/directory-command.ts'
import {findEntry} from '../../../operations/service/entries.ts'
import {formatOrganizationFlag} from '../../../operations/service/open-embedded.ts'
import {type CustomRole, deleteRole, listCustomRoles} from '../../../operations/service/roles.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceRoleDelete extends DirectoryCommand<CustomRole> {
  static override summary = 'Delete a custom role that no token holds'
  static override args = {role: optionalArgument('Id or name of the role', 'custom role')}
  static override flags = {force: forceFlag, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --force']

  protected readonly noun = 'role'

  protected async execute(): Promise<CustomRole> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceRoleDelete))
    this.requireForce(flags.force, 'Deleting a role cannot be undone')
    const target = await this.openOrganization(flags)
    const entries = await listCustomRoles(target)
    const find = (wanted: string) => findEntry({noun: this.noun, flag: formatOrganizationFlag(target)}, entries, wanted)
    const {name} = await this.pick(args.role, 'ROLE', {entries, find})
    await this.confirm(`Delete the role ${name}? This cannot be undone.`, flags.force)
    return deleteRole(target, name)
  }

  protected render({name}: CustomRole, ui: HumanView): string {
    return ui.done(`Role ${name} was successfully deleted`)
  }
}
