import type {Interfaces} from '@oclif/core'
import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import {type DeletedToken, planDelete} from '../../operations/astro/delete-token.ts'
import type {HumanView} from '../../output/human-view.ts'
import {tokenNameFlag} from '../flags.ts'
import {describePlan} from '../tokens/change-view.ts'
import {endFlags, readUnusedFor} from '../tokens/end-flags.ts'
import {EntityCommand, tokenFileFlag} from './entity-command.ts'
import type {EntityFlags} from './entity-flags.ts'

export const deleteFlags = {
  name: tokenNameFlag,
  'token-file': tokenFileFlag,
  ...endFlags,
}

type DeleteFlags = EntityFlags & Interfaces.InferredFlags<typeof deleteFlags> & {agent?: boolean}

export abstract class DeleteCommand extends EntityCommand<DeletedToken | ChangePlan> {
  static override description =
    'The token stops working immediately, with all its secrets. A token of a wider scope only loses its role here.'

  protected async delete(id: string | undefined, flags: DeleteFlags): Promise<DeletedToken | ChangePlan> {
    const unusedForMs = readUnusedFor(flags['unused-for'])
    if (!flags['dry-run']) this.requireForce(flags.force, 'Deleting a token cannot be undone')
    const secret = await this.readTokenFile(flags['token-file'])
    const entity = await this.openEntity(flags, secret)
    const token = await this.pickToken({entity, id, name: flags.name}, `Which ${this.tokenNoun} to delete?`)
    const change = await planDelete(this.runtime, {
      entity,
      token,
      self: flags.self,
      unusedForMs,
      warn: (text) => this.writer.warn(text),
    })
    if (flags['dry-run']) return change.plan
    const described = this.describeToken(token)
    const question =
      token.scope === this.scope
        ? `Delete the ${this.tokenNoun} ${described}? This cannot be undone.`
        : `Remove the API token ${described} from the ${this.title}?`
    await this.confirm(question, flags.force)
    return change.apply()
  }

  protected render(deleted: DeletedToken | ChangePlan, ui: HumanView): string {
    if ('dryRun' in deleted) return describePlan(deleted, ui)
    return ui.done(
      deleted.ended
        ? `${this.tokenTitle} ${deleted.name} was successfully deleted`
        : `API token ${deleted.name} was successfully removed from the ${this.title}`,
    )
  }
}
