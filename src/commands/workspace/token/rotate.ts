import {workspaceFlags} from '../../../cli/astro/entity-flags.ts'
import {RotateCommand, type RotateResult, rotateFlags, tokensToRotate} from '../../../cli/astro/rotate-command.ts'

export default class WorkspaceTokenRotate extends RotateCommand {
  static override summary = 'Rotate a Workspace API token: it gets a new secret'
  static override args = tokensToRotate
  static override flags = {...workspaceFlags, ...rotateFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --force --clean-output',
    '<%= config.bin %> <%= command.id %> --token-file old.txt --force --grace 24h --output new.txt',
    '<%= config.bin %> <%= command.id %> ci cd --output-dir secrets --force',
  ]

  protected readonly scope = 'WORKSPACE'

  protected async execute(): Promise<RotateResult> {
    const {args, flags} = await this.parseFlags(this.parse(WorkspaceTokenRotate))
    return this.rotate(args.id, flags)
  }
}
