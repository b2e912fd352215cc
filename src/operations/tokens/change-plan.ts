import {toRfc3339OrNull} from '../../lib/rfc3339.ts'

export interface FieldChange {
  field: string
  /** Null if there was nothing before. */
  before: string | null
  /** Null if there is nothing afterwards. */
  after: string | null
}

/** A change that was checked, but not written yet. */
export interface PlannedChange<Plan, Result> {
  /** What the change would do, for --dry-run. */
  plan: Plan
  apply(): Promise<Result>
}

/**
 * Return the fields of a new token, for --dry-run. `lifetime` is in words; a token that never ends
 * has no `expiresAt`.
 */
export function listNewFields(
  fields: Record<string, string>,
  {lifetime, endMs}: {lifetime: string; endMs: number | null},
): FieldChange[] {
  const all = {...fields, lifetime, expiresAt: toRfc3339OrNull(endMs) ?? ''}
  return Object.entries(all)
    .filter(([, after]) => after !== '')
    .map(([field, after]) => ({field, before: null, after}))
}

/** Return the fields that differ. */
export function findChanges(fields: FieldChange[]): FieldChange[] {
  return fields.filter(({before, after}) => before !== after)
}
