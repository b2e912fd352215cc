import * as Flags from '@oclif/core/flags'
import {mintedFacts, readTimesMode} from '../../../cli/deltastream/minted-view.ts'
import {DeltaStreamTokenCommand, tokenFlags} from '../../../cli/deltastream/token-command.ts'
import {dryRunFlag, forceFlag, textFlag} from '../../../cli/flags.ts'
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
import type {TokenPlan} from '../../../operations/deltastream/change-plan.ts'
import {planRenewal, type RenewedToken, type RenewOptions} from '../../../operations/deltastream/renew-token.ts'
import type {Outcome} from '../../../operations/tokens/bulk.ts'
import {listOnce} from '../../../operations/tokens/list-once.ts'
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

type OneResult = RenewedToken | TokenPlan

type RenewResult = OneResult | Outcome<OneResult>[]

const WHY_CONFIRM = 'Renewing ends the current secret of the token'

export default class DeltaStreamTokenRenew extends DeltaStreamTokenCommand<RenewResult> {
  static override summary = 'Give an API token of DeltaStream a new secret'
  static override description =
    'Name and role do not change; the period that the token was created with starts again. DeltaStream ends the old secret before it sends the new one. The embedded service ends it after the new one is written out, or after --grace. Several tokens need --output-dir.'
  static override args = {name: tokensArgument('Names of the tokens; asked for if no flag names the token')}
  static override flags = {
    ...replaceFlags,
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
    '<%= config.bin %> <%= command.id %> ci cd --output-dir secrets --force',
  ]

  protected async execute(): Promise<RenewResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamTokenRenew))
    const graceMs = readGrace(flags)
    const dryRun = flags['dry-run']
    refuseTwoOutputs(flags)
    const several = isSeveral(args.name)
    const folder = several ? requireOutputDir(flags) : undefined
    checkOutput(flags.output)
    if (!dryRun && !several) this.requireForce(flags.force, WHY_CONFIRM)
    const many = await readManyTokens(args.name ?? [], flags, this.runtime)
    if (!dryRun) this.requireForce(flags.force, WHY_CONFIRM)
    const change = {graceMs, endAllValues: flags['end-all-values'], times: readTimesMode(flags)}
    const after = graceMs === undefined ? '' : ` after ${flags.grace}`
    if (many && folder !== undefined) {
      const tokens = await this.openTokens(flags)
      const lookUp = listOnce(tokens)
      return this.mintTokens<TokenPlan, RenewedToken>(many, flags, {
        verb: 'renew',
        folder,
        ask: (described) => `Renew the API tokens ${described}? Their current secrets end${after}.`,
        prepare: async (name) => {
          const token = await this.pickToken(lookUp, {name})
          const planned = await this.#plan({...change, tokens, token})
          const isOwn = tokens.service.isOwnToken(token.name)
          return {...planned, key: token.name, name: token.name, described: token.name, isOwn}
        },
      })
    }
    const named = await this.readNamed(args.name?.[0], flags)
    const tokens = await this.openTokens(flags)
    const token = await this.pickToken(tokens, named, 'Which API token to renew?')
    const {plan, apply, hint} = await this.#plan({...change, tokens, token})
    await this.checkOutputDir(flags, token)
    if (dryRun) return plan
    await this.confirm(`Renew the API token ${token.name}? Its current secret ends${after}.`, flags.force)
    return this.mint({...(await this.chooseOutput(flags, token)), hint}, apply)
  }

  async #plan(options: Omit<RenewOptions, 'warn'>) {
    const {tokens, token} = options
    const warn = (text: string) => this.writer.warn(text)
    const change = planRenewal(this.runtime, {...options, warn})
    if (tokens.service.isOwnToken(token.name)) {
      await warn(`${token.name} is the token that you are signed in with: put its new secret into DS_TOKEN`)
    }
    return {...change, hint: hintAtReplacement(tokens.words, token, describeWhen(this.runtime.now()))}
  }

  protected render(renewed: RenewResult, ui: HumanView): string {
    if (Array.isArray(renewed)) return renderOutcomes(renewed, ui, (one) => describe(one, ui))
    return describe(renewed, ui)
  }
}

function describe(renewed: OneResult, ui: HumanView): string {
  if ('dryRun' in renewed) return describePlan(renewed, ui)
  return [
    ui.done(`API token ${renewed.name} was successfully renewed`),
    mintedFacts(renewed, ui),
    ...describeFile(renewed, ui),
  ].join('\n')
}

/** Read --grace, in milliseconds. USAGE for flags that exclude each other. */
function readGrace(flags: RenewFlags): number | undefined {
  refusePlanForToken(flags)
  if (flags.grace === undefined) return undefined
  if (flags['end-all-values']) {
    throw new AppError('USAGE', '--grace and --end-all-values exclude each other', {
      hint: 'Leave out --grace to end every older secret immediately, or --end-all-values to keep the current one for a while',
    })
  }
  return parseWindow('--grace', flags.grace, GRACE_MAX_MS)
}
