import {isTooLong, NAME_LENGTH_MAX} from './name-length.ts'
import {SyntaxError as PeggyError, parse} from './statements-parser.ts'

export type Statement =
  | ({kind: 'create-api-token'; name: string; parameters: Parameter[] | null} & Place)
  | ({kind: 'renew-api-token' | 'drop-api-token' | 'create-role' | 'drop-role' | 'use-role'; name: string} & Place)
  | ({kind: 'list-api-tokens' | 'list-roles' | 'list-organizations'} & Place)
  /** A statement of DeltaStream that the embedded service does not have: its first words. */
  | ({kind: 'unsupported'; keyword: string} & Place)

interface Place {
  /** The offset of its first word in the text, in UTF-16 units. */
  start: number
}

/** One `'key' = value` of WITH. Keys may be unknown and may be repeated. */
export interface Parameter {
  key: string
  value: ParameterValue
  /** Where the key begins. */
  position: Position
}

/**
 * A word is folded to lower case. A name and a text are without their quotes. A number is as typed.
 */
export interface ParameterValue {
  kind: 'word' | 'name' | 'text' | 'number' | 'null'
  text: string
}

/** Both from 1. A column is a code point. A line ends with LF, CR or both. */
interface Position {
  line: number
  column: number
}

/**
 * Why a text was not parsed. The message repeats nothing of the text, because a secret may have
 * been pasted into it.
 */
abstract class PositionedError extends Error {
  abstract readonly sqlState: string
  readonly line: number
  readonly column: number

  constructor(what: string, {line, column}: Position) {
    super(`${what} at line ${line}, column ${column}`)
    this.line = line
    this.column = column
  }
}

export class SqlSyntaxError extends PositionedError {
  override readonly name = 'SqlSyntaxError'
  readonly sqlState = '42601'
}

export class NameTooLongError extends PositionedError {
  override readonly name = 'NameTooLongError'
  readonly sqlState = '42622'
}

/** The text holds half a surrogate pair. */
export class InvalidCharacterError extends PositionedError {
  override readonly name = 'InvalidCharacterError'
  readonly sqlState = '22021'
}

/**
 * Parse a text of one or more statements (contracts/deltastream.md, sections 3 and 4). Statements
 * that the embedded service does not have are returned as `unsupported`. The whole text is parsed
 * before any error about a name.
 *
 * Throw InvalidCharacterError for half a surrogate pair, SqlSyntaxError for what is not SQL of
 * DeltaStream, and also for a text without a statement, and NameTooLongError.
 */
export function parseStatements(text: string): Statement[] {
  if (!text.isWellFormed()) {
    throw new InvalidCharacterError('half a surrogate pair', createLocator(text)(findLoneSurrogate(text)))
  }
  const parsed = parseGrammar(text)
  const locate = createLocator(text)
  return parsed.map((statement) => toStatement(statement, locate))
}

/** What the actions of the grammar return. */
type Parsed = (Named & {parameters: ParsedParameter[] | null}) | (Unnamed & Place)

interface Named extends Place {
  kind: 'create-api-token' | 'renew-api-token' | 'drop-api-token' | 'create-role' | 'drop-role' | 'use-role'
  name: Placed
}

type Unnamed = {kind: 'list-api-tokens' | 'list-roles' | 'list-organizations'} | {kind: 'unsupported'; keyword: string}

type Placed = {text: string} & Place

interface ParsedParameter extends Place {
  key: string
  value: ParameterValue & Place
}

type Locate = (offset: number) => Position

function parseGrammar(text: string): Parsed[] {
  try {
    const parsed: unknown = parse(text, {})
    return parsed as Parsed[]
  } catch (err) {
    if (!(err instanceof PeggyError)) throw err
    const {message, expected, location} = err as unknown as Refusal
    const {offset} = location.start
    const what = expected ? (describeCharacter(text, offset) ?? describeExpected(expected)) : message
    throw new SqlSyntaxError(what, createLocator(text)(offset))
  }
}

/** The error of peggy. `expected` is null if an action of the grammar refused the text. */
interface Refusal {
  message: string
  expected: {type: string; description?: string}[] | null
  location: {start: {offset: number}}
}

/** Describe the character at `offset` if it is never allowed outside quotes, else return null. */
function describeCharacter(text: string, offset: number): string | null {
  const code = text.codePointAt(offset)
  if (code === undefined || (code >= 0x20 && code < 0x7f) || /[\t\n\r]/.test(text[offset] ?? '')) return null
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return code <= 0x7f ? `control character ${name}` : `character ${name} outside quotes`
}

function describeExpected(expected: {type: string; description?: string}[]): string {
  const names = [...new Set(expected.map(({description}) => description))].filter(Boolean)
  const last = names.pop()
  return names.length === 0 ? `expected ${last}` : `expected ${names.join(', ')} or ${last}`
}

function toStatement(statement: Parsed, locate: Locate): Statement {
  if (!('name' in statement)) return statement
  const {kind, name, start} = statement
  checkLength(name, locate)
  if (kind !== 'create-api-token') return {kind, name: name.text, start}
  const {parameters} = statement
  return {kind, name: name.text, parameters: parameters?.map((each) => toParameter(each, locate)) ?? null, start}
}

function toParameter({key, value: {start: valueStart, ...value}, start}: ParsedParameter, locate: Locate): Parameter {
  const position = locate(start)
  if (value.kind === 'word' || value.kind === 'name') checkLength({text: value.text, start: valueStart}, locate)
  return {key, value, position}
}

function checkLength({text, start}: Placed, locate: Locate): void {
  if (!isTooLong(text)) return
  throw new NameTooLongError(`name longer than ${NAME_LENGTH_MAX} characters`, locate(start))
}

function findLoneSurrogate(text: string): number {
  return /\p{Surrogate}/u.exec(text)?.index ?? 0
}

/**
 * Return a function that converts offsets to positions. Each call begins where the last one ended,
 * so offsets must not decrease. All calls together read the text once.
 */
function createLocator(text: string): Locate {
  let read = 0
  const position = {line: 1, column: 1}
  return (offset) => {
    while (read < offset) {
      const code = text.codePointAt(read) ?? 0
      const isLineEnd = code === LF || (code === CR && text.charCodeAt(read + 1) !== LF)
      if (isLineEnd) {
        position.line++
        position.column = 1
      } else position.column++
      read += code > 0xffff ? 2 : 1
    }
    return {...position}
  }
}

const LF = 0x0a
const CR = 0x0d
