import * as Flags from '@oclif/core/flags'
import {vendorFlag} from '../../../cli/context/vendor-flag.ts'
import {organizationFlags} from '../../../cli/directory-flags.ts'
import {optionalArgument, textFlag} from '../../../cli/flags.ts'
import {DirectoryCommand} from '../../../cli/service/directory-command.ts'
import {AppError} from '../../../errors/app-error.ts'
import {createMember, createUser, type ServiceUser} from '../../../operations/service/users.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {VENDORS} from '../../../vendors/index.ts'

export default class ServiceUserCreate extends DirectoryCommand<ServiceUser> {
  static override summary = 'Create a user of the embedded service'
  static override description =
    'Lists then show who created a token: tokens of the local user ann are shown with the user ann@example.com, unless there are several such users. A user has no password and no rights. With --vendor, it is a member of that vendor, whose name is the user name; with --admin, an administrator.'
  static override args = {email: optionalArgument('E-mail address')}
  static override flags = {
    name: textFlag('name', {description: 'Full name (default: the e-mail address)', placeholder: 'TEXT'}),
    vendor: vendorFlag(
      VENDORS.filter(({createMember}) => createMember),
      {description: 'Vendor whose member it is'},
    ),
    admin: Flags.boolean({description: 'Make the member an administrator'}),
    ...organizationFlags,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> ann@example.com --name "Ann Example"',
    ...VENDORS.filter(({createMember}) => createMember).map(
      ({name}) => `<%= config.bin %> <%= command.id %> ann@example.com --vendor ${name} --admin`,
    ),
  ]

  protected readonly noun = 'user'
  #isMember = false

  protected async execute(): Promise<ServiceUser> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceUserCreate))
    if (flags.admin && flags.vendor === undefined) {
      throw new AppError('USAGE', '--admin is for a member of a vendor', {hint: 'Name the vendor with --vendor'})
    }
    const email = await this.readName(args.email, 'EMAIL', 'E-mail address')
    const target = await this.openOrganization(flags)
    const {name, vendor, admin = false} = flags
    this.#isMember = vendor !== undefined
    return vendor === undefined ? createUser(target, {email, name}) : createMember(target, {vendor, email, name, admin})
  }

  protected render({email, name, id}: ServiceUser, ui: HumanView): string {
    // The commands of the vendor take the name.
    const user = this.#isMember ? `${name} (${email})` : email
    return ui.done(`User ${user} was successfully created (${id})`)
  }
}
