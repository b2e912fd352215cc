/**
 * The candidate a person most likely meant by `word`, whatever the case: the one with the fewest slips of the finger (one
 * slip in three letters at most), else the only one that begins with it. Undefined when nothing is near.
 */
export function findClosest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase()
  const known = [...candidates]
  let best: string | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const slipsMax = Math.max(1, Math.floor(candidate.length / 3))
    // Also keeps a huge word from costing anything.
    if (Math.abs(candidate.length - typed.length) > slipsMax) continue
    const slips = countSlips(typed, candidate.toLowerCase())
    if (slips > slipsMax || slips >= Math.min(fewest, candidate.length)) continue
    best = candidate
    fewest = slips
  }
  return best ?? onlyCompletion(typed, known)
}

/** So many letters have to be the same before two words count as similar. */
const SAME_LETTERS_MIN = 4

/**
 * For a word to which nothing is closest: the only candidate that shares its first four letters, as `expiration` does with
 * `expiry`, or that has a beginning one slip away from it, as `deployment` has for `dploy`. Undefined for none and for several.
 */
export function findOnlySimilar(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase()
  const similar = [...candidates].filter((candidate) => beginSimilarly(typed, candidate.toLowerCase()))
  return similar.length === 1 ? similar[0] : undefined
}

function beginSimilarly(typed: string, candidate: string): boolean {
  if (typed.length < SAME_LETTERS_MIN || typed[0] !== candidate[0]) return false
  if (candidate.startsWith(typed.slice(0, SAME_LETTERS_MIN))) return true
  // One letter was lost, changed or added. A word with as many letters as the candidate is no beginning of it.
  if (typed.length <= SAME_LETTERS_MIN || typed.length >= candidate.length) return false
  return [-1, 0, 1].some((more) => countSlips(typed, candidate.slice(0, typed.length + more)) <= 1)
}

/** Damerau-Levenshtein distance (its usual, restricted form): letters added, lost, changed, or swapped with a neighbour. */
function countSlips(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({length: to.length + 1}, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1
      let slips = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + changed)
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped) slips = Math.min(slips, at(beforeLast, column - 2) + 1)
      current.push(slips)
    }
    beforeLast = last
    last = current
  }
  return at(last, to.length)
}

function at(row: number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}

function onlyCompletion(typed: string, known: string[]): string | undefined {
  if (typed === '') return undefined
  const completions = known.filter((candidate) => candidate.toLowerCase().startsWith(typed))
  return completions.length === 1 ? completions[0] : undefined
}
