import {organizationFlags} from '../../../cli/directory-flags.ts'
import {optionalArgument} from '../../../cli/flags.ts'
import {type DeleteEntryResult, DirectoryDeleteCommand, deleteOwnerFlags} from '../../../cli/service/delete-command.ts'
import {formatCount} from '../../../cli/service/directory-command.ts'
import {findEntry} from '../../../operations/service/entries.ts'
import {formatOrganizationFlag} from '../../../operations/service/open-embedded.ts'
import {deleteWorkspace, listServiceWorkspaces, type ServiceWorkspace} from '../../../operations/service/workspaces.ts'

export default class ServiceWorkspaceDelete extends DirectoryDeleteCommand<ServiceWorkspace> {
  static override summary = 'Delete a Workspace of the embedded service, with its Deployments and all their tokens'
  static override description =
    'Tokens that belong elsewhere stay, but lose their roles on the Workspace and its Deployments.'
  static override args = {workspace: optionalArgument('Id or name of the Workspace', 'workspace')}
  static override flags = {...deleteOwnerFlags, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> data --force --confirm data']

  protected readonly noun = 'workspace'
  protected readonly whyConfirm = 'Deleting a Workspace ends all its tokens'

  protected async execute(): Promise<DeleteEntryResult<ServiceWorkspace>> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceWorkspaceDelete))
    return this.delete(args.workspace, flags, async () => {
      const target = await this.openOrganization(flags)
      const entries = await listServiceWorkspaces(target)
      return {
        entries,
        find: (wanted) => findEntry({noun: this.noun, flag: formatOrganizationFlag(target)}, entries, wanted),
        question: ({name, ...counts}) =>
          `Delete the Workspace ${name} with ${describeDeployments(counts)}, and end its ${describeTokens(counts)}? This cannot be undone.`,
        countTokens: ({tokenCount}) => tokenCount,
        apply: ({id}) => this.showProgress((onProgress) => deleteWorkspace(target, id, onProgress)),
      }
    })
  }

  protected describe({name, ...counts}: ServiceWorkspace): string {
    return `Workspace ${name} was successfully deleted with ${describeDeployments(counts)}; ${describeTokens(counts)} ended with it`
  }
}

function describeDeployments({deploymentCount}: Pick<ServiceWorkspace, 'deploymentCount'>): string {
  return formatCount(deploymentCount, 'Deployment')
}

function describeTokens({tokenCount}: Pick<ServiceWorkspace, 'tokenCount'>): string {
  return formatCount(tokenCount, 'API token')
}
