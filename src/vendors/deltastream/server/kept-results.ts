import {type ResultSet, TOKEN_COLUMN} from '../api.ts'

/** How long a result can be fetched again, and how many of them (contracts/deltastream.md, 1.3). */
const KEPT_MS = 600_000
const KEPT_MAX = 1000
/** Of all kept results together. A request can be 1 MiB long, and its answer repeats much of it. */
const KEPT_CHARACTERS_MAX = 64 * 1_048_576

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
  characters: number
}

export function createKeptResults(now: () => number): KeptResults {
  /** By id, oldest first. */
  const kept = new Map<string, Kept>()
  let characters = 0

  function forgetOld(): void {
    const since = now() - KEPT_MS
    for (const [id, each] of kept) {
      const isTooMuch = kept.size > KEPT_MAX || characters > KEPT_CHARACTERS_MAX
      // A clock that was set back can make a later result the older one.
      if (each.keptAt > since && !isTooMuch) continue
      kept.delete(id)
      characters -= each.characters
    }
  }

  return {
    keep(owner, result) {
      if (result.metadata.columns.some(({name}) => name === TOKEN_COLUMN)) return
      const added = countCharacters(result)
      kept.set(result.statementID, {owner, result, keptAt: now(), characters: added})
      characters += added
      forgetOld()
    },
    find(owner, statementId) {
      forgetOld()
      const found = kept.get(statementId)
      return found?.owner === owner ? found.result : undefined
    },
  }
}

/** What a cell takes in addition to its characters, about. */
const CELL_CHARACTERS = 16

/** Return the size of what a result keeps in memory, about. */
function countCharacters({data, message = '', metadata}: ResultSet): number {
  const texts = [message, ...Object.values(metadata.context), ...data.flat()]
  return texts.reduce((sum, text) => sum + CELL_CHARACTERS + (text?.length ?? 0), 0)
}
