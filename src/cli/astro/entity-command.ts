import {relativeTime} from '../../lib/relative-time.ts'
import {type Choose, describeEntity, openEntity, type TokenEntity} from '../../operations/astro/entity.ts'
import {ENTITY_WORDS} from '../../operations/astro/entity-words.ts'
import {type FindOptions, findToken} from '../../operations/astro/find-token.ts'
import type {PlannedChange} from '../../operations/tokens/change-plan.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import type {AstroTokenRecord} from '../../vendors/astro/token-port.ts'
import {optionalArgument} from '../flags.ts'
import {describeLastUse} from '../tokens/last-use.ts'
import {VendorCommand} from '../vendor-command.ts'
import type {EntityFlags} from './entity-flags.ts'

export const tokenArgument = {
  id: optionalArgument('Id or name of the token; asked for if no flag names the token', 'token'),
}

type UnfinishedToken = Pick<AstroTokenRecord, 'id' | 'name' | 'unfinishedRotationAt'>

/**
 * The base of all commands for tokens of a deployment, workspace or organization. It opens the
 * entity and finds the token.
 */
export abstract class EntityCommand<Result> extends VendorCommand<Result> {
  /** The kind of entity that the command works on. */
  protected abstract readonly scope: TokenScope
  #agents = false

  /** `Deployment`, as used before `API token`. */
  protected get title(): string {
    return ENTITY_WORDS[this.scope].title
  }

  /** `Deployment API token` or `Agent token`, as used before a name. */
  protected get tokenTitle(): string {
    return this.#agents ? 'Agent token' : `${this.title} API token`
  }

  /** `API token` or `agent token`, as used in a sentence. */
  protected get tokenNoun(): string {
    return this.#agents ? 'agent token' : 'API token'
  }

  /**
   * Open the entity that the flags name. If there are several and a question may be asked, ask
   * which.
   */
  protected async openEntity(flags: EntityFlags & {agent?: boolean}, secret?: string): Promise<TokenEntity> {
    this.#agents = flags.agent ?? false
    const entity = await openEntity(this.runtime, {
      ...this.connection(flags),
      scope: this.scope,
      organizationId: flags['organization-id'],
      workspaceId: flags['workspace-id'],
      deploymentId: flags['deployment-id'],
      agents: this.#agents,
      secret,
      choose: this.#choose(),
    })
    await this.trace(`organization ${entity.target.organizationId}, ${describeEntity(entity)}`)
    if (this.runtime.stderr.isTTY) {
      const {dim} = await this.writer.errColors()
      await this.writer.note(`${this.title} ${entity.name} (${entity.id}), ${entity.target.where}`, dim)
    }
    return entity
  }

  /**
   * Find the token that the arguments name. If they name none and a question may be asked, ask
   * which; without `question` never ask.
   */
  protected async pickToken(wanted: Omit<FindOptions, 'choose'>, question?: string): Promise<AstroTokenRecord> {
    const {prompter} = this
    return findToken({
      ...wanted,
      choose:
        prompter && question !== undefined
          ? (tokens) =>
              prompter.select({
                message: question,
                choices: tokens.map((value) => ({name: value.name, value, description: this.#describe(value)})),
              })
          : undefined,
    })
  }

  /** Warn of an unfinished rotation: until the token is rotated again, it has two secrets. */
  protected async warnOfUnfinished({name, id, unfinishedRotationAt}: UnfinishedToken): Promise<void> {
    if (!unfinishedRotationAt) return
    await this.writer.warn(
      `A rotation of ${name} (${id}) that began at ${unfinishedRotationAt} was not finished: both secrets work until the token is rotated again`,
    )
  }

  /** Apply the change, or with --dry-run only return its plan. */
  protected async carryOut<Plan, Made>(
    {plan, apply}: PlannedChange<Plan, Made>,
    flags: {'dry-run'?: boolean},
  ): Promise<Made | Plan> {
    return flags['dry-run'] ? plan : apply()
  }

  /**
   * Return `ci (c…, last used 2 hours ago)`, for the questions before something that cannot be
   * undone.
   */
  protected describeToken(token: AstroTokenRecord): string {
    return `${token.name} (${token.id}, ${describeLastUse(token, this.runtime.now())})`
  }

  #choose(): Choose | undefined {
    const {prompter} = this
    if (!prompter) return undefined
    return (noun, items) =>
      prompter.select({
        message: `Which ${noun}?`,
        choices: items.map((value) => ({name: `${value.name} (${value.id})`, value})),
      })
  }

  #describe(token: AstroTokenRecord): string {
    const now = this.runtime.now()
    const created = relativeTime(Date.parse(token.createdAt), now)
    return `${token.id}, created ${created}, ${describeLastUse(token, now)}, secret ends with ${token.fragment}`
  }
}
