import {aliasesAfter} from './command-tree.ts'

/**
 * Return the shorter ways to type the words of a command: with the shortest alias of each word but
 * the last, once for each alias of the last. If the last has none, return it after the aliases of
 * the others.
 */
export function listAliases(path: readonly string[]): string[] {
  const before = path.slice(0, -1).map((word, index) => otherWords(word, path.slice(0, index))[0] ?? word)
  const last = path.at(-1) ?? ''
  const others = otherWords(last, path.slice(0, -1))
  const isShorter = before.some((word, index) => word !== path[index])
  return (others.length === 0 && isShorter ? [last] : others).map((word) => [...before, word].join(' '))
}

/** Return the shortest alias of the last word of a path, or null. */
export function findAlias(path: readonly string[]): string | null {
  return otherWords(path.at(-1) ?? '', path.slice(0, -1))[0] ?? null
}

function otherWords(word: string, above: readonly string[]): string[] {
  return [...aliasesAfter(above)].filter(([, meant]) => meant === word).map(([alias]) => alias)
}
