import {deploymentFlags, tokenFileFlag} from '../../../cli/deployment-command.ts'
import {forceFlag, optionalArgument, tokenNameFlag} from '../../../cli/flags.ts'
import {MintCommand, mintFlags} from '../../../cli/mint-command.ts'
import {tokenFacts} from '../../../cli/token-view.ts'
import {rotateToken} from '../../../operations/astro/rotate-token.ts'
import type {TokenResult} from '../../../operations/astro/token-result.ts'
import {checkOutput} from '../../../output/delivery.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class DeploymentTokenRotate extends MintCommand {
  static override summary = 'Give a Deployment API token a new value'
  static override description =
    'The new value is written out first; then the old one ends. Name, role and id stay, the period starts again.'
  static override args = {id: optionalArgument('Id of the token; asked for when nothing else says which')}
  static override flags = {
    ...deploymentFlags,
    ...mintFlags,
    name: tokenNameFlag,
    'token-file': tokenFileFlag,
    force: forceFlag,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name ci --force --clean-output',
    '<%= config.bin %> <%= command.id %> --token-file old.txt --force --output new.txt',
  ]

  protected async execute(): Promise<TokenResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeploymentTokenRotate))
    checkOutput(flags.output)
    this.requireForce(flags.force, 'Rotating ends the current value of the token')
    const secret = await this.readTokenFile(flags['token-file'])
    const entity = await this.openDeployment(flags, secret)
    const wanted = {id: args.id, name: flags.name, secret}
    const token = await this.pickToken(entity, wanted, 'Which API token to rotate?')
    const question = `Rotate the API token ${this.describeToken(token)}? Its current value ends.`
    await this.confirm(question, flags.force)
    return this.deliverBy(flags.output, (deliver) => rotateToken({entity, token, deliver}))
  }

  protected render(token: TokenResult, ui: HumanView): string {
    return [ui.done(`Deployment API token ${token.name} was successfully rotated`), tokenFacts(token, ui)].join('\n')
  }
}
