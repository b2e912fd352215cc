import {type ResultSet, TOKEN_COLUMN} from '../api.ts'

/** How long a result can be fetched again, and how many of them (contracts/deltastream.md, 1.3). */
const KEPT_MS = 600_000
const KEPT_MAX = 1000

/** The results of statements that were run, for `GET /statements/{id}`. In memory only. */
export interface KeptResults {
  /** Keep a result for the caller that got it, unless it holds a secret. */
  keep(owner: string, result: ResultSet): void
  /** Return the result with this id, if this caller got it. */
  find(owner: string, statementId: string): ResultSet | undefined
}

interface Kept {
  owner: string
  result: ResultSet
  keptAt: number
}

export function createKeptResults(now: () => number): KeptResults {
  /** By id, oldest first. */
  const kept = new Map<string, Kept>()

  function forgetOld(): void {
    const since = now() - KEPT_MS
    for (const [id, {keptAt}] of kept) {
      if (keptAt > since && kept.size <= KEPT_MAX) return
      kept.delete(id)
    }
  }

  return {
    keep(owner, result) {
      if (result.metadata.columns.some(({name}) => name === TOKEN_COLUMN)) return
      kept.set(result.statementID, {owner, result, keptAt: now()})
      forgetOld()
    },
    find(owner, statementId) {
      forgetOld()
      const found = kept.get(statementId)
      return found?.owner === owner ? found.result : undefined
    },
  }
}
