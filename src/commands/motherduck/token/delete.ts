import type {Interfaces} from '@oclif/core'
import {tokenFileFlag} from '../../../cli/flags.ts'
import {isAlreadyGone} from '../../../cli/ignore-not-found.ts'
import {MotherDuckCommand, tokenNameFlag, userTokenFlags} from '../../../cli/motherduck/motherduck-command.ts'
import {describePlan} from '../../../cli/tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../../../cli/tokens/end-flags.ts'
import {readManyTokens, renderOutcomes, tokensArgument} from '../../../cli/tokens/many-tokens.ts'
import {type AlreadyGone, ignoreGone} from '../../../operations/ignore-gone.ts'
import type {TokenPlan} from '../../../operations/motherduck/change-plan.ts'
import {type DeletedToken, type DeleteOptions, planDelete} from '../../../operations/motherduck/delete-token.ts'
import type {Outcome} from '../../../operations/tokens/bulk.ts'
import {listOnce} from '../../../operations/tokens/list-once.ts'
import type {HumanView} from '../../../output/human-view.ts'

type OneResult = DeletedToken | TokenPlan | AlreadyGone

type DeleteResult = OneResult | Outcome<OneResult>[]

const WHY_CONFIRM = 'Deleting a token cannot be undone'

export default class MotherDuckTokenDelete extends MotherDuckCommand<DeleteResult> {
  static override summary = 'Delete an access token of a MotherDuck user'
  static override description = 'The token stops working immediately. It is found by its id or its name.'
  static override args = {id: tokensArgument('Ids or names of the tokens; asked for if no flag names the token')}
  static override flags = {...userTokenFlags, name: tokenNameFlag, 'token-file': tokenFileFlag, ...endFlags}
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user etl --name ci --force',
    '<%= config.bin %> <%= command.id %> 3fa85f64-5717-4562-b3fc-2c963f66afa6 --user etl --force --ignore-not-found',
  ]

  protected async execute(): Promise<DeleteResult> {
    const {args, flags} = await this.parseFlags(this.parse(MotherDuckTokenDelete))
    const ignored = flags['ignore-not-found']
    const dryRun = flags['dry-run']
    const unusedForMs = readUnusedFor(flags['unused-for'])
    if (!dryRun && !ignored) this.requireForce(flags.force, WHY_CONFIRM)
    const many = await readManyTokens(args.id ?? [], flags, this.runtime)
    if (many) {
      if (!dryRun) this.requireForce(flags.force, WHY_CONFIRM)
      return this.#deleteMany(many, {flags, user: await this.openUser(flags), unusedForMs})
    }
    const wanted = await this.readWanted(args.id?.[0], flags)
    return ignoreGone({ignored, verb: 'delete'}, async () => {
      const user = await this.openUser(flags, wanted)
      const token = await this.pickToken(user, wanted, 'Which token to delete?')
      const change = this.#plan({user, token, self: flags.self, unusedForMs})
      if (dryRun) return change.plan
      this.requireForce(flags.force, WHY_CONFIRM)
      const described = `${this.describeToken(token)} of ${token.username}`
      await this.confirm(`Delete the token ${described}? This cannot be undone.`, flags.force)
      return change.apply()
    })
  }

  #deleteMany(
    wanted: string[],
    {
      flags,
      user,
      unusedForMs,
    }: Pick<DeleteOptions, 'user' | 'unusedForMs'> & {
      flags: Pick<Interfaces.InferredFlags<typeof endFlags>, 'self' | 'force' | 'dry-run' | 'ignore-not-found'>
    },
  ): Promise<Outcome<OneResult>[]> {
    const lookUp = listOnce(user)
    return this.changeTokens<TokenPlan, DeletedToken>(wanted, flags, {
      verb: 'delete',
      ask: (described) => `Delete ${described} of ${user.username}? This cannot be undone.`,
      prepare: async (idOrName) => {
        const token = await this.pickToken(lookUp, {idOrName})
        const change = this.#plan({user, token, self: flags.self, unusedForMs})
        const isOwn = user.service.isOwnToken(token.id)
        return {...change, key: token.id, described: this.describeToken(token), isOwn}
      },
    })
  }

  #plan(options: Omit<DeleteOptions, 'warn'>) {
    return planDelete(this.runtime, {...options, warn: (text) => this.writer.warn(text)})
  }

  protected render(deleted: DeleteResult, ui: HumanView): string {
    if (Array.isArray(deleted)) return renderOutcomes(deleted, ui, (one) => this.#describe(one, ui))
    return this.#describe(deleted, ui)
  }

  #describe(deleted: OneResult, ui: HumanView): string {
    if (isAlreadyGone(deleted)) return ui.done(deleted.message)
    if ('dryRun' in deleted) return describePlan(deleted, ui)
    return ui.done(`Token ${deleted.name} of ${deleted.username} was successfully deleted`)
  }
}
