import type {Interfaces} from '@oclif/core'
import {AppError} from '../../errors/app-error.ts'
import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import type {TokenEntity} from '../../operations/astro/entity.ts'
import type {ChangedToken} from '../../operations/astro/grant-role.ts'
import {planUpdate} from '../../operations/astro/update-token.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import {type AstroTokenRecord, roleOn} from '../../vendors/astro/token-port.ts'
import {dryRunFlag, textFlag, tokenNameFlag} from '../flags.ts'
import {EntityCommand} from './entity-command.ts'
import {type EntityFlags, roleFlag} from './entity-flags.ts'
import {askName, askRole} from './questions.ts'
import {describeChanged} from './token-view.ts'

export function updateFlags(scope: TokenScope) {
  return {
    name: tokenNameFlag,
    'new-name': textFlag('new-name', {char: 'n', description: 'New name of the token', placeholder: 'NAME'}),
    description: textFlag('description', {
      char: 'd',
      description: 'What the token is for; an empty text clears it',
      placeholder: 'TEXT',
      allowEmpty: true,
    }),
    role: roleFlag(scope),
    'dry-run': dryRunFlag,
  }
}

type UpdateFlags = EntityFlags & Interfaces.InferredFlags<ReturnType<typeof updateFlags>>

interface Change {
  newName?: string | undefined
  description?: string | undefined
  role?: string | undefined
}

export abstract class UpdateCommand extends EntityCommand<ChangedToken | ChangePlan> {
  static override description =
    'Changes only what is given. The secret stays valid. A token of a wider scope can only get another role here.'

  protected async update(id: string | undefined, flags: UpdateFlags): Promise<ChangedToken | ChangePlan> {
    const given: Change = {newName: flags['new-name'], description: flags.description, role: flags.role}
    const nothingGiven = Object.values(given).every((value) => value === undefined)
    if (nothingGiven && !this.prompter) {
      throw new AppError('USAGE', 'No change is given', {hint: 'Give --new-name, --description or --role'})
    }
    const entity = await this.openEntity(flags)
    const wanted = {entity, idOrName: id, name: flags.name, ownFirst: true}
    const token = await this.pickToken(wanted, 'Which API token to update?')
    const change = nothingGiven ? await this.#askChange(entity, token) : given
    return this.carryOut(await planUpdate({entity, token, ...change}), flags)
  }

  protected render(changed: ChangedToken | ChangePlan, ui: HumanView): string {
    return describeChanged(changed, `${this.title} API token ${changed.name} was successfully updated`, ui)
  }

  #askChange(entity: TokenEntity, token: AstroTokenRecord): Promise<Change> {
    return this.ask('--new-name', async (prompter) => ({
      ...(token.scope === entity.scope
        ? {
            newName: await askName(prompter, token.name),
            description: await prompter.input({message: 'New description', default: token.description}),
          }
        : {}),
      role: await askRole(prompter, entity, roleOn(token, entity)?.role),
    }))
  }
}
