import type {Interfaces} from '@oclif/core'
import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import {enterOrganization, enterWorkspace, type TokenEntity} from '../../operations/astro/entity.ts'
import {ENTITY_WORDS} from '../../operations/astro/entity-words.ts'
import type {FindOptions} from '../../operations/astro/find-token.ts'
import {type ChangedToken, planGrant, planRemoval} from '../../operations/astro/grant-role.ts'
import {type AlreadyGone, ignoreGone} from '../../operations/ignore-gone.ts'
import type {HumanView} from '../../output/human-view.ts'
import {type AstroTokenRecord, roleOn} from '../../vendors/astro/token-port.ts'
import {dryRunFlag, textFlag} from '../flags.ts'
import {ignoreNotFoundFlag, isAlreadyGone} from '../ignore-not-found.ts'
import {EntityCommand} from './entity-command.ts'
import type {EntityFlags} from './entity-flags.ts'
import {askRole} from './questions.ts'
import {describeChanged} from './token-view.ts'

export const grantFlags = {'dry-run': dryRunFlag}

export const removeFlags = {...grantFlags, 'ignore-not-found': ignoreNotFoundFlag}

export const orgTokenNameFlag = textFlag('org-token-name', {
  char: 'n',
  description: 'Find the Organization API token by its name',
  placeholder: 'NAME',
  completes: 'token name',
})

export const workspaceTokenNameFlag = textFlag('workspace-token-name', {
  char: 'n',
  description: 'Find the Workspace API token by its name',
  placeholder: 'NAME',
  completes: 'token name',
})

type GrantFlags = EntityFlags & Interfaces.InferredFlags<typeof grantFlags> & {role?: string | undefined}

type RemoveFlags = EntityFlags & Interfaces.InferredFlags<typeof removeFlags>

type ChangeResult = ChangedToken | ChangePlan

export type RemoveResult = ChangeResult | AlreadyGone

/** The token of a wider scope, by id or name. */
interface Wanted {
  id: string | undefined
  /** From --org-token-name or --workspace-token-name. */
  name: string | undefined
}

/**
 * The base of the commands for roles that tokens of a wider scope have on a deployment or a
 * workspace.
 */
abstract class WiderTokenCommand<Result = ChangeResult> extends EntityCommand<Result> {
  /** The kind of entity that owns the token. */
  protected abstract readonly tokenScope: 'ORGANIZATION' | 'WORKSPACE'

  /** Return `Organization API token ops`. */
  protected describe({name}: {name: string}): string {
    return `${ENTITY_WORDS[this.tokenScope].title} API token ${name}`
  }

  /**
   * Open the entity that the flags name. As in astro, --workspace-id is the workspace that owns a
   * Workspace token. If --deployment-id is given, its deployment may be in another workspace.
   */
  protected openNamed(flags: EntityFlags): Promise<TokenEntity> {
    const own = this.tokenScope === 'WORKSPACE' && flags['deployment-id'] !== undefined
    return this.openEntity(own ? {...flags, 'workspace-id': undefined} : flags)
  }

  /**
   * Return the options to find the token, among the tokens of `entity`. NOT_FOUND if the workspace
   * that should own it does not exist.
   */
  protected async wanted(
    entity: TokenEntity,
    {id, name}: Wanted,
    flags: EntityFlags,
  ): Promise<Omit<FindOptions, 'choose'>> {
    const fromWorkspace = this.tokenScope === 'WORKSPACE'
    return {
      entity,
      scope: this.tokenScope,
      ownerId: fromWorkspace ? await findOwnerId(entity, flags['workspace-id']) : undefined,
      idOrName: id,
      name,
      nameFlag: fromWorkspace ? '--workspace-token-name' : '--org-token-name',
    }
  }
}

export abstract class AddRoleCommand extends WiderTokenCommand {
  static override description =
    'If the token already has a role here, that role is replaced. Its roles elsewhere do not change.'

  protected async add(which: Wanted, flags: GrantFlags): Promise<ChangeResult> {
    this.requireFlags(flags, ['role'])
    const entity = await this.openNamed(flags)
    const source = await this.#wider(entity, flags['workspace-id'])
    const wanted = await this.wanted(source, which, flags)
    const token = await this.pickToken(wanted, `Which API token to add to the ${this.title}?`)
    const role = flags.role ?? (await this.ask('--role', (prompter) => askRole(prompter, entity)))
    return this.carryOut(await planGrant({entity, token, role}), flags)
  }

  protected render(changed: ChangeResult, ui: HumanView): string {
    const done = changed.changes[0]?.before ? 'updated in' : 'added to'
    return describeChanged(changed, `${this.describe(changed)} was successfully ${done} the ${this.title}`, ui)
  }

  /** Return the entity whose tokens could be added. */
  async #wider(entity: TokenEntity, workspaceId: string | undefined): Promise<TokenEntity> {
    return this.tokenScope === 'ORGANIZATION' ? enterOrganization(entity.target) : enterWorkspace(entity, workspaceId)
  }
}

export abstract class ChangeRoleCommand extends WiderTokenCommand {
  static override description =
    'A token that is given by name or chosen from the list must have a role here; one that is given by id may have none yet. Its roles elsewhere do not change.'

  protected async change(which: Wanted, flags: GrantFlags): Promise<ChangeResult> {
    this.requireFlags(flags, ['role'])
    const entity = await this.openNamed(flags)
    const wanted = {...(await this.wanted(entity, which, flags)), anywhere: true}
    const token = await this.pickToken(wanted, 'Which API token to give another role?')
    const role = flags.role ?? (await this.#askRole(entity, token))
    return this.carryOut(await planGrant({entity, token, role}), flags)
  }

  protected render(changed: ChangeResult, ui: HumanView): string {
    return describeChanged(changed, `${this.describe(changed)} was successfully updated in the ${this.title}`, ui)
  }

  #askRole(entity: TokenEntity, token: AstroTokenRecord): Promise<string> {
    return this.ask('--role', (prompter) => askRole(prompter, entity, roleOn(token, entity)?.role))
  }
}

export abstract class RemoveRoleCommand extends WiderTokenCommand<RemoveResult> {
  static override description =
    'The token stays valid, and its roles elsewhere do not change. Does not ask for confirmation.'

  protected async remove(which: Wanted, flags: RemoveFlags): Promise<RemoveResult> {
    const ignored = flags['ignore-not-found']
    const entity = await this.openNamed(flags)
    const wanted = await this.wanted(entity, which, flags)
    return ignoreGone({ignored, verb: 'remove'}, async () => {
      const token = await this.pickToken(wanted, `Which API token to remove from the ${this.title}?`)
      return this.carryOut(await planRemoval({entity, token}), flags)
    })
  }

  protected render(changed: RemoveResult, ui: HumanView): string {
    if (isAlreadyGone(changed)) return ui.done(changed.message)
    return describeChanged(changed, `${this.describe(changed)} was successfully removed from the ${this.title}`, ui)
  }
}

/**
 * Return the id of the workspace that --workspace-id names, by id or name. A workspace that does
 * not exist has no token, but it may be mistyped.
 */
async function findOwnerId(entity: TokenEntity, workspace: string | undefined): Promise<string | undefined> {
  if (workspace === undefined || workspace === entity.workspaceId || workspace === entity.id) return workspace
  return (await enterWorkspace(entity, workspace)).id
}
