import type {FieldChange} from '../../operations/tokens/change-plan.ts'
import type {HumanView} from '../../output/human-view.ts'

/** What --dry-run reports about a token. */
interface Plan {
  action: string
  id?: string
  name: string
  changes: FieldChange[]
}

/** Fields that have another name for people than in JSON. */
const FIELD_WORDS: Record<string, string> = {expiresAt: 'expires', oldValueEndsAt: 'old secret until', value: 'secret'}

/** Return the text for --dry-run. */
export function describePlan(plan: Plan, ui: HumanView): string {
  const what = plan.id === undefined ? plan.name : `${plan.name} (${plan.id})`
  if (plan.changes.length === 0) return ui.done(`Nothing would change in ${what}`)
  const changes = ui.facts(
    plan.changes.map((change) => [FIELD_WORDS[change.field] ?? change.field, describeChange(change)]),
  )
  return [ui.done(`Would ${plan.action} ${what}; nothing was changed`), changes].join('\n')
}

/** Return the text for --dry-run of a create. `where` is for use in a sentence. */
export function describeCreation({name, changes}: Omit<Plan, 'action' | 'id'>, where: string, ui: HumanView): string {
  const facts = changes.map(({field, after}): [string, string | null] => [
    FIELD_WORDS[field] ?? field,
    field === 'expiresAt' && after !== null ? withAge(after, ui) : after,
  ])
  return [ui.done(`Would create ${name} ${where}; nothing was created`), ui.facts(facts)].join('\n')
}

/** Return `WORKSPACE_MEMBER → WORKSPACE_OWNER`. */
export function describeChange({before, after}: FieldChange): string {
  return `${describeState(before)} → ${describeState(after)}`
}

function describeState(value: string | null): string {
  if (value === null) return 'none'
  return value === '' ? '""' : value
}

/** Return `2026-12-22T10:00:00Z (in 30 days)` at a terminal, only the time elsewhere. */
export function withAge(iso: string, ui: HumanView): string {
  return ui.terminal ? `${iso} (${ui.time(iso)})` : iso
}
