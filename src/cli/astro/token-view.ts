import type {ChangePlan, FieldChange} from '../../operations/astro/change-plan.ts'
import type {ChangedToken} from '../../operations/astro/grant-role.ts'
import type {TokenResult} from '../../operations/astro/token-result.ts'
import type {HumanView} from '../../output/human-view.ts'

/** What is said about a token after it was made or changed; what is different now with what it was before. */
export function tokenFacts(token: TokenResult, ui: HumanView, changes: FieldChange[] = []): string {
  const changed = new Map(changes.map((change) => [change.field, arrowOf(change)]))
  return ui.facts([
    ['name', changed.get('name')],
    ['id', token.id],
    ['role', changed.get('role') ?? token.role],
    ['created', withAge(token.createdAt, ui)],
    ['expires', token.expiresAt === null ? 'never' : withAge(token.expiresAt, ui)],
    ['last rotated', token.lastRotatedAt && withAge(token.lastRotatedAt, ui)],
    ['old value until', token.graceUntil && withAge(token.graceUntil, ui)],
    ['description', changed.get('description') ?? token.description],
  ])
}

/** Fields whose name in JSON is none for a reader. */
const FIELD_WORDS: Record<string, string> = {expiresAt: 'expires', oldValueEndsAt: 'old value until', token: 'value'}

/** What --dry-run shows. */
export function planText(plan: ChangePlan, ui: HumanView): string {
  const what = `${plan.name} (${plan.id})`
  if (plan.changes.length === 0) return ui.done(`Nothing would change in ${what}`)
  const changes = ui.facts(plan.changes.map((change) => [FIELD_WORDS[change.field] ?? change.field, arrowOf(change)]))
  return [ui.done(`Would ${plan.action} ${what}; nothing was changed`), changes].join('\n')
}

/** What is said about a token after it was changed, or with --dry-run would be. */
export function changeText(changed: ChangedToken | ChangePlan, done: string, ui: HumanView): string {
  if (isPlan(changed)) return planText(changed, ui)
  const nothing = changed.changes.length === 0
  const first = nothing ? `Nothing to change in ${changed.name} (${changed.id})` : done
  return [ui.done(first), tokenFacts(changed, ui, changed.changes)].join('\n')
}

export function isPlan(result: object): result is ChangePlan {
  return 'dryRun' in result
}

/** `WORKSPACE_MEMBER → WORKSPACE_OWNER` */
function arrowOf({before, after}: FieldChange): string {
  return `${wordsOf(before)} → ${wordsOf(after)}`
}

function wordsOf(value: string | null): string {
  return value === null ? 'none' : value === '' ? '""' : value
}

/** `2026-12-22T10:00:00.000Z (in 30 days)` at a terminal, the time alone elsewhere. */
function withAge(iso: string, ui: HumanView): string {
  return ui.terminal ? `${iso} (${ui.time(iso)})` : iso
}
