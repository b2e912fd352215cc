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
