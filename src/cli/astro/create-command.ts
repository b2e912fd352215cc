import * as Flags from '@oclif/core/flags'
import {AppError} from '../../errors/app-error.ts'
import {parseExpiration} from '../../lib/duration.ts'
import {checkNewToken, createToken} from '../../operations/astro/create-token.ts'
import type {TokenEntity} from '../../operations/astro/entity.ts'
import type {TokenResult} from '../../operations/astro/token-result.ts'
import {checkOutput} from '../../output/delivery.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {TokenKind, TokenScope} from '../../vendors/astro/api.ts'
import {choiceFlag, textFlag} from '../flags.ts'
import {type EntityFlagValues, roleFlag} from './entity-flags.ts'
import {MintCommand, mintFlags} from './mint-command.ts'
import {askExpiration, askName, askRole} from './questions.ts'
import {tokenFacts} from './token-view.ts'

export const KINDS = ['STANDARD', 'DIRECT_ACCESS'] as const satisfies TokenKind[]

export function createFlags(scope: TokenScope) {
  return {
    ...mintFlags,
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
      description:
        'Days until the token expires, 1-3650; whole days as 12w, 1y or 48h; the last whole day before a date such as 2027-01-31; or never, the default in scripts',
      placeholder: 'DAYS',
    }),
    kind: choiceFlag('kind', {
      choices: KINDS,
      description: 'STANDARD, unless it is given, or DIRECT_ACCESS',
      placeholder: 'KIND',
    }),
    'unique-name': Flags.boolean({
      description: `Refuse the name when a token of the ${scope.toLowerCase()} bears it now`,
    }),
  }
}

interface CreateFlagValues extends EntityFlagValues {
  name?: string | undefined
  description?: string | undefined
  role?: string | undefined
  expiration?: string | undefined
  kind?: string | undefined
  output?: string | undefined
  'unique-name': boolean
  /** Only deployments have agent tokens. */
  agent?: boolean
}

export abstract class CreateCommand extends MintCommand<never> {
  static override description =
    'The token alone goes to stdout, everything that is said about it to stderr. It is shown this once.'

  protected async create(flags: CreateFlagValues): Promise<TokenResult> {
    const {agent = false} = flags
    const expiration =
      flags.expiration === undefined ? undefined : parseExpiration(flags.expiration, this.runtime.now())
    refuseForAgents(flags)
    this.requireFlags(flags, agent ? ['name'] : ['name', 'role'])
    checkOutput(flags.output)
    const entity = await this.openEntity(flags)
    const name = flags.name ?? (await this.ask('--name', (prompter) => askName(prompter)))
    const role = flags.role ?? (agent ? '' : await this.#askRole(entity))
    const {description = '', 'unique-name': uniqueName} = flags
    const kind = KINDS.find((candidate) => candidate === flags.kind)
    await checkNewToken(entity, {name, description, role})
    const expirationDays = expiration === undefined ? await this.#expiration() : expiration
    return this.deliverBy({output: flags.output, entity}, (deliver) =>
      createToken({entity, name, role, kind, description, expirationDays, uniqueName, deliver}),
    )
  }

  protected render(token: TokenResult, ui: HumanView): string {
    return [ui.done(`${this.tokenTitle} ${token.name} was successfully created`), tokenFacts(token, ui)].join('\n')
  }

  #askRole(entity: TokenEntity): Promise<string> {
    return this.ask('--role', (prompter) => askRole(prompter, entity))
  }

  /** Absent: asked for at a terminal, else never, which is said. */
  async #expiration(): Promise<number | null> {
    if (this.prompter) return askExpiration(this.prompter, this.runtime.now())
    await this.writer.warn('The token never expires; give --expiration to limit it')
    return null
  }
}

/** An agent token holds no role and is of no kind. */
export function refuseForAgents(flags: {agent?: boolean; role?: string | undefined; kind?: string | undefined}): void {
  const given = (['role', 'kind'] as const).find((name) => flags[name] !== undefined)
  if (!flags.agent || !given) return
  throw new AppError('USAGE', `An agent token has no ${given}`, {hint: `Leave --${given} out`})
}
