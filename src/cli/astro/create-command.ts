import type {Interfaces} from '@oclif/core'
import * as Flags from '@oclif/core/flags'
import {AppError} from '../../errors/app-error.ts'
import {DAY_MS} from '../../lib/duration.ts'
import {type Lifetime, lifetimeRange} from '../../lib/lifetime.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import {shellPath} from '../../lib/shell-path.ts'
import type {CreationPlan} from '../../operations/astro/change-plan.ts'
import {checkNewToken, createToken, type PlanOptions, planCreation} from '../../operations/astro/create-token.ts'
import {describeEntity, type TokenEntity} from '../../operations/astro/entity.ts'
import type {TokenResult} from '../../operations/astro/token-result.ts'
import type {Warn} from '../../operations/tokens/deliver.ts'
import {describeWhen, hintAtMint} from '../../operations/tokens/word-uncertain.ts'
import {checkOutput} from '../../output/delivery.ts'
import type {HumanView} from '../../output/human-view.ts'
import {ASTRO_LIFETIME, TOKEN_KINDS, type TokenScope} from '../../vendors/astro/api.ts'
import {choiceFlag, textFlag} from '../flags.ts'
import {describeCreation} from '../tokens/change-view.ts'
import {creationFlags, refusePlanForToken} from '../tokens/mint-flags.ts'
import {EntityCommand} from './entity-command.ts'
import {type EntityFlags, roleFlag} from './entity-flags.ts'
import {askExpiration, askName, askRole, readExpiration} from './questions.ts'
import {tokenFacts} from './token-view.ts'

export function createFlags(scope: TokenScope) {
  return {
    ...creationFlags,
    name: textFlag('name', {char: 'n', description: 'Name of the token', placeholder: 'NAME'}),
    description: textFlag('description', {
      char: 'd',
      description: 'What the token is for',
      placeholder: 'TEXT',
      allowEmpty: true,
    }),
    role: roleFlag(scope),
    expiration: textFlag('expiration', {
      char: 'e',
      description: `Lifetime of the token: ${lifetimeRange(ASTRO_LIFETIME)}, also as 12w, 6mo, 1y or P30D; the end of a date such as 2027-01-31 in UTC, or an RFC 3339 time, both rounded down to whole days; or never (default in scripts)`,
      placeholder: 'TIME',
    }),
    kind: choiceFlag('kind', {
      choices: TOKEN_KINDS,
      description: 'Kind of the token: STANDARD or DIRECT_ACCESS (default: STANDARD)',
      placeholder: 'KIND',
    }),
    'unique-name': Flags.boolean({
      description: `Fail if a token of the ${scope.toLowerCase()} already has this name`,
    }),
  }
}

/** Only a deployment has --agent. */
type CreateFlags = EntityFlags & Interfaces.InferredFlags<ReturnType<typeof createFlags>> & {agent?: boolean}

/** What was typed, and the end that was rounded down; null if none was. */
type Rounding = {text: string} & Pick<Lifetime, 'roundedEndMs'>

export abstract class CreateCommand extends EntityCommand<TokenResult | CreationPlan> {
  static override description =
    'Prints only the token to stdout, and everything else to stderr. The token is shown only once.'

  protected async create(flags: CreateFlags): Promise<TokenResult | CreationPlan> {
    const {agent = false} = flags
    if (flags.expiration !== undefined) readExpiration(flags.expiration, this.runtime.now())
    refusePlanForToken(flags)
    refuseForAgents(flags)
    this.requireFlags(flags, agent ? ['name'] : ['name', 'role'])
    checkOutput(flags.output)
    const entity = await this.openEntity(flags)
    const name = flags.name ?? (await this.ask('--name', (prompter) => askName(prompter)))
    const role = flags.role ?? (agent ? '' : await this.#askRole(entity))
    const {description = '', 'unique-name': uniqueName} = flags
    const kind = TOKEN_KINDS.find((candidate) => candidate === flags.kind)
    await checkNewToken(entity, {name, description, role})
    const {amount: expirationDays, ...expiration} = await this.#readExpiration(flags.expiration)
    const token = {entity, name, role, kind, description, expirationDays, uniqueName}
    if (flags['dry-run']) return this.#plan(token, expiration)
    const warn: Warn = (text, options) => this.writer.warn(text, options)
    const mintOptions = {
      output: flags.output,
      hint: hintAtMint(entity.words, name, describeWhen(this.runtime.now())),
      endHint: (id: string) => `End it with: ${entity.words.command(`delete ${shellPath(id)} --force`)}`,
    }
    return this.mint(mintOptions, (deliver) =>
      createToken({
        ...token,
        warn,
        deliver: async (secret, result, options) => {
          await this.#warnOfRounding(expiration, result.expiresAt)
          await deliver(secret, result, options)
        },
      }),
    )
  }

  protected render(token: TokenResult | CreationPlan, ui: HumanView): string {
    if ('dryRun' in token)
      return describeCreation(
        token,
        `in ${describeEntity({scope: token.scope, name: token.entityName, id: token.entityId})}`,
        ui,
      )
    return [ui.done(`${this.tokenTitle} ${token.name} was successfully created`), tokenFacts(token, ui)].join('\n')
  }

  /** Return the plan, with the warnings that the new token would cause. */
  async #plan(token: PlanOptions, expiration: Rounding): Promise<CreationPlan> {
    const now = this.runtime.now()
    const plan = await planCreation(now, token)
    const {expirationDays: days} = token
    await this.#warnOfRounding(expiration, days === null ? null : toRfc3339(now + days * DAY_MS))
    return plan
  }

  #askRole(entity: TokenEntity): Promise<string> {
    return this.ask('--role', (prompter) => askRole(prompter, entity))
  }

  /**
   * Read --expiration. If it was not given, ask at a terminal; elsewhere the token never expires,
   * with a warning. Read the clock after all questions, because a token must not outlive the given
   * date.
   */
  async #readExpiration(text: string | undefined): Promise<{text: string} & Lifetime> {
    if (text !== undefined) return {text, ...readExpiration(text, this.runtime.now())}
    if (this.prompter) return askExpiration(this.prompter, () => this.runtime.now())
    await this.writer.warn('The token never expires; give --expiration to limit it', {evenClean: true})
    return {text: 'never', amount: null, roundedEndMs: null}
  }

  async #warnOfRounding({text, roundedEndMs}: Rounding, expiresAt: string | null) {
    if (roundedEndMs === null) return
    const end = expiresAt ?? toRfc3339(roundedEndMs)
    await this.writer.warn(`The token ends at ${end}: ${text} is rounded down to whole days`, {evenClean: true})
  }
}

/** Throw USAGE for --role or --kind with --agent: an agent token has neither. */
export function refuseForAgents(flags: {agent?: boolean; role?: string | undefined; kind?: string | undefined}): void {
  const given = (['role', 'kind'] as const).find((name) => flags[name] !== undefined)
  if (!flags.agent || !given) return
  throw new AppError('USAGE', `An agent token has no ${given}`, {hint: `Leave out --${given}`})
}
