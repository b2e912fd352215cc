/** A flag as in oclif.manifest.json, with only what parsing needs. */
export interface FlagShape {
  name: string
  char?: string
  type: 'boolean' | 'option'
  multiple?: boolean
  /** Other long names, without dashes. */
  aliases?: string[]
  /** Other letters. */
  charAliases?: string[]
  /** True if the value may be a token. Everywhere else in argv, a token is refused. */
  takesSecret?: boolean
}

/**
 * Find a flag by its spelling, `--name` or `-n`. `next` is the word that it would take as its
 * value.
 */
export type FindFlag = (spelling: string, next: string | undefined) => FlagShape | undefined

export interface FlagFault {
  kind: 'unknown' | 'value missing' | 'not a boolean' | 'malformed'
  /** `--name` or `-n`, never with a value. */
  spelling: string
  /**
   * The word up to its `=`. It may contain a value (`-nx`): use it to guess the flag, do not show
   * it.
   */
  written: string
}

interface FlagWord {
  /** `spelling`: `--name` or `-n`. */
  settings: {flag: FlagShape; spelling: string; value: string}[]
  /** True if the next word is the value of the last flag. */
  takesNext: boolean
  fault?: FlagFault
}

export interface ParsedFlags {
  /**
   * By flag name, in order of first use. One value unless the flag is `multiple`; a boolean is
   * 'true' or 'false'.
   */
  flags: Map<string, {flag: FlagShape; values: string[]}>
  /** Every flag with a value as it was typed, `-t` or `--name`, with the last value. */
  spelled: Map<string, string>
  positionals: string[]
  /** The first fault; parsing ended there. */
  fault?: FlagFault
}

/**
 * Parse as `FlagSet.Parse` of github.com/spf13/pflag 1.0.10 does, with flags and positionals mixed.
 */
export function parseFlags(argv: readonly string[], find: FindFlag): ParsedFlags {
  const parsed: ParsedFlags = {flags: new Map(), spelled: new Map(), positionals: []}
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? ''
    if (word === '--') return {...parsed, positionals: parsed.positionals.concat(argv.slice(index + 1))}
    if (!isFlagWord(word)) {
      parsed.positionals.push(word)
      continue
    }
    const {settings, takesNext, fault} = readFlagWord(word, argv[index + 1], find)
    if (fault) return {...parsed, fault}
    for (const {flag, spelling, value} of settings) {
      parsed.spelled.set(spelling, value)
      const earlier = parsed.flags.get(flag.name)
      if (flag.multiple && earlier) earlier.values.push(value)
      else parsed.flags.set(flag.name, {flag, values: [value]})
    }
    if (takesNext) index++
  }
  return parsed
}

/**
 * Return whether the word is a flag. A single `-` is a positional: by convention standard input.
 */
export function isFlagWord(word: string): boolean {
  return word.length > 1 && word.startsWith('-')
}

/** Read one word that begins with a dash. Throws nothing: an error is returned as `fault`. */
export function readFlagWord(word: string, next: string | undefined, find: FindFlag): FlagWord {
  return word.startsWith('--') ? readLong(word, next, find) : readShorts(word, next, find)
}

/** Parse the words that Go's strconv.ParseBool accepts; undefined for any other. */
export function parseBool(word: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(word)) return true
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(word)) return false
  return undefined
}

function readLong(word: string, next: string | undefined, find: FindFlag): FlagWord {
  const [spelling = '', ...rest] = word.split('=')
  const fail = (kind: FlagFault['kind']) => failed({kind, spelling, written: spelling})
  if (spelling === '--' || spelling.startsWith('---')) return fail('malformed')
  const flag = find(spelling, next)
  if (!flag) return fail('unknown')
  if (rest.length > 0) {
    const value = checkValue(flag, rest.join('='))
    return value === undefined ? fail('not a boolean') : {settings: [{flag, spelling, value}], takesNext: false}
  }
  if (flag.type === 'boolean') return {settings: [{flag, spelling, value: 'true'}], takesNext: false}
  return next === undefined ? fail('value missing') : {settings: [{flag, spelling, value: next}], takesNext: true}
}

/** Read `-n`, or several flags in one word: `-cn x`, `-cnx`, `-cn=x`. */
function readShorts(word: string, next: string | undefined, find: FindFlag): FlagWord {
  const [written = ''] = word.split('=')
  const settings: FlagWord['settings'] = []
  for (let rest = word.slice(1); rest !== ''; ) {
    const char = String.fromCodePoint(rest.codePointAt(0) ?? 0)
    const spelling = `-${char}`
    const fail = (kind: FlagFault['kind']) => failed({kind, spelling, written})
    rest = rest.slice(char.length)
    const flag = find(spelling, rest === '' ? next : undefined)
    if (!flag) return fail('unknown')
    // For pflag a lone `=` does not assign: `-n=` sets the value `=`, and `-c=` is an error.
    const assigns = rest.startsWith('=') && rest.length > 1
    if (flag.type === 'boolean' && !rest.startsWith('=')) {
      settings.push({flag, spelling, value: 'true'})
      continue
    }
    if (rest === '') {
      if (next === undefined) return fail('value missing')
      return {settings: [...settings, {flag, spelling, value: next}], takesNext: true}
    }
    const value = checkValue(flag, assigns ? rest.slice(1) : rest)
    if (value === undefined) return fail('not a boolean')
    return {settings: [...settings, {flag, spelling, value}], takesNext: false}
  }
  return {settings, takesNext: false}
}

function checkValue(flag: FlagShape, value: string): string | undefined {
  return flag.type === 'boolean' ? parseBool(value)?.toString() : value
}

function failed(fault: FlagFault): FlagWord {
  return {settings: [], takesNext: false, fault}
}
