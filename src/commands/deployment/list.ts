import {organizationFlags} from '../../cli/astro/entity-flags.ts'
import {listingFlags, textFlag} from '../../cli/flags.ts'
import {VendorCommand} from '../../cli/vendor-command.ts'
import {connectAstro} from '../../operations/astro/connect.ts'
import {explainCreation, listDeployments} from '../../operations/astro/directory.ts'
import {limitingWorkspace} from '../../operations/astro/entity.ts'
import {openTarget} from '../../operations/astro/target.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {AstroDeployment} from '../../vendors/astro/api.ts'

export default class DeploymentList extends VendorCommand<AstroDeployment[]> {
  static override summary = 'List the Deployments'
  static override flags = {
    ...organizationFlags,
    'workspace-id': textFlag('workspace-id', {
      description: 'Only Deployments of this workspace, by id or name',
      placeholder: 'ID',
      completes: 'workspace id',
    }),
    ...listingFlags,
  }
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected async execute(): Promise<AstroDeployment[]> {
    const {flags} = await this.parseFlags(this.parse(DeploymentList))
    const {'organization-id': organizationId} = flags
    const service = await connectAstro(this.runtime, this.connection(flags))
    await this.sayWhere(service)
    const target = await openTarget(this.runtime, service, {organizationId})
    const workspaceId = limitingWorkspace(this.runtime, target, {workspaceId: flags['workspace-id']})
    const deployments = await listDeployments(target, workspaceId)
    if (deployments.length === 0) {
      const where = workspaceId === undefined ? `organization ${target.organizationName}` : `workspace ${workspaceId}`
      await this.writer.note(
        `No deployment to list in ${where}. ${await explainCreation(target, 'deployment', workspaceId)}`,
      )
    }
    return deployments
  }

  protected render(deployments: AstroDeployment[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: AstroDeployment) => id, id: true},
      {header: 'NAME', value: ({name}: AstroDeployment) => name, shrink: true},
      {
        header: 'WORKSPACE',
        value: ({workspaceId}: AstroDeployment) => workspaceId,
        narrow: ({workspaceName, workspaceId}: AstroDeployment) => workspaceName ?? workspaceId,
        id: true,
      },
      {header: 'CREATED', value: ({createdAt}: AstroDeployment) => ui.time(createdAt), dispensable: 1},
    ]
    return ui.table(columns, deployments)
  }
}
