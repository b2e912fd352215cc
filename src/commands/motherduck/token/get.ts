import {tokenFileFlag} from '../../../cli/flags.ts'
import {
  MotherDuckCommand,
  tokenArgument,
  tokenNameFlag,
  userTokenFlags,
} from '../../../cli/motherduck/motherduck-command.ts'
import {tokenFacts} from '../../../cli/motherduck/token-view.ts'
import {type TokenResult, toTokenResult} from '../../../operations/motherduck/token-result.ts'
import type {HumanView} from '../../../output/human-view.ts'

export default class MotherDuckTokenGet extends MotherDuckCommand<TokenResult> {
  static override summary = 'Show an access token of a MotherDuck user'
  static override description = 'The secret is never shown.'
  static override args = tokenArgument
  static override flags = {...userTokenFlags, name: tokenNameFlag, 'token-file': tokenFileFlag}
  static override examples = ['<%= config.bin %> <%= command.id %> ci --user etl']

  protected async execute(): Promise<TokenResult> {
    const {args, flags} = await this.parseFlags(this.parse(MotherDuckTokenGet))
    const wanted = await this.readWanted(args.id, flags)
    const user = await this.openUser(flags, wanted)
    return toTokenResult(await this.pickToken(user, wanted, 'Which token to show?'))
  }

  protected render(token: TokenResult, ui: HumanView): string {
    return tokenFacts(token, ui)
  }
}
