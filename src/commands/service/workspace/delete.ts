import {organizationFlags} from '../../../cli/directory-flags.ts'
import {forceFlag, optionalArgument} from '../../../cli/flags.ts'
import {DirectoryCommand, formatCount} from '../../../cli/service/directory-command.ts'
import {findEntry} from '../../../operations/service/entries.ts'
import {formatOrganizationFlag} from '../../../operations/service/open-embedded.ts'
import {deleteWorkspace, listServiceWorkspaces, type ServiceWorkspace} from '../../../operations/service/workspaces.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class ServiceWorkspaceDelete extends DirectoryCommand<ServiceWorkspace> {
  static override summary = 'Delete a Workspace of the embedded service, with its Deployments and all their tokens'
  static override description =
    'Tokens that belong elsewhere stay, but lose their roles on the Workspace and its Deployments.'
  static override args = {workspace: optionalArgument('Id or name of the Workspace', 'workspace')}
  static override flags = {force: forceFlag, ...organizationFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> data --force']

  protected readonly noun = 'workspace'

  protected async execute(): Promise<ServiceWorkspace> {
    const {args, flags} = await this.parseFlags(this.parse(ServiceWorkspaceDelete))
    this.requireForce(flags.force, 'Deleting a Workspace ends all its tokens')
    const target = await this.openOrganization(flags)
    const entries = await listServiceWorkspaces(target)
    const find = (wanted: string) => findEntry({noun: this.noun, flag: formatOrganizationFlag(target)}, entries, wanted)
    const {id, name, ...counts} = await this.pick(args.workspace, 'WORKSPACE', {entries, find})
    const question = `Delete the Workspace ${name} with ${describeDeployments(counts)}, and end its ${describeTokens(counts)}? This cannot be undone.`
    await this.confirm(question, flags.force)
    return deleteWorkspace(target, id)
  }

  protected render({name, ...counts}: ServiceWorkspace, ui: HumanView): string {
    return ui.done(
      `Workspace ${name} was successfully deleted with ${describeDeployments(counts)}; ${describeTokens(counts)} ended with it`,
    )
  }
}

function describeDeployments({deploymentCount}: Pick<ServiceWorkspace, 'deploymentCount'>): string {
  return formatCount(deploymentCount, 'Deployment')
}

function describeTokens({tokenCount}: Pick<ServiceWorkspace, 'tokenCount'>): string {
  return formatCount(tokenCount, 'API token')
}
