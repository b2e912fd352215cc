import {organizationFlags} from '../../cli/astro/entity-flags.ts'
import {listingFlags} from '../../cli/flags.ts'
import {VendorCommand} from '../../cli/vendor-command.ts'
import {connectAstro} from '../../operations/astro/connect.ts'
import {explainCreation, listWorkspaces, type WorkspaceResult} from '../../operations/astro/directory.ts'
import {openTarget} from '../../operations/astro/target.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class WorkspaceList extends VendorCommand<WorkspaceResult[]> {
  static override summary = 'List the Workspaces'
  static override flags = {...organizationFlags, ...listingFlags}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected async execute(): Promise<WorkspaceResult[]> {
    const {flags} = await this.parseFlags(this.parse(WorkspaceList))
    const {'organization-id': organizationId} = flags
    const service = await connectAstro(this.runtime, this.connection(flags))
    await this.sayWhere(service)
    const target = await openTarget(this.runtime, service, {organizationId})
    const workspaces = await listWorkspaces(target)
    if (workspaces.length === 0) {
      const where = `organization ${target.organizationName}`
      await this.writer.note(`No workspace to list in ${where}. ${await explainCreation(target, 'workspace')}`)
    }
    return workspaces
  }

  protected render(workspaces: WorkspaceResult[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: WorkspaceResult) => id, id: true},
      {header: 'NAME', value: ({name}: WorkspaceResult) => name, shrink: true},
      {header: 'CREATED', value: ({createdAt}: WorkspaceResult) => ui.time(createdAt)},
      {header: 'DESCRIPTION', value: ({description}: WorkspaceResult) => description, shrink: true},
    ]
    return ui.table(columns, workspaces)
  }
}
