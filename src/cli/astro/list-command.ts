import * as Flags from '@oclif/core/flags'
import {parseWindow} from '../../lib/window.ts'
import {creationFor, describeEntity, type TokenEntity} from '../../operations/astro/entity.ts'
import {type ListedToken, listTokens, SORT_KEYS, type TokenConditions} from '../../operations/astro/list-tokens.ts'
import type {HumanView} from '../../output/human-view.ts'
import {TOKEN_KINDS, type TokenScope} from '../../vendors/astro/api.ts'
import {choiceFlag, noHeaderFlag, textFlag} from '../flags.ts'
import {refuseForAgents} from './create-command.ts'
import {EntityCommand} from './entity-command.ts'
import {type EntityFlagValues, roleFilterFlag} from './entity-flags.ts'
import {tokenColumns} from './token-columns.ts'

const SORTS = SORT_KEYS.flatMap((key) => [key, `-${key}`] as const)

const windowFlag = (name: string, description: string) => textFlag(name, {description, placeholder: 'TIME'})

/** `scopes` are the kinds of entities on which the listed tokens can have their roles. */
export function listFlags(...scopes: TokenScope[]) {
  return {
    sort: choiceFlag('sort', {
      choices: SORTS,
      description: `Order: ${SORT_KEYS.join(', ')}; \`-\` before it turns it round. The order of creation without it`,
      placeholder: 'KEY',
    }),
    kind: choiceFlag('kind', {
      choices: TOKEN_KINDS,
      description: 'Only tokens of this kind, STANDARD or DIRECT_ACCESS',
      placeholder: 'KIND',
    }),
    role: roleFilterFlag(scopes),
    'short-token': textFlag('short-token', {
      description: 'Only the token whose value ends in these eight characters',
      placeholder: 'TEXT',
    }),
    'expiring-within': windowFlag(
      'expiring-within',
      'Only tokens that expire within this time, such as 14d, 48h or 2w, or have expired',
    ),
    'unused-for': windowFlag('unused-for', 'Only tokens whose value is older than this and was not used within it'),
    'not-rotated-for': windowFlag('not-rotated-for', 'Only tokens whose value is older than this'),
    ended: Flags.boolean({description: 'The tokens that were deleted, instead of those that are there'}),
    'no-header': noHeaderFlag,
  }
}

/** Those that leave tokens out. */
const LIMITING_FLAGS = ['kind', 'role', 'short-token', 'expiring-within', 'unused-for', 'not-rotated-for'] as const

interface ListFlagValues extends EntityFlagValues {
  sort?: string | undefined
  kind?: string | undefined
  role?: string | undefined
  'short-token'?: string | undefined
  'expiring-within'?: string | undefined
  'unused-for'?: string | undefined
  'not-rotated-for'?: string | undefined
  ended: boolean
  'no-header': boolean
  /** Every token of the organization. */
  all?: boolean
  agent?: boolean
}

export abstract class ListCommand extends EntityCommand<ListedToken[]> {
  static override description =
    'In a pipe: values separated by tabs, times as RFC 3339, id and name first. A terminal that is too narrow shows fewer columns. Values of tokens are never shown.'

  /** Only tokens that belong to this kind of entity. */
  protected readonly tokenScope: TokenScope | undefined
  #header = true
  #everywhere = false

  protected async list(flags: ListFlagValues): Promise<ListedToken[]> {
    refuseForAgents(flags)
    const conditions: TokenConditions = {...conditionsOf(flags), scope: this.tokenScope}
    this.#header = !flags['no-header']
    this.#everywhere = flags.all ?? false
    const entity = await this.openEntity(flags)
    const options = {entity, conditions, sort: parseSort(flags.sort), ended: flags.ended, everywhere: flags.all}
    const tokens = await this.busy('Listing API tokens', () => listTokens(this.runtime, options))
    if (tokens.length === 0) await this.#sayWhereNothingIs(entity, flags)
    for (const token of tokens.filter(isUnfinished)) await this.#warnOfUnfinished(token)
    return tokens
  }

  protected render(tokens: ListedToken[], ui: HumanView): Promise<string> {
    const columns = tokenColumns(ui, {
      ended: tokens.some((token) => token.endedAt !== null),
      everywhere: this.#everywhere,
    })
    return ui.table(columns, tokens, {header: this.#header})
  }

  async #sayWhereNothingIs(entity: TokenEntity, flags: ListFlagValues): Promise<void> {
    const noun = `No ${flags.ended ? 'deleted ' : ''}${this.tokenNoun}`
    const where = describeEntity(entity)
    const limits = LIMITING_FLAGS.filter((name) => flags[name] !== undefined)
    if (limits.length > 0) {
      const given = limits.map((name) => `--${name}`).join(', ')
      await this.writer.note(`${noun} in ${where} matches ${given}; leave that out to see all`)
    } else if (flags.ended) {
      await this.writer.note(`${noun} to list in ${where}; leave --ended out to see those that are there`)
    } else {
      await this.writer.note(`${noun} to list in ${where}; make one with: ${creationFor(entity, this.tokenScope)}`)
    }
  }

  async #warnOfUnfinished({name, id, unfinishedRotationAt}: ListedToken): Promise<void> {
    await this.writer.warn(
      `A rotation of ${name} (${id}) that began at ${unfinishedRotationAt} was not finished: both values work until it is rotated again`,
    )
  }
}

function isUnfinished({unfinishedRotationAt}: ListedToken): boolean {
  return unfinishedRotationAt !== null
}

function conditionsOf(flags: ListFlagValues): TokenConditions {
  return {
    kind: flags.kind,
    role: flags.role,
    shortToken: flags['short-token'],
    expiringWithinMs: windowOf('expiring-within', flags),
    unusedForMs: windowOf('unused-for', flags),
    notRotatedForMs: windowOf('not-rotated-for', flags),
  }
}

function windowOf(
  name: 'expiring-within' | 'unused-for' | 'not-rotated-for',
  flags: ListFlagValues,
): number | undefined {
  const text = flags[name]
  return text === undefined ? undefined : parseWindow(`--${name}`, text)
}

function parseSort(sort: string | undefined) {
  if (sort === undefined) return undefined
  const descending = sort.startsWith('-')
  const key = SORT_KEYS.find((candidate) => candidate === (descending ? sort.slice(1) : sort))
  return key && {key, descending}
}
