import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand, formatCount} from '../../../cli/service/directory-command.ts'
import {findEntry} from '../../../operations/service/entries.ts'
import {
  deleteOrganization,
  listServiceOrganizations,
  type ServiceOrganization,
} from '../../../operations/service/organizations.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceOrganizationDelete extends DirectoryCommand<ServiceOrganization> {
  static override summary = 'Delete an Organization of the embedded service, with everything in it'
  static override description =
    'Also deletes its Workspaces, Deployments, roles and users, and ends all its tokens. The only Organization cannot be deleted.'
  static override args = {organization: optionalArgument('Id or name of the Organization', 'organization')}
  static override flags = {force: forceFlag}
  static override examples = ['<%= config.bin %> <%= command.id %> acme --force']

  protected readonly noun = 'organization'

  protected async execute(): Promise<ServiceOrganization> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceOrganizationDelete))
    this.requireForce(flags.force, 'Deleting an Organization ends all its tokens')
    const installation = await this.openInstallation(flags)
    const entries = await listServiceOrganizations(installation)
    const find = (wanted: string) => findEntry({noun: this.noun}, entries, wanted)
    const found = await this.pick(args.organization, 'ORGANIZATION', {entries, find})
    const question = `Delete the Organization ${found.name} with ${describeContents(found)}, and end its ${describeTokens(found)}? This cannot be undone.`
    await this.confirm(question, flags.force)
    return deleteOrganization(installation, found.id)
  }

  protected render(deleted: ServiceOrganization, ui: HumanView): string {
    return ui.done(
      `Organization ${deleted.name} was successfully deleted with ${describeContents(deleted)}; ${describeTokens(deleted)} ended with it`,
    )
  }
}

function describeContents({workspaceCount, deploymentCount}: ServiceOrganization): string {
  return `${formatCount(workspaceCount, 'Workspace')} and ${formatCount(deploymentCount, 'Deployment')}`
}

function describeTokens({tokenCount}: ServiceOrganization): string {
  return formatCount(tokenCount, 'API token')
}
