import {askToType, checkConfirmation, confirmFlag} from '../../../cli/confirm-name.ts'
import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {ignoreNotFoundFlag, isAlreadyGone} from '../../../cli/ignore-not-found.ts'
import {MotherDuckCommand} from '../../../cli/motherduck/motherduck-command.ts'
import {type AlreadyGone, ignoreGone} from '../../../operations/ignore-gone.ts'
import {type DeletedUser, deleteUser} from '../../../operations/motherduck/users.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class MotherDuckUserDelete extends MotherDuckCommand<DeletedUser | AlreadyGone> {
  static override summary = 'Delete a person or a service account with all data'
  static override description =
    'All databases and all tokens of the user are destroyed. At a terminal the name must be typed; in a script it needs --force and --confirm with the name.'
  static override args = {username: optionalArgument('Name of the user', 'user name')}
  static override flags = {
    confirm: confirmFlag('user'),
    'ignore-not-found': ignoreNotFoundFlag,
    force: forceFlag,
  }
  static override examples = ['<%= config.bin %> <%= command.id %> etl --force --confirm etl']

  protected async execute(): Promise<DeletedUser | AlreadyGone> {
    const {args, flags} = await this.parseFlags(this.parse(MotherDuckUserDelete))
    const username = await this.readUsername(args.username, 'Which user to delete?')
    const why = 'Deleting a user destroys all data of the user'
    checkConfirmation({name: username, noun: 'user', why}, flags, this.prompter !== null)
    const service = await this.connect(flags)
    const {prompter} = this
    if (!flags.force && prompter) {
      const question = `This deletes all data of ${username} in ${service.where}. Type the name of the user to confirm`
      await askToType(prompter, question, username)
    }
    return ignoreGone({ignored: flags['ignore-not-found'], verb: 'delete'}, () =>
      deleteUser(this.runtime, service, username),
    )
  }

  protected render(deleted: DeletedUser | AlreadyGone, ui: HumanView): string {
    if (isAlreadyGone(deleted)) return ui.done(deleted.message)
    return ui.done(`User ${deleted.username} was successfully deleted, with all data`)
  }
}
