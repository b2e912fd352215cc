import type {Interfaces} from '@oclif/core'
import {type ChangePlan, isKnownAsOwn} from '../../operations/astro/change-plan.ts'
import {type DeletedToken, type DeleteOptions, planDelete} from '../../operations/astro/delete-token.ts'
import {type AlreadyGone, ignoreGone} from '../../operations/ignore-gone.ts'
import type {Outcome} from '../../operations/tokens/bulk.ts'
import {listOnce} from '../../operations/tokens/list-once.ts'
import type {HumanView} from '../../output/human-view.ts'
import {tokenFileFlag, tokenNameFlag} from '../flags.ts'
import {isAlreadyGone} from '../ignore-not-found.ts'
import {describePlan} from '../tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../tokens/end-flags.ts'
import {readManyTokens, renderOutcomes, tokensArgument} from '../tokens/many-tokens.ts'
import {EntityCommand} from './entity-command.ts'
import type {EntityFlags} from './entity-flags.ts'

export const deleteFlags = {
  name: tokenNameFlag,
  'token-file': tokenFileFlag,
  ...endFlags,
}

type DeleteFlags = EntityFlags & Interfaces.InferredFlags<typeof deleteFlags> & {agent?: boolean}

const WHY_CONFIRM = 'Deleting a token cannot be undone'

type OneResult = DeletedToken | ChangePlan | AlreadyGone

export type DeleteResult = OneResult | Outcome<OneResult>[]

export const tokensToDelete = {
  id: tokensArgument('Ids or names of the tokens; asked for if no flag names the token'),
}

export abstract class DeleteCommand extends EntityCommand<DeleteResult> {
  static override description =
    'The token stops working immediately, with all its secrets. A token of a wider scope only loses its role here.'

  protected async delete(ids: string[] | undefined, flags: DeleteFlags): Promise<DeleteResult> {
    const many = await readManyTokens(ids ?? [], flags, this.runtime)
    return many ? this.#deleteMany(many, flags) : this.#deleteOne(ids?.[0], flags)
  }

  async #deleteOne(id: string | undefined, flags: DeleteFlags): Promise<OneResult> {
    const ignored = flags['ignore-not-found']
    const unusedForMs = readUnusedFor(flags['unused-for'])
    if (!flags['dry-run'] && !ignored) this.requireForce(flags.force, WHY_CONFIRM)
    const secret = await this.readTokenFile(flags['token-file'])
    return ignoreGone({ignored, verb: 'delete'}, () => this.#deleteFound({id, secret, unusedForMs}, flags))
  }

  async #deleteFound(
    {id, secret, unusedForMs}: {id: string | undefined; secret: string | undefined; unusedForMs: number | undefined},
    flags: DeleteFlags,
  ): Promise<DeletedToken | ChangePlan> {
    const entity = await this.openEntity(flags, secret)
    const token = await this.pickToken({entity, idOrName: id, name: flags.name}, `Which ${this.tokenNoun} to delete?`)
    const change = await this.#plan({entity, token, unusedForMs}, flags)
    if (flags['dry-run']) return change.plan
    this.requireForce(flags.force, WHY_CONFIRM)
    const described = this.describeToken(token)
    const question =
      token.scope === this.scope
        ? `Delete the ${this.tokenNoun} ${described}? This cannot be undone.`
        : `Remove the API token ${described} from the ${this.title}?`
    await this.confirm(question, flags.force)
    return change.apply()
  }

  async #deleteMany(wanted: string[], flags: DeleteFlags): Promise<Outcome<OneResult>[]> {
    const unusedForMs = readUnusedFor(flags['unused-for'])
    if (!flags['dry-run']) this.requireForce(flags.force, WHY_CONFIRM)
    const entity = await this.openEntity(flags)
    const lookUp = listOnce(entity)
    return this.changeTokens<ChangePlan, DeletedToken>(wanted, flags, {
      verb: 'delete',
      ask: (described) =>
        `Delete ${described}, or remove what belongs elsewhere from the ${this.title}? This cannot be undone.`,
      prepare: async (idOrName) => {
        const token = await this.pickToken({entity: lookUp, idOrName})
        return {
          ...(await this.#plan({entity, token, unusedForMs}, flags)),
          key: token.id,
          described: this.describeToken(token),
          isOwn: isKnownAsOwn(entity, token),
        }
      },
    })
  }

  #plan(options: Pick<DeleteOptions, 'entity' | 'token' | 'unusedForMs'>, {self}: DeleteFlags) {
    return planDelete(this.runtime, {...options, self, warn: (text) => this.writer.warn(text)})
  }

  protected render(deleted: DeleteResult, ui: HumanView): string {
    if (Array.isArray(deleted)) return renderOutcomes(deleted, ui, (one) => this.#describe(one, ui))
    return this.#describe(deleted, ui)
  }

  #describe(deleted: OneResult, ui: HumanView): string {
    if (isAlreadyGone(deleted)) return ui.done(deleted.message)
    if ('dryRun' in deleted) return describePlan(deleted, ui)
    return ui.done(
      deleted.ended
        ? `${this.tokenTitle} ${deleted.name} was successfully deleted`
        : `API token ${deleted.name} was successfully removed from the ${this.title}`,
    )
  }
}
