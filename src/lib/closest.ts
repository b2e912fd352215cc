/**
 * Return the candidate that a person most likely meant by `word`. Case is ignored. It is the one
 * with the fewest typing errors (at most one in three letters), else the only one that begins with
 * `word`. Return undefined if no candidate is near.
 */
export function findClosest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase()
  const known = [...candidates]
  let best: string | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const slipsMax = Math.max(1, Math.floor(candidate.length / 3))
    // This also skips the comparison for a huge word.
    if (Math.abs(candidate.length - typed.length) > slipsMax) continue
    const slips = countSlips(typed, candidate.toLowerCase())
    if (slips > slipsMax || slips >= Math.min(fewest, candidate.length)) continue
    best = candidate
    fewest = slips
  }
  return best ?? onlyCompletion(typed, known)
}

/** Two words are similar only if this many of their first letters are equal. */
const SAME_LETTERS_MIN = 4

/**
 * Return the only similar candidate, for a word for which `findClosest` finds none. A candidate is
 * similar if it has the same first four letters (`expiration` for `expiry`), or if its beginning is
 * one typing error away from the word (`deployment` for `dploy`). Return undefined if there are
 * none or several.
 */
export function findOnlySimilar(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase()
  const similar = [...candidates].filter((candidate) => beginSimilarly(typed, candidate.toLowerCase()))
  return similar.length === 1 ? similar[0] : undefined
}

function beginSimilarly(typed: string, candidate: string): boolean {
  if (typed.length < SAME_LETTERS_MIN || typed[0] !== candidate[0]) return false
  if (candidate.startsWith(typed.slice(0, SAME_LETTERS_MIN))) return true
  // One letter was lost, changed or added. A word as long as the candidate is not a beginning of
  // it.
  if (typed.length <= SAME_LETTERS_MIN || typed.length >= candidate.length) return false
  return [-1, 0, 1].some((more) => countSlips(typed, candidate.slice(0, typed.length + more)) <= 1)
}

/**
 * Return the Damerau-Levenshtein distance in its usual, restricted form: letters added, lost,
 * changed, or swapped with a neighbour.
 */
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
