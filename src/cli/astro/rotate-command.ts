import type {Interfaces} from '@oclif/core'
import * as Flags from '@oclif/core/flags'
import {AppError} from '../../errors/app-error.ts'
import {parseWindow} from '../../lib/window.ts'
import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import {planRotation} from '../../operations/astro/rotate-token.ts'
import type {TokenResult} from '../../operations/astro/token-result.ts'
import {describeWhen, hintAtReplacement} from '../../operations/tokens/word-uncertain.ts'
import {checkOutput} from '../../output/delivery.ts'
import type {HumanView} from '../../output/human-view.ts'
import {GRACE_DAYS_MAX, GRACE_MAX_MS} from '../../service/tokens/grace.ts'
import type {AstroTokenRecord} from '../../vendors/astro/token-port.ts'
import {dryRunFlag, forceFlag, textFlag, tokenFileFlag, tokenNameFlag} from '../flags.ts'
import {describePlan} from '../tokens/change-view.ts'
import {mintFlags} from '../tokens/mint-flags.ts'
import {EntityCommand} from './entity-command.ts'
import type {EntityFlags} from './entity-flags.ts'
import {tokenFacts} from './token-view.ts'

export const rotateFlags = {
  ...mintFlags,
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

export abstract class RotateCommand extends EntityCommand<TokenResult | ChangePlan> {
  static override description =
    'The new secret is written out first. Then the old one stops working, immediately or after --grace. Id, name and role do not change; the lifetime starts again.'

  protected async rotate(id: string | undefined, flags: RotateFlags): Promise<TokenResult | ChangePlan> {
    const graceMs = parseGrace(flags)
    const dryRun = flags['dry-run']
    refusePlanForToken(flags)
    checkOutput(flags.output)
    if (!dryRun) this.requireForce(flags.force, 'Rotating ends the current secret of the token')
    const secret = await this.readTokenFile(flags['token-file'])
    const entity = await this.openEntity(flags, secret)
    const wanted = {entity, idOrName: id, name: flags.name, ownFirst: true}
    const token = await this.pickToken(wanted, 'Which API token to rotate?')
    const endAllValues = flags['end-all-values']
    const change = planRotation(this.runtime, {entity, token, graceMs, endAllValues})
    if (entity.target.isOwnToken(token.id)) await this.#warnOfOwn(token)
    if (token.expiresAt === null) await this.writer.warn('The token never expires, as before', {evenClean: true})
    if (dryRun) return change.plan
    await this.confirm(`Rotate the API token ${this.describeToken(token)}? ${describeEnd(flags)}`, flags.force)
    const hint = hintAtReplacement(entity.words, token, describeWhen(this.runtime.now()))
    return this.mint({output: flags.output, hint}, change.apply)
  }

  protected render(rotated: TokenResult | ChangePlan, ui: HumanView): string {
    if ('dryRun' in rotated) return describePlan(rotated, ui)
    return [ui.done(`${this.title} API token ${rotated.name} was successfully rotated`), tokenFacts(rotated, ui)].join(
      '\n',
    )
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

/**
 * Throw USAGE for --dry-run with --clean-output: a script that expects only the token must not get
 * a plan instead.
 */
function refusePlanForToken(flags: RotateFlags): void {
  if (!flags['dry-run'] || !flags['clean-output']) return
  throw new AppError('USAGE', '--dry-run and --clean-output exclude each other', {
    hint: 'Leave out --clean-output: a dry run has no token to print',
  })
}
