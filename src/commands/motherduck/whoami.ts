import {MotherDuckCommand} from '../../cli/motherduck/motherduck-command.ts'
import {withAge} from '../../cli/tokens/change-view.ts'
import {identify, type MotherDuckIdentity} from '../../operations/motherduck/who-am-i.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class MotherDuckWhoAmI extends MotherDuckCommand<MotherDuckIdentity> {
  static override summary = 'Show what the MotherDuck token says of itself'
  static override description =
    'Nothing is sent to MotherDuck, which has no call for the current user: only SQL knows it (SELECT current_user). What a token says of itself is not proven.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected async execute(): Promise<MotherDuckIdentity> {
    const {flags} = await this.parseFlags(this.parse(MotherDuckWhoAmI))
    return identify(await this.connect(flags))
  }

  protected render({context, url, credential, username, claims, notReported}: MotherDuckIdentity, ui: HumanView) {
    const {expiresAt} = claims
    return ui.facts([
      ['context', context],
      ['url', url],
      ['credential', credential ?? 'none: the owner of the embedded store'],
      ['user', username],
      ['email', claims.email],
      ['user id', claims.userId],
      ['type', claims.tokenType],
      ['issued', claims.issuedAt && withAge(claims.issuedAt, ui)],
      ['expires', expiresAt === null ? 'never, or not claimed' : expiresAt && withAge(expiresAt, ui)],
      ['not reported', notReported.join(', ')],
    ])
  }
}
