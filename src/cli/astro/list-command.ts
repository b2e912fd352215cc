import type {Interfaces} from '@oclif/core'
import * as Flags from '@oclif/core/flags'
import {creationFor, describeEntity, type TokenEntity} from '../../operations/astro/entity.ts'
import {type ListedToken, listTokens, SORT_KEYS} from '../../operations/astro/list-tokens.ts'
import type {HumanView} from '../../output/human-view.ts'
import {TOKEN_KINDS, type TokenScope} from '../../vendors/astro/api.ts'
import {choiceFlag, listingFlags} from '../flags.ts'
import {conditionFlags, describeNoMatch, readConditions, readSort, sortFlag} from '../tokens/list-flags.ts'
import {checkTimelinePage, renderTokens, timelineFlags, writeTimelinePage} from '../tokens/token-list-view.ts'
import {refuseForAgents} from './create-command.ts'
import {EntityCommand} from './entity-command.ts'
import {type EntityFlags, roleFilterFlag} from './entity-flags.ts'
import {tokenColumns} from './token-columns.ts'

/**
 * Return the flags of a list. `scopes` are the kinds of entities on which the listed tokens can
 * have roles.
 */
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
    ended: Flags.boolean({description: 'List deleted tokens instead of live ones'}),
    ...timelineFlags,
    ...listingFlags,
  }
}

/** The flags that filter the list. */
const FILTER_FLAGS = ['kind', 'role', ...(Object.keys(conditionFlags) as (keyof typeof conditionFlags)[])] as const

type ListFlags = EntityFlags &
  Interfaces.InferredFlags<ReturnType<typeof listFlags>> & {
    /** List every token of the organization. */
    all?: boolean
    agent?: boolean
  }

export abstract class ListCommand extends EntityCommand<ListedToken[]> {
  static override description =
    'In a pipe, columns are separated by tabs, times are RFC 3339, and id and name come first. A narrow terminal shows fewer columns. The secrets are never shown.'

  /** Only tokens that entities of this kind own. */
  protected readonly tokenScope: TokenScope | undefined
  #everywhere = false
  #timeline: boolean | undefined

  protected async list(flags: ListFlags): Promise<ListedToken[]> {
    refuseForAgents(flags)
    checkTimelinePage(flags)
    const {kind, role} = flags
    const conditions = {...readConditions(flags), kind, role, scope: this.tokenScope}
    this.#everywhere = flags.all ?? false
    this.#timeline = flags.timeline
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
    await writeTimelinePage(this.runtime, flags, {tokens, title: `Tokens in ${describeEntity(entity)}`})
    for (const token of tokens.filter(isUnfinished)) await this.warnOfUnfinished(token)
    return tokens
  }

  protected render(tokens: ListedToken[], ui: HumanView): Promise<string> {
    const columns = tokenColumns(ui, {
      ended: tokens.some((token) => token.endedAt !== null),
      everywhere: this.#everywhere,
    })
    return renderTokens(ui, {tokens, columns, timeline: this.#timeline})
  }

  async #sayWhereNothingIs(entity: TokenEntity, flags: ListFlags): Promise<void> {
    const noun = `No ${flags.ended ? 'deleted ' : ''}${this.tokenNoun}`
    const where = describeEntity(entity)
    const limits = FILTER_FLAGS.filter((name) => flags[name] !== undefined)
    if (limits.length > 0) {
      await this.writer.note(describeNoMatch(`${noun} in ${where}`, {limits, isCheck: flags['fail-if-any']}))
    } else if (flags.ended) {
      await this.writer.note(`${noun} to list in ${where}; leave out --ended to see live tokens`)
    } else {
      await this.writer.note(`${noun} to list in ${where}; create one with: ${creationFor(entity, this.tokenScope)}`)
    }
  }
}

function isUnfinished({unfinishedRotationAt}: ListedToken): boolean {
  return Boolean(unfinishedRotationAt)
}
