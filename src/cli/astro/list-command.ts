import type {Interfaces} from '@oclif/core'
import * as Flags from '@oclif/core/flags'
import {creationFor, describeEntity, type TokenEntity} from '../../operations/astro/entity.ts'
import {type ListedToken, listTokens, SORT_KEYS} from '../../operations/astro/list-tokens.ts'
import type {HumanView} from '../../output/human-view.ts'
import {TOKEN_KINDS, type TokenScope} from '../../vendors/astro/api.ts'
import {choiceFlag, noHeaderFlag} from '../flags.ts'
import {conditionFlags, readConditions, readSort, sortFlag} from '../tokens/list-flags.ts'
import {refuseForAgents} from './create-command.ts'
import {EntityCommand} from './entity-command.ts'
import {type EntityFlags, roleFilterFlag} from './entity-flags.ts'
import {tokenColumns} from './token-columns.ts'

/** `scopes` are the kinds of entities on which the listed tokens can have their roles. */
export function listFlags(...scopes: TokenScope[]) {
  return {
    sort: sortFlag(SORT_KEYS),
    kind: choiceFlag('kind', {
      choices: TOKEN_KINDS,
      description: 'Only tokens of this kind, STANDARD or DIRECT_ACCESS',
      placeholder: 'KIND',
    }),
    role: roleFilterFlag(scopes),
    ...conditionFlags,
    ended: Flags.boolean({description: 'The tokens that were deleted, instead of those that are there'}),
    'no-header': noHeaderFlag,
  }
}

/** Those that leave tokens out. */
const LIMITING_FLAGS = ['kind', 'role', ...(Object.keys(conditionFlags) as (keyof typeof conditionFlags)[])] as const

type ListFlags = EntityFlags &
  Interfaces.InferredFlags<ReturnType<typeof listFlags>> & {
    /** Every token of the organization. */
    all?: boolean
    agent?: boolean
  }

export abstract class ListCommand extends EntityCommand<ListedToken[]> {
  static override description =
    'In a pipe: values separated by tabs, times as RFC 3339, id and name first. A terminal that is too narrow shows fewer columns. Values of tokens are never shown.'

  /** Only tokens that belong to this kind of entity. */
  protected readonly tokenScope: TokenScope | undefined
  #everywhere = false

  protected async list(flags: ListFlags): Promise<ListedToken[]> {
    refuseForAgents(flags)
    const {kind, role} = flags
    const conditions = {...readConditions(flags), kind, role, scope: this.tokenScope}
    this.#everywhere = flags.all ?? false
    const entity = await this.openEntity(flags)
    const options = {
      entity,
      conditions,
      sort: readSort(flags.sort, SORT_KEYS),
      ended: flags.ended,
      everywhere: flags.all,
    }
    const tokens = await this.busy('Listing API tokens', () => listTokens(this.runtime, options))
    if (tokens.length === 0) await this.#sayWhereNothingIs(entity, flags)
    for (const token of tokens.filter(isUnfinished)) await this.warnOfUnfinished(token)
    return tokens
  }

  protected render(tokens: ListedToken[], ui: HumanView): Promise<string> {
    const columns = tokenColumns(ui, {
      ended: tokens.some((token) => token.endedAt !== null),
      everywhere: this.#everywhere,
    })
    return ui.table(columns, tokens)
  }

  async #sayWhereNothingIs(entity: TokenEntity, flags: ListFlags): Promise<void> {
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
}

function isUnfinished({unfinishedRotationAt}: ListedToken): boolean {
  return Boolean(unfinishedRotationAt)
}
