import {DeleteCommand, type DeleteResult, deleteFlags, tokensToDelete} from '../../../cli/astro/delete-command.ts'
import {agentFlag, deploymentFlags} from '../../../cli/astro/entity-flags.ts'

export default class DeploymentTokenDelete extends DeleteCommand {
  static override summary = 'Delete a Deployment API token'
  static override args = tokensToDelete
  static override flags = {...deploymentFlags, ...deleteFlags, agent: agentFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --force',
    '<%= config.bin %> <%= command.id %> --name ci --unused-for 7d --force',
    '<%= config.bin %> <%= command.id %> old-ci older-ci --dry-run',
  ]

  protected readonly scope = 'DEPLOYMENT'

  protected async execute(): Promise<DeleteResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenDelete))
    return this.delete(args.id, flags)
  }
}
