import {DeltaStreamCommand} from '../../../cli/deltastream/deltastream-command.ts'
import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {ignoreNotFoundFlag, isAlreadyGone} from '../../../cli/ignore-not-found.ts'
import {type DroppedRole, dropRole, listRoles} from '../../../operations/deltastream/roles.ts'
import {type AlreadyGone, ignoreGone} from '../../../operations/ignore-gone.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {checkName} from '../../../vendors/deltastream/sql/quote.ts'

export default class DeltaStreamRoleDrop extends DeltaStreamCommand<DroppedRole | AlreadyGone> {
  static override summary = 'Drop a role of the DeltaStream organization'
  static override description = 'A role that a token has cannot be dropped.'
  static override args = {name: optionalArgument('Name of the role; asked for when omitted', 'role')}
  static override flags = {'ignore-not-found': ignoreNotFoundFlag, force: forceFlag}
  static override examples = ['<%= config.bin %> <%= command.id %> deployer --force']

  protected async execute(): Promise<DroppedRole | AlreadyGone> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamRoleDrop))
    if (args.name !== undefined) checkName('name', args.name)
    this.requireForce(flags.force, 'Dropping a role cannot be undone')
    const service = await this.connect(flags)
    const name =
      args.name ??
      (await this.ask('NAME', async (prompter) => {
        const choices = (await listRoles(service)).map((role) => ({name: role.name, value: role.name}))
        return prompter.select({message: 'Which role to drop?', choices})
      }))
    await this.confirm(`Drop the role ${name}? This cannot be undone.`, flags.force)
    return ignoreGone({ignored: flags['ignore-not-found'], verb: 'drop'}, () => dropRole(this.runtime, service, name))
  }

  protected render(dropped: DroppedRole | AlreadyGone, ui: HumanView): string {
    if (isAlreadyGone(dropped)) return ui.done(dropped.message)
    return ui.done(`Role ${dropped.name} was successfully dropped`)
  }
}
