import {organizationFlags} from '../../../cli/directory-flags.ts'
import {descriptionFlag, optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand} from '../../../cli/service/directory-command.ts'
import {createWorkspace, type ServiceWorkspace} from '../../../operations/service/workspaces.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceWorkspaceCreate extends DirectoryCommand<ServiceWorkspace> {
  static override summary = 'Create a Workspace in the embedded service'
  static override args = {name: optionalArgument('Name of the Workspace')}
  static override flags = {description: descriptionFlag, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> data --description "Pipelines of the data team"']

  protected readonly noun = 'workspace'

  protected async execute(): Promise<ServiceWorkspace> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceWorkspaceCreate))
    const name = await this.readName(args.name)
    return createWorkspace(await this.openOrganization(flags), {name, description: flags.description ?? ''})
  }

  protected render({name, id}: ServiceWorkspace, ui: HumanView): string {
    return ui.done(`Workspace ${name} was successfully created (${id})`)
  }
}
