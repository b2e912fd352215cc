import {organizationFlags} from '../../cli/astro/entity-flags.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import {noHeaderFlag} from '../../cli/flags.ts'
import {listWorkspaces, type WorkspaceResult} from '../../operations/astro/directory.ts'
import {targetFlags} from '../../operations/astro/hint-commands.ts'
import {openTarget} from '../../operations/astro/target.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class WorkspaceList extends BaseCommand<WorkspaceResult[]> {
  static override summary = 'List the Workspaces'
  static override flags = {...organizationFlags, 'no-header': noHeaderFlag}
  static override examples = ['<%= config.bin %> <%= command.id %>']

  #header = true

  protected async execute(): Promise<WorkspaceResult[]> {
    const {flags} = await this.parseFlags(this.parse(WorkspaceList))
    this.#header = !flags['no-header']
    const {context, 'organization-id': organizationId} = flags
    const target = await openTarget(this.runtime, {context, organizationId, trace: this.tracer})
    const workspaces = await listWorkspaces(target)
    if (workspaces.length === 0) {
      const where = `organization ${target.organizationName}`
      await this.writer.note(
        `No workspace to list in ${where}; make one with: tokenry service workspace create NAME${targetFlags(target)}`,
      )
    }
    return workspaces
  }

  protected render(workspaces: WorkspaceResult[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ID', value: ({id}: WorkspaceResult) => id},
      {header: 'NAME', value: ({name}: WorkspaceResult) => name, shrink: true},
      {header: 'CREATED', value: ({createdAt}: WorkspaceResult) => ui.time(createdAt)},
      {header: 'DESCRIPTION', value: ({description}: WorkspaceResult) => description, shrink: true},
    ]
    return ui.table(columns, workspaces, {header: this.#header})
  }
}
