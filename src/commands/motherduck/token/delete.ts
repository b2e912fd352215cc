import {tokenFileFlag} from '../../../cli/flags.ts'
import {isAlreadyGone} from '../../../cli/ignore-not-found.ts'
import {
  MotherDuckCommand,
  tokenArgument,
  tokenNameFlag,
  userTokenFlags,
} from '../../../cli/motherduck/motherduck-command.ts'
import {describePlan} from '../../../cli/tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../../../cli/tokens/end-flags.ts'
import {type AlreadyGone, ignoreGone} from '../../../operations/ignore-gone.ts'
import type {TokenPlan} from '../../../operations/motherduck/change-plan.ts'
import {type DeletedToken, planDelete} from '../../../operations/motherduck/delete-token.ts'
import type {HumanView} from '../../../output/human-view.ts'

const WHY_CONFIRM = 'Deleting a token cannot be undone'

export default class MotherDuckTokenDelete extends MotherDuckCommand<DeletedToken | TokenPlan | AlreadyGone> {
  static override summary = 'Delete an access token of a MotherDuck user'
  static override description = 'The token stops working immediately. It is found by its id or its name.'
  static override args = tokenArgument
  static override flags = {...userTokenFlags, name: tokenNameFlag, 'token-file': tokenFileFlag, ...endFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user etl --name ci --force',
    '<%= config.bin %> <%= command.id %> 3fa85f64-5717-4562-b3fc-2c963f66afa6 --user etl --force --ignore-not-found',
  ]

  protected async execute(): Promise<DeletedToken | TokenPlan | AlreadyGone> {
    const {args, flags} = await this.parseFlags(this.parse(MotherDuckTokenDelete))
    const ignored = flags['ignore-not-found']
    const dryRun = flags['dry-run']
    const unusedForMs = readUnusedFor(flags['unused-for'])
    if (!dryRun && !ignored) this.requireForce(flags.force, WHY_CONFIRM)
    const wanted = await this.readWanted(args.id, flags)
    return ignoreGone({ignored, verb: 'delete'}, async () => {
      const user = await this.openUser(flags, wanted)
      const token = await this.pickToken(user, wanted, 'Which token to delete?')
      const warn = (text: string) => this.writer.warn(text)
      const change = planDelete(this.runtime, {user, token, self: flags.self, unusedForMs, warn})
      if (dryRun) return change.plan
      this.requireForce(flags.force, WHY_CONFIRM)
      const described = `${this.describeToken(token)} of ${token.username}`
      await this.confirm(`Delete the token ${described}? This cannot be undone.`, flags.force)
      return change.apply()
    })
  }

  protected render(deleted: DeletedToken | TokenPlan | AlreadyGone, ui: HumanView): string {
    if (isAlreadyGone(deleted)) return ui.done(deleted.message)
    if ('dryRun' in deleted) return describePlan(deleted, ui)
    return ui.done(`Token ${deleted.name} of ${deleted.username} was successfully deleted`)
  }
}
