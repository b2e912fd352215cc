import * as Flags from '@oclif/core/flags'
import {parseWindow} from '../../lib/window.ts'
import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import {type DeletedToken, planDelete} from '../../operations/astro/delete-token.ts'
import type {HumanView} from '../../output/human-view.ts'
import {forceFlag, textFlag, tokenNameFlag} from '../flags.ts'
import {dryRunFlag, EntityCommand, tokenFileFlag} from './entity-command.ts'
import type {EntityFlagValues} from './entity-flags.ts'
import {isPlan, planText} from './token-view.ts'

export const deleteFlags = {
  name: tokenNameFlag,
  'token-file': tokenFileFlag,
  'unused-for': textFlag('unused-for', {
    description: 'Refuse when the token was used within this time, such as 7d; one that was never used is unused',
    placeholder: 'TIME',
  }),
  self: Flags.boolean({description: 'Delete even the token that you are signed in with'}),
  'dry-run': dryRunFlag,
  force: forceFlag,
}

interface DeleteFlagValues extends EntityFlagValues {
  name?: string | undefined
  'token-file'?: string | undefined
  'unused-for'?: string | undefined
  self: boolean
  'dry-run': boolean
  force: boolean
  agent?: boolean
}

export abstract class DeleteCommand extends EntityCommand<DeletedToken | ChangePlan> {
  static override description =
    'Every value of the token is refused from then on. A token of a wider scope only loses its role here.'

  protected async delete(id: string | undefined, flags: DeleteFlagValues): Promise<DeletedToken | ChangePlan> {
    const window = flags['unused-for']
    const unusedForMs = window === undefined ? undefined : parseWindow('--unused-for', window)
    if (!flags['dry-run']) this.requireForce(flags.force, 'Deleting a token cannot be undone')
    const secret = await this.readTokenFile(flags['token-file'])
    const entity = await this.openEntity(flags, secret)
    const token = await this.pickToken({entity, id, name: flags.name, secret}, `Which ${this.tokenNoun} to delete?`)
    const change = await planDelete(this.runtime, {entity, token, self: flags.self, unusedForMs})
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
    if (isPlan(deleted)) return planText(deleted, ui)
    return ui.done(
      deleted.ended
        ? `${this.tokenTitle} ${deleted.name} was successfully deleted`
        : `API token ${deleted.name} was successfully removed from the ${this.title}`,
    )
  }
}
