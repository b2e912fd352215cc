import {DeltaStreamCommand} from '../../../cli/deltastream/deltastream-command.ts'
import {askName} from '../../../cli/deltastream/questions.ts'
import {optionalArgument} from '../../../cli/flags.ts'
import {type CreatedRole, createRole} from '../../../operations/deltastream/roles.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {checkName} from '../../../vendors/deltastream/sql/quote.ts'

export default class DeltaStreamRoleCreate extends DeltaStreamCommand<CreatedRole> {
  static override summary = 'Create a role in the DeltaStream organization'
  static override description = 'Only a role such as useradmin may create roles.'
  static override args = {name: optionalArgument('Name of the new role')}
  static override examples = ['<%= config.bin %> <%= command.id %> deployer']

  protected async execute(): Promise<CreatedRole> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamRoleCreate))
    const name = args.name ?? (await this.ask('NAME', (prompter) => askName(prompter, 'role')))
    checkName('name', name)
    return createRole(await this.connect(flags), name)
  }

  protected render({name}: CreatedRole, ui: HumanView): string {
    return ui.done(`Role ${name} was successfully created`)
  }
}
