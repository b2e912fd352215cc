import type {ChangePlan} from '../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../operations/astro/grant-role.ts'
import type {TokenResult} from '../../operations/astro/token-result.ts'
import type {FieldChange} from '../../operations/tokens/change-plan.ts'
import type {HumanView} from '../../output/human-view.ts'
import {describeChange, describePlan, withAge} from '../tokens/change-view.ts'

/**
 * Return the facts about a token that was created or changed. A changed field shows its old and new
 * content.
 */
export function tokenFacts(token: TokenResult, ui: HumanView, changes: FieldChange[] = []): string {
  const changed = new Map(changes.map((change) => [change.field, describeChange(change)]))
  return ui.facts([
    ['name', changed.get('name')],
    ['id', token.id],
    ['role', changed.get('role') ?? token.role],
    ['created', withAge(token.createdAt, ui)],
    ['expires', token.expiresAt === null ? 'never' : withAge(token.expiresAt, ui)],
    ['last rotated', token.lastRotatedAt && withAge(token.lastRotatedAt, ui)],
    ['old secret until', token.graceUntil && withAge(token.graceUntil, ui)],
    ['description', changed.get('description') ?? token.description],
  ])
}

/** Return everything about one token. */
export function tokenDetails(token: TokenResult, ui: HumanView): string {
  const elsewhere = token.roles.filter(({entityId}) => entityId !== token.entityId)
  return ui.facts([
    ['name', token.name],
    ['id', token.id],
    ['scope', token.scope],
    ['kind', token.kind],
    ['role', token.role],
    ['roles elsewhere', elsewhere.map(({role, entityId}) => `${role} on ${entityId}`).join(', ')],
    ['secret ends with', token.shortToken],
    ['created', withAge(token.createdAt, ui)],
    ['created by', token.createdBy],
    ['expires', token.expiresAt === null ? 'never' : withAge(token.expiresAt, ui)],
    ['last used', token.lastUsedAt === null ? 'never' : withAge(token.lastUsedAt, ui)],
    ['last rotated', token.lastRotatedAt === null ? 'never' : withAge(token.lastRotatedAt, ui)],
    ['old secret until', token.graceUntil && withAge(token.graceUntil, ui)],
    ['description', token.description],
  ])
}

/** Return the text about a changed token or, with --dry-run, about its plan. */
export function describeChanged(changed: ChangedToken | ChangePlan, done: string, ui: HumanView): string {
  if ('dryRun' in changed) return describePlan(changed, ui)
  const nothing = changed.changes.length === 0
  const first = nothing ? `Nothing to change in ${changed.name} (${changed.id})` : done
  return [ui.done(first), tokenFacts(changed, ui, changed.changes)].join('\n')
}
