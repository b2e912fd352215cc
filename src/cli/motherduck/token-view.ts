import type {ListedToken} from '../../operations/motherduck/list-tokens.ts'
import type {TokenResult} from '../../operations/motherduck/token-result.ts'
import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import {withAge} from '../tokens/change-view.ts'
import {timeColumns} from '../tokens/token-columns.ts'

/** Return the facts about a token. What MotherDuck does not report is left out. */
export function tokenFacts(token: TokenResult, ui: HumanView): string {
  const {lastUsedAt, lastRotatedAt, graceUntil} = token
  return ui.facts([
    ['name', token.name],
    ['id', token.id],
    ['user', token.username],
    ['type', token.type],
    ['secret ends with', token.shortToken],
    ['created', withAge(token.createdAt, ui)],
    ['created by', token.createdBy],
    ['expires', token.expiresAt === null ? 'never' : withAge(token.expiresAt, ui)],
    ['last used', lastUsedAt === null ? 'never' : lastUsedAt && withAge(lastUsedAt, ui)],
    ['last rotated', lastRotatedAt && withAge(lastRotatedAt, ui)],
    ['old secret until', graceUntil && withAge(graceUntil, ui)],
    ['description', token.description],
  ])
}

/**
 * Return the columns of a list of tokens. The first two are pinned (style.md, "Output"). `users`:
 * the tokens belong to several.
 */
export function tokenColumns(ui: HumanView, {ended, users}: {ended: boolean; users: boolean}): Column<ListedToken>[] {
  return [
    {header: 'ID', value: ({id}) => id, id: true},
    {header: 'NAME', value: ({name}) => name, shrink: true},
    ...(users ? [{header: 'USER', value: ({username}: ListedToken) => username, shrink: true}] : []),
    {header: 'TYPE', value: ({type}) => type},
    ...timeColumns<ListedToken>(ui),
    {header: 'DESCRIPTION', value: ({description}) => description, shrink: true, dispensable: 2},
    ...(ended ? [{header: 'ENDED', value: ({endedAt}: ListedToken) => ui.time(endedAt)}] : []),
  ]
}

/** Return lines with what a person should know about a new token. */
export function describeOwner({username, type}: TokenResult): string[] {
  const owner = `The token is ${username}'s own: it acts with the rights of that account.`
  if (type !== 'read_scaling') return [owner]
  return [owner, 'Before a read scaling token works, a read/write token of the account must have connected once.']
}
