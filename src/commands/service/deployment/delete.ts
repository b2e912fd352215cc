import {organizationFlags} from '../../../cli/directory-flags.ts'
import {optionalArgument} from '../../../cli/flags.ts'
import {type DeleteEntryResult, DirectoryDeleteCommand, deleteOwnerFlags} from '../../../cli/service/delete-command.ts'
import {formatCount} from '../../../cli/service/directory-command.ts'
import {
  deleteDeployment,
  listServiceDeployments,
  type ServiceDeployment,
} from '../../../operations/service/deployments.ts'
import {findEntry} from '../../../operations/service/entries.ts'
import {formatOrganizationFlag} from '../../../operations/service/open-embedded.ts'

export default class ServiceDeploymentDelete extends DirectoryDeleteCommand<ServiceDeployment> {
  static override summary = 'Delete a Deployment of the embedded service, with all its tokens'
  static override args = {deployment: optionalArgument('Id or name of the Deployment', 'deployment')}
  static override flags = {...deleteOwnerFlags, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> staging --force --confirm staging']

  protected readonly noun = 'deployment'
  protected readonly whyConfirm = 'Deleting a Deployment ends all its tokens'

  protected async execute(): Promise<DeleteEntryResult<ServiceDeployment>> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceDeploymentDelete))
    return this.delete(args.deployment, flags, async () => {
      const target = await this.openOrganization(flags)
      const entries = await listServiceDeployments(target)
      return {
        entries,
        find: (wanted) => findEntry({noun: this.noun, flag: formatOrganizationFlag(target)}, entries, wanted),
        question: ({name, tokenCount}) =>
          `Delete the Deployment ${name} and end its ${formatCount(tokenCount, 'API token')}? This cannot be undone.`,
        countTokens: ({tokenCount}) => tokenCount,
        apply: (found) => this.showProgress((onProgress) => deleteDeployment(target, found, onProgress)),
      }
    })
  }

  protected describe({name, tokenCount}: ServiceDeployment): string {
    return `Deployment ${name} was successfully deleted; ${formatCount(tokenCount, 'API token')} ended with it`
  }
}
