import {DeploymentCommand, deploymentFlags, tokenFileFlag} from '../../../cli/deployment-command.ts'
import {forceFlag, optionalArgument, tokenNameFlag} from '../../../cli/flags.ts'
import {type DeletedToken, deleteToken} from '../../../operations/astro/delete-token.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class DeploymentTokenDelete extends DeploymentCommand<DeletedToken> {
  static override summary = 'Delete a Deployment API token'
  static override description =
    'Every value of the token is refused from then on. A token of a wider scope only loses its role here.'
  static override args = {id: optionalArgument('Id of the token; asked for when nothing else says which')}
  static override flags = {...deploymentFlags, name: tokenNameFlag, 'token-file': tokenFileFlag, force: forceFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %> clm8q7f6q000008lcgyougpsk --force',
    '<%= config.bin %> <%= command.id %> --token-file token.txt --force',
  ]

  protected async execute(): Promise<DeletedToken> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenDelete))
    this.requireForce(flags.force, 'Deleting a token cannot be undone')
    const secret = await this.readTokenFile(flags['token-file'])
    const entity = await this.openDeployment(flags, secret)
    const wanted = {id: args.id, name: flags.name, secret}
    const token = await this.pickToken(entity, wanted, 'Which API token to delete?')
    const question = `Delete the API token ${this.describeToken(token)}? This cannot be undone.`
    await this.confirm(question, flags.force)
    return deleteToken(this.runtime, {entity, token})
  }

  protected render(deleted: DeletedToken, ui: HumanView): string {
    return ui.done(
      deleted.ended
        ? `Deployment API token ${deleted.name} was successfully deleted`
        : `API token ${deleted.name} was successfully removed from the Deployment`,
    )
  }
}
