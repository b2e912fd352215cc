import type {ListedToken} from '../../operations/deltastream/list-tokens.ts'
import type {TokenResult} from '../../operations/deltastream/token-result.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import {withAge} from '../tokens/change-view.ts'
import {nameTimeColumns} from '../tokens/token-columns.ts'

/** Return the facts about a token. What DeltaStream does not report is left out. */
export function tokenFacts(token: TokenResult, ui: HumanView): string {
  const {createdAt, expiresAt, lastUsedAt, lastRotatedAt, graceUntil} = token
  return ui.facts([
    ['name', token.name],
    ['role', token.role],
    ['owner', token.owner],
    ['secret ends with', token.shortToken],
    ['created', createdAt && withAge(createdAt, ui)],
    ['created by', token.createdBy],
    ['expires', expiresAt && withAge(expiresAt, ui)],
    ['last used', lastUsedAt === null ? 'never' : lastUsedAt && withAge(lastUsedAt, ui)],
    ['last renewed', lastRotatedAt && withAge(lastRotatedAt, ui)],
    ['old secret until', graceUntil && withAge(graceUntil, ui)],
  ])
}

/**
 * Return the columns of a list of tokens: those of DeltaStream in its order (contract, section
 * 4.3), then what only some implementations report.
 */
export function tokenColumns(tokens: ListedToken[], ui: HumanView): Column<ListedToken>[] {
  const {created, expires, marks, lastUsed, lastRotated} = nameTimeColumns<ListedToken>(ui)
  const has = (key: keyof ListedToken) => tokens.some((token) => token[key] !== undefined && token[key] !== null)
  return [
    {header: 'NAME', value: ({name}: ListedToken) => name, shrink: true},
    lastUsed,
    {...created, header: 'CREATED AT'},
    {...expires, header: 'EXPIRES AT'},
    ...marks,
    ...(has('role') ? [{header: 'ROLE', value: ({role}: ListedToken) => role ?? 'not reported', dispensable: 2}] : []),
    ...(has('lastRotatedAt') ? [{...lastRotated, header: 'LAST RENEWED'}] : []),
    ...(has('endedAt') ? [{header: 'ENDED', value: ({endedAt}: ListedToken) => ui.time(endedAt)}] : []),
  ]
}
