import type {Interfaces} from '@oclif/core'
import {DeltaStreamTokenCommand, tokenFlags} from '../../../cli/deltastream/token-command.ts'
import {isAlreadyGone} from '../../../cli/ignore-not-found.ts'
import {describePlan} from '../../../cli/tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../../../cli/tokens/end-flags.ts'
import {readManyTokens, renderOutcomes, tokensArgument} from '../../../cli/tokens/many-tokens.ts'
import type {TokenPlan} from '../../../operations/deltastream/change-plan.ts'
import {type DropOptions, type DroppedToken, planDrop} from '../../../operations/deltastream/drop-token.ts'
import {type AlreadyGone, ignoreGone} from '../../../operations/ignore-gone.ts'
import type {Outcome} from '../../../operations/tokens/bulk.ts'
import {listOnce} from '../../../operations/tokens/list-once.ts'
import type {HumanView} from '../../../output/human-view.ts'

type OneResult = DroppedToken | TokenPlan | AlreadyGone

type DropResult = OneResult | Outcome<OneResult>[]

const WHY_CONFIRM = 'Dropping a token cannot be undone'

export default class DeltaStreamTokenDrop extends DeltaStreamTokenCommand<DropResult> {
  static override summary = 'Drop an API token of DeltaStream'
  static override description = 'The token stops working immediately. Only its owner can drop it.'
  static override args = {name: tokensArgument('Names of the tokens; asked for if no flag names the token')}
  static override flags = {...tokenFlags, ...endFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> ci --force',
    '<%= config.bin %> <%= command.id %> ci --force --ignore-not-found',
  ]

  protected async execute(): Promise<DropResult> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamTokenDrop))
    const ignored = flags['ignore-not-found']
    const dryRun = flags['dry-run']
    const unusedForMs = readUnusedFor(flags['unused-for'])
    if (!dryRun && !ignored) this.requireForce(flags.force, WHY_CONFIRM)
    const many = await readManyTokens(args.name ?? [], flags, this.runtime)
    if (many) {
      if (!dryRun) this.requireForce(flags.force, WHY_CONFIRM)
      return this.#dropMany(many, {flags, tokens: await this.openTokens(flags), unusedForMs})
    }
    const named = await this.readNamed(args.name?.[0], flags)
    const tokens = await this.openTokens(flags)
    return ignoreGone({ignored, verb: 'drop'}, async () => {
      const token = await this.pickToken(tokens, named, 'Which API token to drop?')
      const change = this.#plan({tokens, token, self: flags.self, unusedForMs})
      if (dryRun) return change.plan
      this.requireForce(flags.force, WHY_CONFIRM)
      await this.confirm(`Drop the API token ${token.name}? This cannot be undone.`, flags.force)
      return change.apply()
    })
  }

  #dropMany(
    wanted: string[],
    {
      flags,
      tokens,
      unusedForMs,
    }: Pick<DropOptions, 'tokens' | 'unusedForMs'> & {
      flags: Pick<Interfaces.InferredFlags<typeof endFlags>, 'self' | 'force' | 'dry-run' | 'ignore-not-found'>
    },
  ): Promise<Outcome<OneResult>[]> {
    const lookUp = listOnce(tokens)
    return this.changeTokens<TokenPlan, DroppedToken>(wanted, flags, {
      verb: 'drop',
      ask: (described) => `Drop the API tokens ${described}? This cannot be undone.`,
      prepare: async (name) => {
        const token = await this.pickToken(lookUp, {name})
        const change = this.#plan({tokens, token, self: flags.self, unusedForMs})
        const isOwn = tokens.service.isOwnToken(token.name)
        return {...change, key: token.name, described: token.name, isOwn}
      },
    })
  }

  #plan(options: Omit<DropOptions, 'warn'>) {
    return planDrop(this.runtime, {...options, warn: (text) => this.writer.warn(text)})
  }

  protected render(dropped: DropResult, ui: HumanView): string {
    if (Array.isArray(dropped)) return renderOutcomes(dropped, ui, (one) => this.#describe(one, ui))
    return this.#describe(dropped, ui)
  }

  #describe(dropped: OneResult, ui: HumanView): string {
    if (isAlreadyGone(dropped)) return ui.done(dropped.message)
    if ('dryRun' in dropped) return describePlan(dropped, ui)
    return ui.done(`API token ${dropped.name} was successfully dropped`)
  }
}
