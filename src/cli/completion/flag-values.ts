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

export interface FixedValues {
  spelling: string
  /** `at` are the paths where it completes to these words; undefined where it does so everywhere. */
  choices: {at: string[] | undefined; words: string[]}[]
}

/** The flags with fixed values. Where those differ by command, a topic has what the commands below it have together. */
export function fixedValues(paths: CompletedPath[]): FixedValues[] {
  const fixed = flagsWithValue(paths).filter(({value}) => Array.isArray(value))
  return fixed.map(({spelling}) => {
    const own = paths.flatMap(({path, flags}) =>
      flags.flatMap(({spellings, value}) =>
        Array.isArray(value) && spellings.includes(spelling) ? [{path, words: value}] : [],
      ),
    )
    const [everywhere, ...others] = groupedByWords(own)
    if (everywhere && others.length === 0) return {spelling, choices: [{at: undefined, words: everywhere.words}]}
    const atEach = paths.map(({path}) => {
      const below = own.filter((owner) => `${owner.path} `.startsWith(path === '' ? '' : `${path} `))
      return {path, words: [...new Set(below.flatMap(({words}) => words))]}
    })
    return {spelling, choices: groupedByWords(atEach.filter(({words}) => words.length > 0))}
  })
}

function groupedByWords(entries: {path: string; words: string[]}[]): {at: string[]; words: string[]}[] {
  const groups = new Map<string, {at: string[]; words: string[]}>()
  for (const {path, words} of entries) {
    const group = groups.get(words.join(' ')) ?? {at: [], words}
    group.at.push(path)
    groups.set(words.join(' '), group)
  }
  return [...groups.values()]
}

/** The paths that have aliases. */
export function aliased(paths: CompletedPath[]): CompletedPath[] {
  return paths.filter(({aliases}) => aliases.length > 0)
}

/** In single quotes, as bash, zsh and fish read them alike. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
