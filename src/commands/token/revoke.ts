import {BaseCommand} from '../../cli/base-command.ts'
import {fileFlag} from '../../cli/flags.ts'
import {describePlan} from '../../cli/tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../../cli/tokens/end-flags.ts'
import {relativeTime} from '../../lib/relative-time.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import {type PlannedRevoke, planRevoke, type RevokedToken, type RevokePlan} from '../../operations/token/revoke.ts'
import type {HumanView} from '../../output/human-view.ts'
import {readSecretFile} from '../../output/secret-input.ts'

export default class TokenRevoke extends BaseCommand<RevokedToken | RevokePlan> {
  static override summary = 'Revoke a token of the embedded service, found by its secret'
  static override description =
    'For a leaked token of any kind: it stops working immediately, with all its secrets. It also loses all its roles, so do not revoke a token that should keep a role elsewhere.'
  static override flags = {
    'token-file': fileFlag('token-file', {description: 'File that contains the token; `-` is standard input'}),
    ...endFlags,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --token-file leaked.txt',
    '<%= config.bin %> <%= command.id %> --token-file - --force < leaked.txt',
  ]

  protected async execute(): Promise<RevokedToken | RevokePlan> {
    const {flags} = await this.parseFlags(this.parse(TokenRevoke))
    const unusedForMs = readUnusedFor(flags['unused-for'])
    const file = flags['token-file'] ?? (await this.#askFile())
    if (!flags['dry-run']) this.requireForce(flags.force, 'Revoking a token cannot be undone')
    const change = await planRevoke(this.runtime, {
      context: flags.context,
      secret: await readSecretFile(file, this.runtime, {isExposed: true}),
      self: flags.self,
      unusedForMs,
      warn: (text) => this.writer.warn(text),
    })
    if (flags['dry-run']) return change.plan
    await this.confirm(`Revoke the ${this.#describe(change)}? This cannot be undone.`, flags.force)
    return change.apply()
  }

  protected render(revoked: RevokedToken | RevokePlan, ui: HumanView): string {
    if ('dryRun' in revoked) return describePlan(revoked, ui)
    return ui.done(`Token ${revoked.name} (${revoked.id}) was successfully revoked`)
  }

  #askFile(): Promise<string> {
    return this.ask('--token-file', (prompter) =>
      prompter.input({
        message: 'File that contains the token',
        // An error about the file would show the token.
        validate: (text) =>
          (text.trim() !== '' && !holdsToken(text)) ||
          'Give the path of a file: the token itself must not be typed here',
      }),
    )
  }

  /** Return `API token ci (c…) of workspace w…, last used 2 hours ago`. */
  #describe({noun, lastUsedAt, plan: {name, id, scope, entityId}}: PlannedRevoke): string {
    const used = lastUsedAt ? `last used ${relativeTime(Date.parse(lastUsedAt), this.runtime.now())}` : 'never used'
    const known = lastUsedAt === undefined ? '' : `, ${used}`
    return `${noun} ${name} (${id}) of ${scope.toLowerCase()} ${entityId}${known}`
  }
}
