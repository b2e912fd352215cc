import * as Flags from '@oclif/core/flags'
import {DeltaStreamCommand} from '../../cli/deltastream/deltastream-command.ts'
import {withAge} from '../../cli/tokens/change-view.ts'
import {type DeltaStreamIdentity, identify} from '../../operations/deltastream/who-am-i.ts'
import type {HumanView} from '../../output/human-view.ts'

export default class DeltaStreamWhoAmI extends DeltaStreamCommand<DeltaStreamIdentity> {
  static override summary = 'Show what the DeltaStream token says of itself'
  static override description =
    'Nothing is sent without --check. What a token says of itself is not proven, and DeltaStream does not document what that is.'
  static override flags = {
    check: Flags.boolean({description: 'Ask the API whether it accepts the token, and for its version'}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> --check']

  protected async execute(): Promise<DeltaStreamIdentity> {
    const {flags} = await this.parseFlags(this.parse(DeltaStreamWhoAmI))
    return identify(await this.connect(flags), {check: flags.check})
  }

  protected render({context, url, credential, session, claims, version}: DeltaStreamIdentity, ui: HumanView): string {
    const {issuedAt, expiresAt} = claims
    return ui.facts([
      ['context', context],
      ['url', url],
      ['credential', credential ?? 'none: the owner of the embedded store'],
      ['organization', session.organization],
      ['role of the session', session.role],
      ['role of the token', claims.role],
      ['issuer', claims.issuer],
      ['subject', claims.subject],
      ['issued', issuedAt && withAge(issuedAt, ui)],
      ['expires', expiresAt && withAge(expiresAt, ui)],
      ['API version', version && `${version.major}.${version.minor}.${version.patch}`],
    ])
  }
}
