import type {Interfaces} from '@oclif/core'
import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import {type DeletedToken, planDelete} from '../../operations/astro/delete-token.ts'
import {type AlreadyGone, ignoreGone} from '../../operations/ignore-gone.ts'
import type {HumanView} from '../../output/human-view.ts'
import {tokenFileFlag, tokenNameFlag} from '../flags.ts'
import {isAlreadyGone} from '../ignore-not-found.ts'
import {describePlan} from '../tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../tokens/end-flags.ts'
import {EntityCommand} from './entity-command.ts'
import type {EntityFlags} from './entity-flags.ts'

export const deleteFlags = {
  name: tokenNameFlag,
  'token-file': tokenFileFlag,
  ...endFlags,
}

type DeleteFlags = EntityFlags & Interfaces.InferredFlags<typeof deleteFlags> & {agent?: boolean}

const WHY_CONFIRM = 'Deleting a token cannot be undone'

export type DeleteResult = DeletedToken | ChangePlan | AlreadyGone

export abstract class DeleteCommand extends EntityCommand<DeleteResult> {
  static override description =
    'The token stops working immediately, with all its secrets. A token of a wider scope only loses its role here.'

  protected async delete(id: string | undefined, flags: DeleteFlags): Promise<DeleteResult> {
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
    const change = await planDelete(this.runtime, {
      entity,
      token,
      self: flags.self,
      unusedForMs,
      warn: (text) => this.writer.warn(text),
    })
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

  protected render(deleted: DeleteResult, ui: HumanView): string {
    if (isAlreadyGone(deleted)) return ui.done(deleted.message)
    if ('dryRun' in deleted) return describePlan(deleted, ui)
    return ui.done(
      deleted.ended
        ? `${this.tokenTitle} ${deleted.name} was successfully deleted`
        : `API token ${deleted.name} was successfully removed from the ${this.title}`,
    )
  }
}
