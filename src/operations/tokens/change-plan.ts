export interface FieldChange {
  field: string
  /** Null: nothing was there. */
  before: string | null
  /** Null: nothing will be there. */
  after: string | null
}

/** A change that has been worked out and checked, and of which nothing is written yet. */
export interface PlannedChange<Plan, Result> {
  /** What it would do, for --dry-run. */
  plan: Plan
  apply(): Promise<Result>
}

/** Keep only what differs. */
export function findChanges(fields: FieldChange[]): FieldChange[] {
  return fields.filter(({before, after}) => before !== after)
}
