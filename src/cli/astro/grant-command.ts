import type {Interfaces} from '@oclif/core'
import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import {enterOrganization, enterWorkspace, type TokenEntity} from '../../operations/astro/entity.ts'
import {ENTITY_WORDS} from '../../operations/astro/entity-words.ts'
import type {FindOptions} from '../../operations/astro/find-token.ts'
import {type ChangedToken, planGrant, planRemoval} from '../../operations/astro/grant-role.ts'
import type {HumanView} from '../../output/human-view.ts'
import {type AstroTokenRecord, roleOn} from '../../vendors/astro/token-port.ts'
import {dryRunFlag, textFlag} from '../flags.ts'
import {EntityCommand} from './entity-command.ts'
import type {EntityFlags} from './entity-flags.ts'
import {askRole} from './questions.ts'
import {describeChanged} from './token-view.ts'

export const grantFlags = {'dry-run': dryRunFlag}

export const orgTokenNameFlag = textFlag('org-token-name', {
  char: 'n',
  description: 'Name of the Organization API token, to find it by',
  placeholder: 'NAME',
  completes: 'token name',
})

export const workspaceTokenNameFlag = textFlag('workspace-token-name', {
  char: 'n',
  description: 'Name of the Workspace API token, to find it by',
  placeholder: 'NAME',
  completes: 'token name',
})

type GrantFlags = EntityFlags & Interfaces.InferredFlags<typeof grantFlags> & {role?: string | undefined}

/** Which token of a wider scope. */
interface Wanted {
  id: string | undefined
  /** From --org-token-name or --workspace-token-name. */
  name: string | undefined
}

/** The roles that tokens of a wider scope hold on a deployment or a workspace. */
abstract class WiderTokenCommand extends EntityCommand<ChangedToken | ChangePlan> {
  /** What the token belongs to. */
  protected abstract readonly tokenScope: 'ORGANIZATION' | 'WORKSPACE'

  /** `Organization API token ops` */
  protected describe({name}: {name: string}): string {
    return `${ENTITY_WORDS[this.tokenScope].title} API token ${name}`
  }

  /**
   * What the flags name. As in astro, --workspace-id says where a Workspace token is from: it need not be the workspace of a
   * deployment that is named itself.
   */
  protected openNamed(flags: EntityFlags): Promise<TokenEntity> {
    const own = this.tokenScope === 'WORKSPACE' && flags['deployment-id'] !== undefined
    return this.openEntity(own ? {...flags, 'workspace-id': undefined} : flags)
  }

  /** Which tokens are meant, of those that are looked for in `entity`. */
  protected wanted(entity: TokenEntity, {id, name}: Wanted, flags: EntityFlags): Omit<FindOptions, 'choose'> {
    const fromWorkspace = this.tokenScope === 'WORKSPACE'
    return {
      entity,
      scope: this.tokenScope,
      ownerId: fromWorkspace ? flags['workspace-id'] : undefined,
      id,
      name,
      nameFlag: fromWorkspace ? '--workspace-token-name' : '--org-token-name',
    }
  }
}

export abstract class AddRoleCommand extends WiderTokenCommand {
  static override description = 'A role that it holds here already is replaced. Its roles elsewhere stay as they are.'

  protected async add(which: Wanted, flags: GrantFlags): Promise<ChangedToken | ChangePlan> {
    this.requireFlags(flags, ['role'])
    const entity = await this.openNamed(flags)
    const source = await this.#wider(entity, flags['workspace-id'])
    const wanted = this.wanted(source, which, flags)
    const token = await this.pickToken(wanted, `Which API token to add to the ${this.title}?`)
    const role = flags.role ?? (await this.ask('--role', (prompter) => askRole(prompter, entity)))
    return this.carryOut(await planGrant({entity, token, role}), flags)
  }

  protected render(changed: ChangedToken | ChangePlan, ui: HumanView): string {
    const done = changed.changes[0]?.before ? 'updated in' : 'added to'
    return describeChanged(changed, `${this.describe(changed)} was successfully ${done} the ${this.title}`, ui)
  }

  /** Where the tokens are that could be added. */
  async #wider(entity: TokenEntity, workspaceId: string | undefined): Promise<TokenEntity> {
    return this.tokenScope === 'ORGANIZATION' ? enterOrganization(entity.target) : enterWorkspace(entity, workspaceId)
  }
}

export abstract class ChangeRoleCommand extends WiderTokenCommand {
  static override description =
    'By name or from the list: one that has a role here. By id also one that has none yet. Its roles elsewhere stay as they are.'

  protected async change(which: Wanted, flags: GrantFlags): Promise<ChangedToken | ChangePlan> {
    this.requireFlags(flags, ['role'])
    const entity = await this.openNamed(flags)
    const wanted = {...this.wanted(entity, which, flags), anywhere: true}
    const token = await this.pickToken(wanted, 'Which API token to give another role?')
    const role = flags.role ?? (await this.#askRole(entity, token))
    return this.carryOut(await planGrant({entity, token, role}), flags)
  }

  protected render(changed: ChangedToken | ChangePlan, ui: HumanView): string {
    return describeChanged(changed, `${this.describe(changed)} was successfully updated in the ${this.title}`, ui)
  }

  #askRole(entity: TokenEntity, token: AstroTokenRecord): Promise<string> {
    return this.ask('--role', (prompter) => askRole(prompter, entity, roleOn(token, entity)?.role))
  }
}

export abstract class RemoveRoleCommand extends WiderTokenCommand {
  static override description = 'The token itself and its roles elsewhere stay as they are. Asks no confirmation.'

  protected async remove(which: Wanted, flags: GrantFlags): Promise<ChangedToken | ChangePlan> {
    const entity = await this.openNamed(flags)
    const wanted = this.wanted(entity, which, flags)
    const token = await this.pickToken(wanted, `Which API token to remove from the ${this.title}?`)
    return this.carryOut(await planRemoval({entity, token}), flags)
  }

  protected render(changed: ChangedToken | ChangePlan, ui: HumanView): string {
    return describeChanged(changed, `${this.describe(changed)} was successfully removed from the ${this.title}`, ui)
  }
}
