import {optionalArgument} from '../../../cli/flags.ts'
import {MotherDuckCommand} from '../../../cli/motherduck/motherduck-command.ts'
import {type CreatedUser, createUser} from '../../../operations/motherduck/users.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class MotherDuckUserCreate extends MotherDuckCommand<CreatedUser> {
  static override summary = 'Create a service account in the MotherDuck organization'
  static override description =
    'The account has the Member role. The API of MotherDuck cannot create people. An Admin token is needed.'
  static override args = {
    username: optionalArgument('Name of the account: 3 to 255 letters, digits and _, beginning with a letter'),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> etl']

  protected async execute(): Promise<CreatedUser> {
    const {args, flags} = await this.parseFlags(this.parse(MotherDuckUserCreate))
    const username = await this.readUsername(args.username, 'Name of the new service account')
    return createUser(await this.connect(flags), username)
  }

  protected render({username}: CreatedUser, ui: HumanView): string {
    return ui.done(`Service account ${username} was successfully created`)
  }
}
