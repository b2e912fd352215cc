import {organizationFlags} from '../../../cli/directory-flags.ts'
import {optionalArgument, textFlag} from '../../../cli/flags.ts'
import {DirectoryCommand} from '../../../cli/service/directory-command.ts'
import {createUser, type ServiceUser} from '../../../operations/service/users.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceUserCreate extends DirectoryCommand<ServiceUser> {
  static override summary = 'Create a user of the embedded service'
  static override description =
    'Lists then show who created a token: tokens of the local user ann are shown with the user ann@example.com, unless there are several such users. A user has no password and no rights.'
  static override args = {email: optionalArgument('E-mail address')}
  static override flags = {
    name: textFlag('name', {description: 'Full name (default: the e-mail address)', placeholder: 'TEXT'}),
    ...organizationFlags,
  }
  static override examples = ['<%= config.bin %> <%= command.id %> ann@example.com --name "Ann Example"']

  protected readonly noun = 'user'

  protected async execute(): Promise<ServiceUser> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceUserCreate))
    const email = await this.readName(args.email, 'EMAIL', 'E-mail address')
    return createUser(await this.openOrganization(flags), {email, name: flags.name})
  }

  protected render({email, id}: ServiceUser, ui: HumanView): string {
    return ui.done(`User ${email} was successfully created (${id})`)
  }
}
