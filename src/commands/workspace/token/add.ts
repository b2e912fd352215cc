import {AddToWorkspaceCommand} from '../../../cli/astro/add-to-workspace-command.ts'

export default class WorkspaceTokenAdd extends AddToWorkspaceCommand {}
