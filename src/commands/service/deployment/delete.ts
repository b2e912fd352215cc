import {organizationFlags} from '../../../cli/directory-flags.ts'
import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand, formatCount} from '../../../cli/service/directory-command.ts'
import {
  deleteDeployment,
  listServiceDeployments,
  type ServiceDeployment,
} from '../../../operations/service/deployments.ts'
import {findEntry} from '../../../operations/service/entries.ts'
import {formatOrganizationFlag} from '../../../operations/service/open-embedded.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceDeploymentDelete extends DirectoryCommand<ServiceDeployment> {
  static override summary = 'Delete a Deployment of the embedded service, with all its tokens'
  static override args = {deployment: optionalArgument('Id or name of the Deployment', 'deployment')}
  static override flags = {force: forceFlag, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> staging --force']

  protected readonly noun = 'deployment'

  protected async execute(): Promise<ServiceDeployment> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceDeploymentDelete))
    this.requireForce(flags.force, 'Deleting a Deployment ends all its tokens')
    const target = await this.openOrganization(flags)
    const entries = await listServiceDeployments(target)
    const find = (wanted: string) => findEntry({noun: this.noun, flag: formatOrganizationFlag(target)}, entries, wanted)
    const found = await this.pick(args.deployment, 'DEPLOYMENT', {entries, find})
    const tokens = formatCount(found.tokenCount, 'API token')
    await this.confirm(`Delete the Deployment ${found.name} and end its ${tokens}? This cannot be undone.`, flags.force)
    return deleteDeployment(target, found)
  }

  protected render({name, tokenCount}: ServiceDeployment, ui: HumanView): string {
    return ui.done(`Deployment ${name} was successfully deleted; ${formatCount(tokenCount, 'API token')} ended with it`)
  }
}
