import type {FieldChange} from '../../operations/tokens/change-plan.ts'
import type {HumanView} from '../../output/human-view.ts'

/** What --dry-run would do to a token. */
interface Plan {
  action: string
  id?: string
  name: string
  changes: FieldChange[]
}

/** Fields that a reader knows by another word than JSON. */
const FIELD_WORDS: Record<string, string> = {expiresAt: 'expires', oldValueEndsAt: 'old token until', value: 'token'}

/** Word what --dry-run shows. */
export function describePlan(plan: Plan, ui: HumanView): string {
  const what = plan.id === undefined ? plan.name : `${plan.name} (${plan.id})`
  if (plan.changes.length === 0) return ui.done(`Nothing would change in ${what}`)
  const changes = ui.facts(
    plan.changes.map((change) => [FIELD_WORDS[change.field] ?? change.field, describeChange(change)]),
  )
  return [ui.done(`Would ${plan.action} ${what}; nothing was changed`), changes].join('\n')
}

/** `WORKSPACE_MEMBER → WORKSPACE_OWNER` */
export function describeChange({before, after}: FieldChange): string {
  return `${describeState(before)} → ${describeState(after)}`
}

function describeState(value: string | null): string {
  if (value === null) return 'none'
  return value === '' ? '""' : value
}

/** `2026-12-22T10:00:00.000Z (in 30 days)` at a terminal, the time alone elsewhere. */
export function withAge(iso: string, ui: HumanView): string {
  return ui.terminal ? `${iso} (${ui.time(iso)})` : iso
}
