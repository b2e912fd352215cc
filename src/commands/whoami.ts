import * as Flags from '@oclif/core/flags'
import {ContextCommand} from '../cli/context/context-command.ts'
import {renderTargets} from '../cli/context/target-view.ts'
import {type Identity, whoAmI} from '../operations/context/who-am-i.ts'
import type {HumanView} from '../output/human-view.ts'

export default class WhoAmI extends ContextCommand<Identity[]> {
  static override summary = 'Show where the commands of each vendor go, and with which token'
  static override description =
    'What a token says of itself is read offline and not proven. A credential command runs only with --check.'
  static override flags = {
    check: Flags.boolean({description: 'Ask the vendor whether it accepts the token; exit code 4 if it does not'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --context prod --check',
  ]

  protected async execute(): Promise<Identity[]> {
    const {flags} = await this.parseFlags(this.parse(WhoAmI))
    const {tracer: trace, showStderr} = this
    const options = {context: flags.context, check: flags.check === true, trace, showStderr}
    return this.busy('Checking the tokens', () =>
      whoAmI(this.runtime, {...options, warn: (text) => this.writer.warn(text)}),
    )
  }

  protected render(identities: Identity[], ui: HumanView): string {
    return renderTargets(identities, ui, ({url, credential, token, checked, problem}) => [
      ['token', url && credential && !token && !problem ? 'not read; --check runs the command' : token?.id],
      ['name', token?.name],
      ['issuer', token?.issuer],
      ...Object.entries(token?.places ?? {}).map(([place, id]): [string, string] => [`token ${place}`, id]),
      ['expires', token && ui.time(token.expiresAt, 'never')],
      ['checked', checked ? 'the vendor accepts it' : null],
    ])
  }
}
