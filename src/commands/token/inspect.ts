import {BaseCommand} from '../../cli/base-command.ts'
import {givenTokenFlags, readGivenToken} from '../../cli/given-token.ts'
import {type InspectedToken, inspectToken} from '../../operations/token/inspect.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class TokenInspect extends BaseCommand<InspectedToken> {
  static override summary = 'Show the claims of a token, without verifying them'
  static override description =
    'Works offline with any JWT. The claims are not verified: use `token verify` for that. The token is read from --token-file, from TOKENRY_VERIFY_TOKEN, or from stdin.'
  static override flags = givenTokenFlags
  static readonly readsToken = true
  static override examples = [
    '<%= config.bin %> <%= command.id %> --token-file token.txt',
    '<%= config.bin %> <%= command.id %> --json < token.txt',
  ]

  protected async execute(): Promise<InspectedToken> {
    const {flags} = await this.parseFlags(this.parse(TokenInspect))
    const given = await readGivenToken(this.runtime, flags)
    return inspectToken(this.runtime, given)
  }

  protected render({header, claims, issuedAt, expiresAt, expired}: InspectedToken, ui: HumanView): string {
    const endless = claims['exp'] === undefined ? 'never' : 'at an unreadable time'
    const times = ui.facts([
      ['issued', issuedAt && ui.time(issuedAt)],
      [expired ? 'expired' : 'expires', expiresAt ? ui.time(expiresAt) : endless],
    ])
    return [
      'Header, not verified:',
      ui.facts(Object.entries(header).map(([name, value]) => [name, asText(value)])),
      'Claims, not verified:',
      ui.facts(Object.entries(claims).map(([name, value]) => [name, asText(value)])),
      'Times, from these claims:',
      times,
    ].join('\n')
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
