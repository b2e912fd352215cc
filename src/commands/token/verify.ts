import {BaseCommand} from '../../cli/base-command.ts'
import {givenTokenFlags, readGivenToken} from '../../cli/given-token.ts'
import {verifyToken} from '../../operations/token/verify.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {VerifiedToken} from '../../service/tokens/verified-token.ts'

export default class TokenVerify extends BaseCommand<VerifiedToken> {
  static override summary = 'Check whether a token of the embedded service is valid'
  static override description =
    'The token is read from --token-file, from TOKENRY_VERIFY_TOKEN, or from stdin. Exit code 10 means that it is not valid, or ends too soon. Verifying does not count as a use.'
  static override flags = givenTokenFlags
  static readonly readsToken = true
  static override examples = [
    '<%= config.bin %> <%= command.id %> --token-file token.txt',
    '<%= config.bin %> <%= command.id %> --valid-for 14d < token.txt',
  ]

  protected async execute(): Promise<VerifiedToken> {
    const {flags} = await this.parseFlags(this.parse(TokenVerify))
    const given = await readGivenToken(this.runtime, flags)
    return verifyToken(this.runtime, {context: flags.context, ...given})
  }

  protected render(token: VerifiedToken, ui: HumanView): string {
    const facts = ui.facts([
      ['reason', token.valid ? null : token.reason],
      ['id', token.id],
      ['name', token.name],
      ['scope', token.scope && `${token.scope} ${token.entityId}`],
      ['role', token.role],
      ['expires', token.expiresAt ? ui.time(token.expiresAt) : token.valid ? 'never' : null],
      ['ended', token.endedAt && token.reason !== 'expired' ? ui.time(token.endedAt) : null],
    ])
    return [describeVerdict(token, ui), facts].filter(Boolean).join('\n')
  }
}

function describeVerdict({valid, reason}: VerifiedToken, {colors}: HumanView): string {
  if (!valid) return colors.red('not valid')
  return reason === null ? colors.green('valid') : colors.yellow(`valid, but ${reason}`)
}
