import {DeltaStreamTokenCommand, tokenArgument, tokenFlags} from '../../../cli/deltastream/token-command.ts'
import {isAlreadyGone} from '../../../cli/ignore-not-found.ts'
import {describePlan} from '../../../cli/tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../../../cli/tokens/end-flags.ts'
import type {TokenPlan} from '../../../operations/deltastream/change-plan.ts'
import {type DroppedToken, planDrop} from '../../../operations/deltastream/drop-token.ts'
import {type AlreadyGone, ignoreGone} from '../../../operations/ignore-gone.ts'
import type {HumanView} from '../../../output/human-view.ts'

const WHY_CONFIRM = 'Dropping a token cannot be undone'

export default class DeltaStreamTokenDrop extends DeltaStreamTokenCommand<DroppedToken | TokenPlan | AlreadyGone> {
  static override summary = 'Drop an API token of DeltaStream'
  static override description = 'The token stops working immediately. Only its owner can drop it.'
  static override args = tokenArgument
  static override flags = {...tokenFlags, ...endFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> ci --force',
    '<%= config.bin %> <%= command.id %> ci --force --ignore-not-found',
  ]

  protected async execute(): Promise<DroppedToken | TokenPlan | AlreadyGone> {
    const {args, flags} = await this.parseFlags(this.parse(DeltaStreamTokenDrop))
    const ignored = flags['ignore-not-found']
    const dryRun = flags['dry-run']
    const unusedForMs = readUnusedFor(flags['unused-for'])
    if (!dryRun && !ignored) this.requireForce(flags.force, WHY_CONFIRM)
    const named = await this.readNamed(args.name, flags)
    const tokens = await this.openTokens(flags)
    return ignoreGone({ignored, verb: 'drop'}, async () => {
      const token = await this.pickToken(tokens, named, 'Which API token to drop?')
      const warn = (text: string) => this.writer.warn(text)
      const change = planDrop(this.runtime, {tokens, token, self: flags.self, unusedForMs, warn})
      if (dryRun) return change.plan
      this.requireForce(flags.force, WHY_CONFIRM)
      await this.confirm(`Drop the API token ${token.name}? This cannot be undone.`, flags.force)
      return change.apply()
    })
  }

  protected render(dropped: DroppedToken | TokenPlan | AlreadyGone, ui: HumanView): string {
    if (isAlreadyGone(dropped)) return ui.done(dropped.message)
    if ('dryRun' in dropped) return describePlan(dropped, ui)
    return ui.done(`API token ${dropped.name} was successfully dropped`)
  }
}
