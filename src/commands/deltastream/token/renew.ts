import * as Flags from '@oclif/core/flags'
import {mintedFacts, readTimesMode} from '../../../cli/deltastream/minted-view.ts'
import {DeltaStreamTokenCommand, tokenArgument, tokenFlags} from '../../../cli/deltastream/token-command.ts'
import {dryRunFlag, forceFlag, textFlag} from '../../../cli/flags.ts'
import {describePlan} from '../../../cli/tokens/change-view.ts'
import {mintFlags} from '../../../cli/tokens/mint-flags.ts'
import {AppError} from '../../../errors/app-error.ts'
import {parseWindow} from '../../../lib/window.ts'
import type {TokenPlan} from '../../../operations/deltastream/change-plan.ts'
import {planRenewal, type RenewedToken} from '../../../operations/deltastream/renew-token.ts'
import {describeWhen, hintAtReplacement} from '../../../operations/tokens/word-uncertain.ts'
import {checkOutput} from '../../../output/delivery.ts'
import type {HumanView} from '../../../output/human-view.ts'
import {GRACE_DAYS_MAX, GRACE_MAX_MS} from '../../../service/tokens/grace.ts'

interface RenewFlags {
  grace?: string | undefined
  'end-all-values': boolean
  'dry-run': boolean
  'clean-output': boolean
}

export default class DeltaStreamTokenRenew extends DeltaStreamTokenCommand<RenewedToken | TokenPlan> {
  static override summary = 'Give an API token of DeltaStream a new secret'
  static override description =
    'Name and role do not change; the period that the token was created with starts again. DeltaStream ends the old secret before it sends the new one. The embedded service ends it after the new one is written out, or after --grace.'
  static override args = tokenArgument
  static override flags = {
    ...mintFlags,
    ...tokenFlags,
    grace: textFlag('grace', {
      description: `Let the old secret work for this time, such as 24h; at most ${GRACE_DAYS_MAX}d. Only the embedded service can do that`,
      placeholder: 'TIME',
    }),
    'end-all-values': Flags.boolean({
      description: 'Also end an older secret that is still in grace; without this flag the renewal is then refused',
    }),
    'dry-run': dryRunFlag,
    force: forceFlag,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> ci --output new.txt',
    '<%= config.bin %> <%= command.id %> ci --force --clean-output',
  ]

  protected async execute(): Promise<RenewedToken | TokenPlan> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamTokenRenew))
    const graceMs = readGrace(flags)
    const dryRun = flags['dry-run']
    checkOutput(flags.output)
    if (!dryRun) this.requireForce(flags.force, 'Renewing ends the current secret of the token')
    const named = await this.readNamed(args.name, flags)
    const tokens = await this.openTokens(flags)
    const token = await this.pickToken(tokens, named, 'Which API token to renew?')
    const warn = (text: string) => this.writer.warn(text)
    const endAllValues = flags['end-all-values']
    const times = readTimesMode(flags)
    const change = planRenewal(this.runtime, {tokens, token, graceMs, endAllValues, times, warn})
    if (tokens.service.isOwnToken(token.name)) {
      await warn(`${token.name} is the token that you are signed in with: put its new secret into DS_TOKEN`)
    }
    if (dryRun) return change.plan
    const end = graceMs === undefined ? 'Its current secret ends.' : `Its current secret ends after ${flags.grace}.`
    await this.confirm(`Renew the API token ${token.name}? ${end}`, flags.force)
    const hint = hintAtReplacement(tokens.words, token, describeWhen(this.runtime.now()))
    return this.mint({output: flags.output, hint}, change.apply)
  }

  protected render(renewed: RenewedToken | TokenPlan, ui: HumanView): string {
    if ('dryRun' in renewed) return describePlan(renewed, ui)
    return [ui.done(`API token ${renewed.name} was successfully renewed`), mintedFacts(renewed, ui)].join('\n')
  }
}

/** Read --grace, in milliseconds. USAGE for flags that exclude each other. */
function readGrace(flags: RenewFlags): number | undefined {
  if (flags['dry-run'] && flags['clean-output']) {
    throw new AppError('USAGE', '--dry-run and --clean-output exclude each other', {
      hint: 'Leave out --clean-output: a dry run has no token to print',
    })
  }
  if (flags.grace === undefined) return undefined
  if (flags['end-all-values']) {
    throw new AppError('USAGE', '--grace and --end-all-values exclude each other', {
      hint: 'Leave out --grace to end every older secret immediately, or --end-all-values to keep the current one for a while',
    })
  }
  return parseWindow('--grace', flags.grace, GRACE_MAX_MS)
}
