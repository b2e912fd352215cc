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

/** Return the fields that differ. */
export function findChanges(fields: FieldChange[]): FieldChange[] {
  return fields.filter(({before, after}) => before !== after)
}
