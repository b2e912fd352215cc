import {optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand} from '../../../cli/service/directory-command.ts'
import {type CreatedOrganization, createOrganization} from '../../../operations/service/organizations.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceOrganizationCreate extends DirectoryCommand<CreatedOrganization> {
  static override summary = 'Create an Organization in the embedded service'
  static override description =
    'The Organization gets a Workspace and a Deployment, both named default. If there are several Organizations, choose one for each command: with --organization-id, TOKENRY_ORGANIZATION_ID or the context.'
  static override args = {name: optionalArgument('Name of the Organization')}
  static override examples = ['<%= config.bin %> <%= command.id %> acme']

  protected readonly noun = 'organization'

  protected async execute(): Promise<CreatedOrganization> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceOrganizationCreate))
    const name = await this.readName(args.name)
    return createOrganization(await this.openInstallation(flags), {name})
  }

  protected render({name, id}: CreatedOrganization, ui: HumanView): string {
    return [
      ui.done(`Organization ${name} was successfully created (${id}), with a Workspace and a Deployment named default`),
      ui.done(`Use it with --organization-id ${id}, or set TOKENRY_ORGANIZATION_ID`),
    ].join('\n')
  }
}
