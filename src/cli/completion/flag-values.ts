import type {CompletedFlag, CompletedPath} from './tree.ts'

/**
 * Every flag that takes a value, once: its spellings and what they complete to. A script has to know it before the command is known,
 * so a spelling may not mean a value here and none there; a test checks that.
 */
export function flagsWithValue(
  paths: CompletedPath[],
): {spelling: string; value: Exclude<CompletedFlag['value'], 'none'>}[] {
  const values = new Map<string, Exclude<CompletedFlag['value'], 'none'>>()
  for (const {spellings, value} of paths.flatMap(({flags}) => flags)) {
    if (value === 'none') continue
    for (const spelling of spellings) if (!values.has(spelling)) values.set(spelling, value)
  }
  return [...values].map(([spelling, value]) => ({spelling, value}))
}

/** The paths that have aliases. */
export function aliased(paths: CompletedPath[]): CompletedPath[] {
  return paths.filter(({aliases}) => aliases.length > 0)
}

/** In single quotes, as bash, zsh and fish read them alike. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
