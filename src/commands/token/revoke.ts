import {BaseCommand} from '../../cli/base-command.ts'
import {fileFlag} from '../../cli/flags.ts'
import {isAlreadyGone} from '../../cli/ignore-not-found.ts'
import {describePlan} from '../../cli/tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../../cli/tokens/end-flags.ts'
import {describeLastUse} from '../../cli/tokens/last-use.ts'
import {holdsToken} from '../../lib/token-shape.ts'
import {type AlreadyGone, ignoreGone} from '../../operations/ignore-gone.ts'
import {type PlannedRevoke, planRevoke, type RevokedToken, type RevokePlan} from '../../operations/token/revoke.ts'
import type {HumanView} from '../../output/human-view.ts'
import {readSecretFile} from '../../output/secret-input.ts'

const WHY_CONFIRM = 'Revoking a token cannot be undone'

type RevokeResult = RevokedToken | RevokePlan | AlreadyGone

export default class TokenRevoke extends BaseCommand<RevokeResult> {
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

  protected async execute(): Promise<RevokeResult> {
    const {flags} = await this.parseFlags(this.parse(TokenRevoke))
    const unusedForMs = readUnusedFor(flags['unused-for'])
    const file = flags['token-file'] ?? (await this.#askFile())
    const ignored = flags['ignore-not-found']
    if (!flags['dry-run'] && !ignored) this.requireForce(flags.force, WHY_CONFIRM)
    const secret = await readSecretFile(file, this.runtime, {isExposed: true})
    return ignoreGone({ignored, verb: 'revoke'}, async () => {
      const change = await planRevoke(this.runtime, {
        context: flags.context,
        secret,
        self: flags.self,
        unusedForMs,
        warn: (text) => this.writer.warn(text),
      })
      if (flags['dry-run']) return change.plan
      this.requireForce(flags.force, WHY_CONFIRM)
      await this.confirm(`Revoke the ${this.#describe(change)}? This cannot be undone.`, flags.force)
      return change.apply()
    })
  }

  protected render(revoked: RevokeResult, ui: HumanView): string {
    if (isAlreadyGone(revoked)) return ui.done(revoked.message)
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
    const used = describeLastUse({lastUsedAt}, this.runtime.now())
    return [`${noun} ${name} (${id}) of ${scope.toLowerCase()} ${entityId}`, ...(used === null ? [] : [used])].join(
      ', ',
    )
  }
}
