import type {Interfaces} from '@oclif/core'
import {parseWindow} from '../../lib/window.ts'
import type {TokenConditions} from '../../operations/tokens/filter-tokens.ts'
import {choiceFlag, textFlag} from '../flags.ts'

const windowFlag = (name: string, description: string) => textFlag(name, {description, placeholder: 'TIME'})

/** The flags that filter a list of tokens, for every vendor. */
export const conditionFlags = {
  'short-token': textFlag('short-token', {
    description: 'Only the token whose secret ends with these eight characters',
    placeholder: 'TEXT',
  }),
  'expiring-within': windowFlag(
    'expiring-within',
    'Only tokens that have expired, or expire within this time, such as 14d, 48h or 2w',
  ),
  'unused-for': windowFlag('unused-for', 'Only tokens that are older than this time and were not used within it'),
  'not-rotated-for': windowFlag(
    'not-rotated-for',
    'Only tokens that were neither created nor rotated within this time',
  ),
}

type ConditionFlags = Interfaces.InferredFlags<typeof conditionFlags>

/** Read the conditions. USAGE, with the name of the flag, for a time that cannot be parsed. */
export function readConditions(flags: ConditionFlags): TokenConditions {
  return {
    fragment: flags['short-token'],
    expiringWithinMs: readWindow('expiring-within', flags),
    unusedForMs: readWindow('unused-for', flags),
    notRotatedForMs: readWindow('not-rotated-for', flags),
  }
}

function readWindow(name: 'expiring-within' | 'unused-for' | 'not-rotated-for', flags: ConditionFlags) {
  const text = flags[name]
  return text === undefined ? undefined : parseWindow(`--${name}`, text)
}

/**
 * Return --sort for these keys; a `-` before a key reverses the order. `byDefault` describes the
 * order without it.
 */
export function sortFlag(keys: readonly string[], byDefault = 'creation order') {
  return choiceFlag('sort', {
    choices: keys.flatMap((key) => [key, `-${key}`]),
    description: `Order: ${keys.join(', ')}; prefix with \`-\` to reverse (default: ${byDefault})`,
    placeholder: 'KEY',
  })
}

export function readSort<Key extends string>(
  sort: string | undefined,
  keys: readonly Key[],
): {key: Key; descending: boolean} | undefined {
  if (sort === undefined) return undefined
  const descending = sort.startsWith('-')
  const key = keys.find((candidate) => candidate === (descending ? sort.slice(1) : sort))
  return key && {key, descending}
}

/** The filters that find tokens to do something about. */
const CHECKS: readonly string[] = ['expiring-within', 'unused-for', 'not-rotated-for']

/**
 * Return the line for a list that is empty because of its filters: `limits`, without dashes. For a
 * check that is good news. `what`: `No API token in deployment default`.
 */
export function describeNoMatch(
  what: string,
  {limits, isCheck}: {limits: readonly string[]; isCheck: boolean},
): string {
  const line = `${what} matches ${limits.map((name) => `--${name}`).join(', ')}`
  if (!isCheck && !limits.every((name) => CHECKS.includes(name))) return `${line}; leave it out to see all`
  return `Good: ${uncapitalise(line)}`
}

/** Return the line for a list without a token. `see`: a command to run next, if nothing filters. */
export function describeNoTokens(what: string, {flags, see}: {flags: {'fail-if-any': boolean}; see: string}): string {
  const limits = Object.keys(conditionFlags).filter((name) => name in flags)
  if (limits.length === 0) return `${what} to list; see also: ${see}`
  return describeNoMatch(what, {limits, isCheck: flags['fail-if-any']})
}

function uncapitalise(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
