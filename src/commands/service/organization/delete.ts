import {optionalArgument} from '../../../cli/flags.ts'
import {type DeleteEntryResult, DirectoryDeleteCommand, deleteOwnerFlags} from '../../../cli/service/delete-command.ts'
import {formatCount} from '../../../cli/service/directory-command.ts'
import {findEntry} from '../../../operations/service/entries.ts'
import {
  deleteOrganization,
  listServiceOrganizations,
  type ServiceOrganization,
} from '../../../operations/service/organizations.ts'

export default class ServiceOrganizationDelete extends DirectoryDeleteCommand<ServiceOrganization> {
  static override summary = 'Delete an Organization of the embedded service, with everything in it'
  static override description =
    'Also deletes its Workspaces, Deployments, roles and users, and ends all its tokens. The only Organization cannot be deleted.'
  static override args = {organization: optionalArgument('Id or name of the Organization', 'organization')}
  static override flags = deleteOwnerFlags
  static override examples = ['<%= config.bin %> <%= command.id %> acme --force --confirm acme']

  protected readonly noun = 'organization'
  protected readonly whyConfirm = 'Deleting an Organization ends all its tokens'

  protected async execute(): Promise<DeleteEntryResult<ServiceOrganization>> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceOrganizationDelete))
    return this.delete(args.organization, flags, async () => {
      const installation = await this.openInstallation(flags)
      const entries = await listServiceOrganizations(installation)
      return {
        entries,
        find: (wanted) => findEntry({noun: this.noun}, entries, wanted),
        question: (found) =>
          `Delete the Organization ${found.name} with ${describeContents(found)}, and end its ${describeTokens(found)}? This cannot be undone.`,
        countTokens: ({tokenCount}) => tokenCount,
        apply: ({id}) => this.showProgress((onProgress) => deleteOrganization(installation, id, onProgress)),
      }
    })
  }

  protected describe(deleted: ServiceOrganization): string {
    return `Organization ${deleted.name} was successfully deleted with ${describeContents(deleted)}; ${describeTokens(deleted)} ended with it`
  }
}

function describeContents({workspaceCount, deploymentCount}: ServiceOrganization): string {
  return `${formatCount(workspaceCount, 'Workspace')} and ${formatCount(deploymentCount, 'Deployment')}`
}

function describeTokens({tokenCount}: ServiceOrganization): string {
  return formatCount(tokenCount, 'API token')
}
