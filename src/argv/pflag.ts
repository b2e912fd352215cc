/** A flag as oclif.manifest.json holds it; only what parsing needs. */
export interface FlagShape {
  name: string
  char?: string
  type: 'boolean' | 'option'
  multiple?: boolean
}

/** Finds a flag by how it is written, `--name` or `-n`; `next` is the word that it would take as its value. */
export type FindFlag = (spelling: string, next: string | undefined) => FlagShape | undefined

export interface FlagFault {
  kind: 'unknown' | 'value missing' | 'not a boolean' | 'malformed'
  /** `--name` or `-n`: never with a value. */
  spelling: string
  /** The word up to its `=`. It may hold a value (`-nx`), so it serves to guess what was meant and is not shown. */
  written: string
}

interface FlagWord {
  settings: {flag: FlagShape; value: string}[]
  /** The word after it is the value of its last flag. */
  takesNext: boolean
  fault?: FlagFault
}

export interface ParsedFlags {
  /** By flag name, in the order of first use; one value unless the flag is `multiple`; booleans are 'true' or 'false'. */
  flags: Map<string, {flag: FlagShape; values: string[]}>
  positionals: string[]
  /** The first thing wrong; parsing ended there. */
  fault?: FlagFault
}

/** Parses as `FlagSet.Parse` of github.com/spf13/pflag 1.0.10 does, flags and positionals mixed. */
export function parseFlags(argv: readonly string[], find: FindFlag): ParsedFlags {
  const parsed: ParsedFlags = {flags: new Map(), positionals: []}
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? ''
    if (word === '--') return {...parsed, positionals: parsed.positionals.concat(argv.slice(index + 1))}
    if (!isFlagWord(word)) {
      parsed.positionals.push(word)
      continue
    }
    const {settings, takesNext, fault} = readFlagWord(word, argv[index + 1], find)
    if (fault) return {...parsed, fault}
    for (const {flag, value} of settings) {
      const earlier = parsed.flags.get(flag.name)
      if (flag.multiple && earlier) earlier.values.push(value)
      else parsed.flags.set(flag.name, {flag, values: [value]})
    }
    if (takesNext) index++
  }
  return parsed
}

/** A single `-` is a positional, by custom the standard input. */
export function isFlagWord(word: string): boolean {
  return word.length > 1 && word.startsWith('-')
}

/** Takes one word that begins with a dash apart; throws nothing, what is wrong with it is its `fault`. */
export function readFlagWord(word: string, next: string | undefined, find: FindFlag): FlagWord {
  return word.startsWith('--') ? readLong(word, next, find) : readShorts(word, next, find)
}

/** The words of Go's strconv.ParseBool; undefined for any other. */
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
    return value === undefined ? fail('not a boolean') : {settings: [{flag, value}], takesNext: false}
  }
  if (flag.type === 'boolean') return {settings: [{flag, value: 'true'}], takesNext: false}
  return next === undefined ? fail('value missing') : {settings: [{flag, value: next}], takesNext: true}
}

/** `-n`, or several in one word: `-cn x`, `-cnx`, `-cn=x`. */
function readShorts(word: string, next: string | undefined, find: FindFlag): FlagWord {
  const [written = ''] = word.split('=')
  const settings: FlagWord['settings'] = []
  for (let rest = word.slice(1); rest !== ''; ) {
    const char = String.fromCodePoint(rest.codePointAt(0) ?? 0)
    const fail = (kind: FlagFault['kind']) => failed({kind, spelling: `-${char}`, written})
    rest = rest.slice(char.length)
    const flag = find(`-${char}`, rest === '' ? next : undefined)
    if (!flag) return fail('unknown')
    // A lone `=` assigns nothing to pflag: `-n=` sets the value `=`, and `-c=` is an error.
    const assigns = rest.startsWith('=') && rest.length > 1
    if (flag.type === 'boolean' && !rest.startsWith('=')) {
      settings.push({flag, value: 'true'})
      continue
    }
    if (rest === '') {
      if (next === undefined) return fail('value missing')
      return {settings: [...settings, {flag, value: next}], takesNext: true}
    }
    const value = checkValue(flag, assigns ? rest.slice(1) : rest)
    if (value === undefined) return fail('not a boolean')
    return {settings: [...settings, {flag, value}], takesNext: false}
  }
  return {settings, takesNext: false}
}

function checkValue(flag: FlagShape, value: string): string | undefined {
  return flag.type === 'boolean' ? parseBool(value)?.toString() : value
}

function failed(fault: FlagFault): FlagWord {
  return {settings: [], takesNext: false, fault}
}
