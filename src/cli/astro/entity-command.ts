import {relativeTime} from '../../lib/relative-time.ts'
import {type Choose, describeEntity, openEntity, type TokenEntity} from '../../operations/astro/entity.ts'
import {ENTITY_WORDS} from '../../operations/astro/entity-words.ts'
import {type FindOptions, findToken} from '../../operations/astro/find-token.ts'
import type {PlannedChange} from '../../operations/tokens/change-plan.ts'
import {readSecretFile} from '../../output/secret-input.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import type {AstroTokenRecord} from '../../vendors/astro/token-port.ts'
import {BaseCommand} from '../base-command.ts'
import {fileFlag, optionalArgument} from '../flags.ts'
import type {EntityFlags} from './entity-flags.ts'

export const tokenFileFlag = fileFlag('token-file', {
  description: 'File that holds the token, to find it by; `-` is standard input',
})

/** For a command that changes nothing: a wrong token does no harm. */
export const tokenOrNameArgument = {
  id: optionalArgument('Id or name of the token; asked for when nothing else says which', 'token'),
}

export const tokenArgument = {
  id: optionalArgument('Id of the token; asked for when nothing else says which', 'token id'),
}

type UnfinishedToken = Pick<AstroTokenRecord, 'id' | 'name' | 'unfinishedRotationAt'>

/** What the commands for tokens of a deployment, workspace or organization share: of which one, and which token. */
export abstract class EntityCommand<Result> extends BaseCommand<Result> {
  /** What the command is about. */
  protected abstract readonly scope: TokenScope
  #agents = false

  /** `Deployment`, as it stands before `API token`. */
  protected get title(): string {
    return ENTITY_WORDS[this.scope].title
  }

  /** `Deployment API token` or `Agent token`, in front of a name. */
  protected get tokenTitle(): string {
    return this.#agents ? 'Agent token' : `${this.title} API token`
  }

  /** `API token` or `agent token`, as it stands in a sentence. */
  protected get tokenNoun(): string {
    return this.#agents ? 'agent token' : 'API token'
  }

  /** What the flags name; asked for where there are several and a question may be asked. */
  protected async openEntity(flags: EntityFlags & {agent?: boolean}, secret?: string): Promise<TokenEntity> {
    this.#agents = flags.agent ?? false
    const entity = await openEntity(this.runtime, {
      scope: this.scope,
      context: flags.context,
      organizationId: flags['organization-id'],
      workspaceId: flags['workspace-id'],
      deploymentId: flags['deployment-id'],
      agents: this.#agents,
      secret,
      choose: this.#choose(),
      trace: this.tracer,
    })
    await this.trace(`organization ${entity.target.organizationId}, ${describeEntity(entity)}`)
    if (this.runtime.stderr.isTTY) {
      const {dim} = await this.writer.errColors()
      await this.writer.note(`${this.title} ${entity.name} (${entity.id}), context ${entity.target.context}`, dim)
    }
    return entity
  }

  /** The token that the arguments mean; asked for where they leave it open and a question may be asked. */
  protected async pickToken(wanted: Omit<FindOptions, 'choose'>, question: string): Promise<AstroTokenRecord> {
    const {prompter} = this
    return findToken({
      ...wanted,
      choose: prompter
        ? (tokens) =>
            prompter.select({
              message: question,
              choices: tokens.map((value) => ({name: value.name, value, description: this.#describe(value)})),
            })
        : undefined,
    })
  }

  /** Warn of a rotation that was cut off: until the token is rotated again, it has two secrets. */
  protected async warnOfUnfinished({name, id, unfinishedRotationAt}: UnfinishedToken): Promise<void> {
    if (!unfinishedRotationAt) return
    await this.writer.warn(
      `A rotation of ${name} (${id}) that began at ${unfinishedRotationAt} was not finished: both values work until it is rotated again`,
    )
  }

  /** The value of the token in --token-file, where it is given. */
  protected async readTokenFile(file: string | undefined): Promise<string | undefined> {
    return file === undefined ? undefined : readSecretFile(file, this.runtime)
  }

  /** Make the change, or with --dry-run only say what it would be. */
  protected async carryOut<Plan, Made>(
    {plan, apply}: PlannedChange<Plan, Made>,
    flags: {'dry-run'?: boolean},
  ): Promise<Made | Plan> {
    return flags['dry-run'] ? plan : apply()
  }

  /** Where the secret goes that a command makes, and how to see what became of it. */
  protected delivery({words}: TokenEntity, {output}: {output?: string | undefined}) {
    return {output, hint: `It may have been done all the same: see with: ${words.command('list')}`}
  }

  /** `ci (c…, last used 2 hours ago)`, for the questions before something that cannot be undone. */
  protected describeToken({name, id, lastUsedAt}: AstroTokenRecord): string {
    return `${name} (${id}, ${this.#lastUse(lastUsedAt)})`
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

  #lastUse(lastUsedAt: string | null): string {
    return lastUsedAt ? `last used ${relativeTime(Date.parse(lastUsedAt), this.runtime.now())}` : 'never used'
  }

  #describe(token: AstroTokenRecord): string {
    const now = this.runtime.now()
    const created = relativeTime(Date.parse(token.createdAt), now)
    return `${token.id}, created ${created}, ${this.#lastUse(token.lastUsedAt)}, value …${token.fragment}`
  }
}
