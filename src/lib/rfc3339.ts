/** A time as every answer writes it: RFC 3339 in UTC, whole seconds, rounded down, as the Astro API documents it. */
export function toRfc3339(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, -5)}Z`
}

export function toRfc3339OrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : toRfc3339(epochMs)
}
