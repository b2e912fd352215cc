import * as Flags from '@oclif/core/flags'
import {dryRunFlag, forceFlag, textFlag, tokenFileFlag} from '../../../cli/flags.ts'
import {lifetimeFlags, readLifetime} from '../../../cli/motherduck/lifetime-flags.ts'
import {
  MotherDuckCommand,
  tokenArgument,
  tokenNameFlag,
  userTokenFlags,
} from '../../../cli/motherduck/motherduck-command.ts'
import {tokenFacts} from '../../../cli/motherduck/token-view.ts'
import {describePlan} from '../../../cli/tokens/change-view.ts'
import {mintFlags} from '../../../cli/tokens/mint-flags.ts'
import {AppError} from '../../../errors/app-error.ts'
import {parseWindow} from '../../../lib/window.ts'
import type {TokenPlan} from '../../../operations/motherduck/change-plan.ts'
import {planRotation, type RotatedToken} from '../../../operations/motherduck/rotate-token.ts'
import {describeWhen, hintAtMint} from '../../../operations/tokens/word-uncertain.ts'
import {checkOutput} from '../../../output/delivery.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {GRACE_DAYS_MAX, GRACE_MAX_MS} from '../../../service/tokens/grace.ts'

export default class MotherDuckTokenRotate extends MotherDuckCommand<RotatedToken | TokenPlan> {
  static override summary = 'Replace an access token of a MotherDuck user by a new one'
  static override description =
    'MotherDuck cannot give a token a new secret, so a new token with the same name, type, description and lifetime is created. The old token works until it is deleted: with --revoke-old, after the new secret is written out.'
  static override args = tokenArgument
  static override flags = {
    ...userTokenFlags,
    ...mintFlags,
    name: tokenNameFlag,
    'token-file': tokenFileFlag,
    ...lifetimeFlags,
    'revoke-old': Flags.boolean({description: 'Delete the old token after the new secret is written out'}),
    grace: textFlag('grace', {
      description: `Keep the token and its id, and let the old secret work for this time, such as 24h; at most ${GRACE_DAYS_MAX}d. Only the embedded service can do that`,
      placeholder: 'TIME',
    }),
    'dry-run': dryRunFlag,
    force: forceFlag,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> ci --user etl --output new.txt',
    '<%= config.bin %> <%= command.id %> ci --user etl --revoke-old --force --clean-output',
  ]

  protected async execute(): Promise<RotatedToken | TokenPlan> {
    const {args, flags} = await this.parseFlags(this.parse(MotherDuckTokenRotate))
    const ttlSeconds = readLifetime(flags, this.runtime.now())
    const graceMs = flags.grace === undefined ? undefined : parseWindow('--grace', flags.grace, GRACE_MAX_MS)
    const revokeOld = flags['revoke-old']
    const dryRun = flags['dry-run']
    if (graceMs !== undefined) refuseWithGrace({revokeOld, lifetime: ttlSeconds !== undefined})
    if (dryRun && flags['clean-output']) {
      throw new AppError('USAGE', '--dry-run and --clean-output exclude each other', {
        hint: 'Leave out --clean-output: a dry run has no token to print',
      })
    }
    checkOutput(flags.output)
    const ends = revokeOld || graceMs !== undefined
    if (!dryRun && ends) this.requireForce(flags.force, 'Rotating ends the old token')
    const wanted = await this.readWanted(args.id, flags)
    const user = await this.openUser(flags, wanted)
    const token = await this.pickToken(user, wanted, 'Which token to rotate?')
    const warn = (text: string) => this.writer.warn(text)
    const change = planRotation(this.runtime, {user, token, ttlSeconds, revokeOld, graceMs, warn})
    if (ttlSeconds === undefined && token.expiresAt === null) await this.#warnOfNoEnd(graceMs)
    if (dryRun) return change.plan
    const end = graceMs === undefined ? 'The old one ends.' : `The old secret ends after ${flags.grace}.`
    if (ends) await this.confirm(`Rotate the token ${this.describeToken(token)}? ${end}`, flags.force)
    if (user.service.isOwnToken(token.id)) {
      await warn(`${this.describeToken(token)} is the token that you are signed in with`)
    }
    const options = {
      output: flags.output,
      hint: hintAtMint(user.words, token.name, describeWhen(this.runtime.now())),
      endHint: (id: string) => `End it with: ${user.words.command(`delete ${id} --force`)}`,
    }
    return this.mint(options, change.apply)
  }

  protected render(rotated: RotatedToken | TokenPlan, ui: HumanView): string {
    if ('dryRun' in rotated) return describePlan(rotated, ui)
    const {name, username, previousId, revokeCommand} = rotated
    return [
      ui.done(`Token ${name} of ${username} was successfully rotated`),
      tokenFacts(rotated, ui),
      ...(revokeCommand === null
        ? []
        : [ui.done(`The old token ${previousId} still works. When nothing uses it any more: ${revokeCommand}`)]),
    ].join('\n')
  }

  /** With a grace, the token itself stays, so that no other lifetime can be given. */
  async #warnOfNoEnd(graceMs: number | undefined): Promise<void> {
    const text = 'The token never expires, like the old one; give --expiration to limit it'
    await this.writer.warn(graceMs === undefined ? text : 'The token never expires, as before', {evenClean: true})
  }
}

/** With a grace, the token itself stays, with its lifetime. */
function refuseWithGrace({revokeOld, lifetime}: {revokeOld: boolean; lifetime: boolean}): void {
  if (!revokeOld && !lifetime) return
  const other = revokeOld ? '--revoke-old' : 'a new lifetime'
  throw new AppError('USAGE', `--grace and ${other} exclude each other`, {
    hint: 'Leave out --grace to create another token instead',
  })
}
