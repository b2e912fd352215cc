import type {Interfaces} from '@oclif/core'
import * as Flags from '@oclif/core/flags'
import {AppError} from '../../errors/app-error.ts'
import {parseWindow} from '../../lib/window.ts'
import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import type {TokenEntity} from '../../operations/astro/entity.ts'
import {planRotation} from '../../operations/astro/rotate-token.ts'
import type {TokenResult} from '../../operations/astro/token-result.ts'
import type {Outcome} from '../../operations/tokens/bulk.ts'
import {listOnce} from '../../operations/tokens/list-once.ts'
import {describeWhen, hintAtReplacement} from '../../operations/tokens/word-uncertain.ts'
import {checkOutput} from '../../output/delivery.ts'
import type {HumanView} from '../../output/human-view.ts'
import {GRACE_DAYS_MAX, GRACE_MAX_MS} from '../../service/tokens/grace.ts'
import type {AstroTokenRecord} from '../../vendors/astro/token-port.ts'
import {dryRunFlag, forceFlag, textFlag, tokenFileFlag, tokenNameFlag} from '../flags.ts'
import {describePlan} from '../tokens/change-view.ts'
import {describeFile, isSeveral, readManyTokens, renderOutcomes, tokensArgument} from '../tokens/many-tokens.ts'
import {refusePlanForToken, refuseTwoOutputs, replaceFlags, requireOutputDir} from '../tokens/mint-flags.ts'
import {EntityCommand} from './entity-command.ts'
import type {EntityFlags} from './entity-flags.ts'
import {tokenFacts} from './token-view.ts'

export const rotateFlags = {
  ...replaceFlags,
  name: tokenNameFlag,
  'token-file': tokenFileFlag,
  grace: textFlag('grace', {
    description: `How long the old secret still works, such as 24h or 1d12h; at most ${GRACE_DAYS_MAX}d (default: it ends immediately)`,
    placeholder: 'TIME',
  }),
  'end-all-values': Flags.boolean({
    description: 'Also end an older secret that is still in grace; without this flag the rotation is then refused',
  }),
  'dry-run': dryRunFlag,
  force: forceFlag,
}

type RotateFlags = EntityFlags & Interfaces.InferredFlags<typeof rotateFlags>

type OneResult = TokenResult | ChangePlan

export type RotateResult = OneResult | Outcome<OneResult>[]

export const tokensToRotate = {
  id: tokensArgument('Ids or names of the tokens; asked for if no flag names the token'),
}

const WHY_CONFIRM = 'Rotating ends the current secret of the token'

export abstract class RotateCommand extends EntityCommand<RotateResult> {
  static override description =
    'The new secret is written out first. Then the old one stops working, immediately or after --grace. Id, name and role do not change; the lifetime starts again. Several tokens need --output-dir.'

  protected async rotate(ids: string[] | undefined, flags: RotateFlags): Promise<RotateResult> {
    const graceMs = parseGrace(flags)
    refusePlanForToken(flags)
    refuseTwoOutputs(flags)
    const several = isSeveral(ids)
    const folder = several ? requireOutputDir(flags) : undefined
    checkOutput(flags.output)
    if (!flags['dry-run'] && !several) this.requireForce(flags.force, WHY_CONFIRM)
    const many = await readManyTokens(ids ?? [], flags, this.runtime)
    if (many && folder !== undefined) return this.#rotateMany(many, {folder, graceMs}, flags)
    return this.#rotateOne(ids?.[0], graceMs, flags)
  }

  async #rotateOne(id: string | undefined, graceMs: number | undefined, flags: RotateFlags): Promise<OneResult> {
    const secret = await this.readTokenFile(flags['token-file'])
    const entity = await this.openEntity(flags, secret)
    const wanted = {entity, idOrName: id, name: flags.name, ownFirst: true}
    const token = await this.pickToken(wanted, 'Which API token to rotate?')
    const {plan, apply, hint} = await this.#plan({entity, token, graceMs}, flags)
    await this.checkOutputDir(flags, token)
    if (flags['dry-run']) return plan
    await this.confirm(`Rotate the API token ${this.describeToken(token)}? ${describeEnd(flags)}`, flags.force)
    return this.mint({...(await this.chooseOutput(flags, token)), hint}, apply)
  }

  async #rotateMany(
    wanted: string[],
    {folder, graceMs}: {folder: string; graceMs: number | undefined},
    flags: RotateFlags,
  ): Promise<Outcome<OneResult>[]> {
    if (!flags['dry-run']) this.requireForce(flags.force, WHY_CONFIRM)
    const entity = await this.openEntity(flags)
    const lookUp = listOnce(entity)
    return this.mintTokens<ChangePlan, TokenResult>(wanted, flags, {
      verb: 'rotate',
      folder,
      ask: (described) => `Rotate the API tokens ${described}? Of each: ${describeEnd(flags)}`,
      prepare: async (idOrName) => {
        const token = await this.pickToken({entity: lookUp, idOrName, ownFirst: true})
        const planned = await this.#plan({entity, token, graceMs}, flags)
        const isOwn = entity.target.isOwnToken(token.id)
        return {...planned, key: token.id, name: token.name, described: this.describeToken(token), isOwn}
      },
    })
  }

  async #plan(
    options: {entity: TokenEntity; token: AstroTokenRecord; graceMs: number | undefined},
    flags: RotateFlags,
  ) {
    const {entity, token} = options
    const change = planRotation(this.runtime, {...options, endAllValues: flags['end-all-values']})
    if (entity.target.isOwnToken(token.id)) await this.#warnOfOwn(token)
    if (token.expiresAt === null) await this.writer.warn(`${token.name} never expires, as before`, {evenClean: true})
    return {...change, hint: hintAtReplacement(entity.words, token, describeWhen(this.runtime.now()))}
  }

  protected render(rotated: RotateResult, ui: HumanView): string {
    if (Array.isArray(rotated)) return renderOutcomes(rotated, ui, (one) => this.#describe(one, ui))
    return this.#describe(rotated, ui)
  }

  #describe(rotated: OneResult, ui: HumanView): string {
    if ('dryRun' in rotated) return describePlan(rotated, ui)
    return [
      ui.done(`${this.title} API token ${rotated.name} was successfully rotated`),
      tokenFacts(rotated, ui),
      ...describeFile(rotated, ui),
    ].join('\n')
  }

  async #warnOfOwn({name, id}: AstroTokenRecord): Promise<void> {
    await this.writer.warn(
      `${name} (${id}) is the token that you are signed in with: put its new secret into ASTRO_API_TOKEN`,
    )
  }
}

/** Read --grace, in milliseconds. USAGE for more than the token service allows. */
function parseGrace(flags: RotateFlags): number | undefined {
  if (flags.grace === undefined) return undefined
  if (flags['end-all-values']) {
    throw new AppError('USAGE', '--grace and --end-all-values exclude each other', {
      hint: 'Leave out --grace to end every older secret immediately, or --end-all-values to keep the current one for a while',
    })
  }
  return parseWindow('--grace', flags.grace, GRACE_MAX_MS)
}

function describeEnd({grace, 'end-all-values': endAllValues}: RotateFlags): string {
  if (endAllValues) return 'Its current secret and every older one end.'
  if (grace === undefined) return 'Its current secret ends.'
  return `Its current secret ends after ${/^\d+$/.test(grace) ? `${grace}d` : grace}.`
}
