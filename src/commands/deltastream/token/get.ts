import {DeltaStreamTokenCommand, tokenArgument, tokenFlags} from '../../../cli/deltastream/token-command.ts'
import {tokenFacts} from '../../../cli/deltastream/token-view.ts'
import {type TokenResult, toTokenResult} from '../../../operations/deltastream/token-result.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class DeltaStreamTokenGet extends DeltaStreamTokenCommand<TokenResult> {
  static override summary = 'Show an API token of DeltaStream'
  static override description = 'The secret is never shown. A renewed token is reported as created when it was renewed.'
  static override args = tokenArgument
  static override flags = tokenFlags
  static override examples = ['<%= config.bin %> <%= command.id %> ci']

  protected async execute(): Promise<TokenResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamTokenGet))
    const named = await this.readNamed(args.name, flags)
    const token = await this.pickToken(await this.openTokens(flags), named, 'Which API token to show?')
    await this.warnOfUnfinished(token)
    return toTokenResult(token)
  }

  protected render(token: TokenResult, ui: HumanView): string {
    return tokenFacts(token, ui)
  }
}
