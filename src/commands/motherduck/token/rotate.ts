import * as Flags from '@oclif/core/flags'
import {dryRunFlag, forceFlag, textFlag, tokenFileFlag} from '../../../cli/flags.ts'
import {lifetimeFlags, readLifetime} from '../../../cli/motherduck/lifetime-flags.ts'
import {MotherDuckCommand, tokenNameFlag, userTokenFlags} from '../../../cli/motherduck/motherduck-command.ts'
import {tokenFacts} from '../../../cli/motherduck/token-view.ts'
import {describePlan} from '../../../cli/tokens/change-view.ts'
import {
  describeFile,
  isSeveral,
  readManyTokens,
  renderOutcomes,
  tokensArgument,
} from '../../../cli/tokens/many-tokens.ts'
import {refusePlanForToken, refuseTwoOutputs, replaceFlags, requireOutputDir} from '../../../cli/tokens/mint-flags.ts'
import {AppError} from '../../../errors/app-error.ts'
import {parseWindow} from '../../../lib/window.ts'
import type {TokenPlan} from '../../../operations/motherduck/change-plan.ts'
import {planRotation, type RotatedToken, type RotateOptions} from '../../../operations/motherduck/rotate-token.ts'
import type {Outcome} from '../../../operations/tokens/bulk.ts'
import {listOnce} from '../../../operations/tokens/list-once.ts'
import {describeWhen, hintAtMint} from '../../../operations/tokens/word-uncertain.ts'
import {checkOutput} from '../../../output/delivery.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {GRACE_DAYS_MAX, GRACE_MAX_MS} from '../../../service/tokens/grace.ts'

type OneResult = RotatedToken | TokenPlan

type RotateResult = OneResult | Outcome<OneResult>[]

const WHY_CONFIRM = 'Rotating ends the old token'

export default class MotherDuckTokenRotate extends MotherDuckCommand<RotateResult> {
  static override summary = 'Replace an access token of a MotherDuck user by a new one'
  static override description =
    'MotherDuck cannot give a token a new secret, so a new token with the same name, type, description and lifetime is created. The old token works until it is deleted: with --revoke-old, after the new secret is written out. Several tokens need --output-dir.'
  static override args = {id: tokensArgument('Ids or names of the tokens; asked for if no flag names the token')}
  static override flags = {
    ...userTokenFlags,
    ...replaceFlags,
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
    '<%= config.bin %> <%= command.id %> ci cd --user etl --output-dir secrets',
  ]

  protected async execute(): Promise<RotateResult> {
    const {args, flags} = await this.parseFlags(this.parse(MotherDuckTokenRotate))
    const ttlSeconds = readLifetime(flags, this.runtime.now())
    const graceMs = flags.grace === undefined ? undefined : parseWindow('--grace', flags.grace, GRACE_MAX_MS)
    const revokeOld = flags['revoke-old']
    const dryRun = flags['dry-run']
    if (graceMs !== undefined) refuseWithGrace({revokeOld, lifetime: ttlSeconds !== undefined})
    refusePlanForToken(flags)
    refuseTwoOutputs(flags)
    const several = isSeveral(args.id)
    const folder = several ? requireOutputDir(flags) : undefined
    checkOutput(flags.output)
    const ends = revokeOld || graceMs !== undefined
    if (!dryRun && ends && !several) this.requireForce(flags.force, WHY_CONFIRM)
    // If no old token ends, there is no question, and so `-` does not need --force.
    const many = await readManyTokens(args.id ?? [], {...flags, force: flags.force || !ends}, this.runtime)
    if (!dryRun && ends) this.requireForce(flags.force, WHY_CONFIRM)
    const change = {ttlSeconds, revokeOld, graceMs}
    const end = graceMs === undefined ? 'The old one ends.' : `The old secret ends after ${flags.grace}.`
    if (many && folder !== undefined) {
      const user = await this.openUser(flags)
      const lookUp = listOnce(user)
      return this.mintTokens<TokenPlan, RotatedToken>(many, flags, {
        verb: 'rotate',
        folder,
        ask: ends ? (described) => `Rotate the tokens ${described}? Of each: ${end}` : undefined,
        prepare: async (idOrName) => {
          const token = await this.pickToken(lookUp, {idOrName})
          const planned = await this.#plan({...change, user, token})
          const isOwn = user.service.isOwnToken(token.id)
          return {...planned, key: token.id, name: token.name, described: this.describeToken(token), isOwn}
        },
      })
    }
    const wanted = await this.readWanted(args.id?.[0], flags)
    const user = await this.openUser(flags, wanted)
    const token = await this.pickToken(user, wanted, 'Which token to rotate?')
    const {plan, apply, ...hints} = await this.#plan({...change, user, token})
    await this.checkOutputDir(flags, token)
    if (dryRun) return plan
    if (ends) await this.confirm(`Rotate the token ${this.describeToken(token)}? ${end}`, flags.force)
    return this.mint({...(await this.chooseOutput(flags, token)), ...hints}, apply)
  }

  async #plan(options: Omit<RotateOptions, 'warn'>) {
    const {user, token, ttlSeconds, graceMs} = options
    const warn = (text: string) => this.writer.warn(text)
    const change = planRotation(this.runtime, {...options, warn})
    if (ttlSeconds === undefined && token.expiresAt === null) await this.#warnOfNoEnd(token.name, graceMs)
    if (user.service.isOwnToken(token.id)) {
      await warn(`${this.describeToken(token)} is the token that you are signed in with`)
    }
    return {
      ...change,
      hint: hintAtMint(user.words, token.name, describeWhen(this.runtime.now())),
      endHint: (id: string) => `End it with: ${user.words.command(`delete ${id} --force`)}`,
    }
  }

  protected render(rotated: RotateResult, ui: HumanView): string {
    if (Array.isArray(rotated)) return renderOutcomes(rotated, ui, (one) => describe(one, ui))
    return describe(rotated, ui)
  }

  /** With a grace, the token itself stays, so that no other lifetime can be given. */
  async #warnOfNoEnd(name: string, graceMs: number | undefined): Promise<void> {
    const advice = graceMs === undefined ? '; give --expiration to limit it' : ''
    await this.writer.warn(`${name} never expires, as before${advice}`, {evenClean: true})
  }
}

function describe(rotated: OneResult, ui: HumanView): string {
  if ('dryRun' in rotated) return describePlan(rotated, ui)
  const {name, username, previousId, revokeCommand} = rotated
  return [
    ui.done(`Token ${name} of ${username} was successfully rotated`),
    tokenFacts(rotated, ui),
    ...describeFile(rotated, ui),
    ...(revokeCommand === null
      ? []
      : [ui.done(`The old token ${previousId} still works. When nothing uses it any more: ${revokeCommand}`)]),
  ].join('\n')
}

/** With a grace, the token itself stays, with its lifetime. */
function refuseWithGrace({revokeOld, lifetime}: {revokeOld: boolean; lifetime: boolean}): void {
  if (!revokeOld && !lifetime) return
  const other = revokeOld ? '--revoke-old' : 'a new lifetime'
  throw new AppError('USAGE', `--grace and ${other} exclude each other`, {
    hint: 'Leave out --grace to create another token instead',
  })
}
