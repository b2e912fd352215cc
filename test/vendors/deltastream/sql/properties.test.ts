import {expect} from 'chai'
import fc from 'fast-check'
import {mintsToken} from '../../../../src/vendors/deltastream/sql/mints-token.ts'
import {
  InvalidCharacterError,
  NameTooLongError,
  parseStatements,
  SqlSyntaxError,
} from '../../../../src/vendors/deltastream/sql/parse-statements.ts'
import {quoteName, quoteRole} from '../../../../src/vendors/deltastream/sql/quote.ts'
import {renderCreateToken, renderRenewToken} from '../../../../src/vendors/deltastream/sql/render.ts'
import {scanSql} from '../../../../src/vendors/deltastream/sql/scan-sql.ts'
import {
  isComplete,
  NO_LINES,
  readLine,
  splitStatements,
} from '../../../../src/vendors/deltastream/sql/split-statements.ts'
import {SyntaxError as PeggyError, parse} from '../../../../src/vendors/deltastream/sql/statements-parser.ts'

/** Characters that mean something in SQL. */
const SPECIAL = [
  '"',
  "'",
  '`',
  ';',
  '-',
  '--',
  '/*',
  '*/',
  '*',
  '\\',
  ' ',
  '(',
  ')',
  ',',
  '=',
  '\u212a',
  '\u0080',
  '🙂',
]
const name = fc
  .array(fc.oneof(fc.constantFrom(...SPECIAL), fc.string({unit: 'binary', minLength: 1, maxLength: 1})), {
    minLength: 1,
    maxLength: 255,
  })
  .map((units) => [...units.join('')].slice(0, 255).join(''))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name must not hold them.
  .map((text) => text.replace(/[\0-\x1f\x7f]/g, '_'))
const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/)
const role = fc.oneof(name, word)

describe('SQL', () => {
  it('has the name that was quoted, for any name', () => {
    fc.assert(
      fc.property(name, (text) => {
        const statements = parseStatements(`DROP API_TOKEN ${quoteName(text)}; LIST ROLES`)
        expect(statements.map(({kind}) => kind)).to.deep.equal(['drop-api-token', 'list-roles'])
        expect(statements[0]).to.have.property('name', text)
        expect(parseStatements(renderRenewToken(text))).to.deep.equal([{kind: 'renew-api-token', name: text, start: 0}])
      }),
    )
  })

  it('has the role that was quoted, for any role, and nothing more than was rendered', () => {
    fc.assert(
      fc.property(name, role, fc.integer({min: 1, max: 3650}), (tokenName, text, expiresInDays) => {
        const [statement, ...others] = parseStatements(renderCreateToken({name: tokenName, role: text, expiresInDays}))
        expect(others).to.deep.equal([])
        if (statement?.kind !== 'create-api-token') throw new Error('another statement')
        expect(statement.name).to.equal(tokenName)
        const values = statement.parameters?.map(({key, value}) => [key, value.text])
        expect(values).to.deep.equal([
          ['token.role_name', text],
          ['token.expires_in_days', String(expiresInDays)],
        ])
        expect(statement.parameters?.[0]?.value.kind).to.equal(quoteRole(text) === text ? 'word' : 'name')
      }),
    )
  })

  it('is parsed, or refused with a position within the text, for any text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const error = refusal(text)
        if (error === null) return
        expect(error).to.satisfy((err: Error) => REFUSALS.some((kind) => err instanceof kind))
        const {line, column} = error as SqlSyntaxError
        const lines = text.split(/\r\n|\r|\n/)
        expect(line).to.be.within(1, lines.length)
        expect(column).to.be.within(1, [...(lines[line - 1] ?? '')].length + 1)
      }),
      {numRuns: 1000},
    )
  })

  it('is the same in pieces, for any text that is parsed', () => {
    fc.assert(
      fc.property(parsedText(), (text) => {
        const statements = parseStatements(text)
        const pieces = splitStatements(text)
        const parsed = pieces.flatMap((piece) => parseStatements(piece))
        expect(parsed.map(withoutPlaces)).to.deep.equal(statements.map(withoutPlaces))
        expect(pieces.map(mintsToken)).to.deep.equal(
          statements.map(({kind}) => kind === 'create-api-token' || kind === 'renew-api-token'),
        )
        expect(isComplete(`${text}\n;`.split('\n').reduce(readLine, NO_LINES))).to.equal(true)
      }),
      {numRuns: 1000},
    )
  })

  it('keeps every character but white space and empty statements when it is split, for any text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const parts = [...scanSql(text)]
        expect(parts.map(({start, end}) => text.slice(start, end)).join('')).to.equal(text)
        expect(parts.every(({start, end}) => end > start)).to.equal(true)
        const pieces = splitStatements(text)
        const significant = (sql: string) => [...scanSql(sql)].filter(({kind}) => kind === 'other' || kind === 'quoted')
        const held = (sql: string) => significant(sql).map(({start, end}) => sql.slice(start, end))
        expect(pieces.flatMap(held)).to.deep.equal(held(text))
        for (const piece of pieces) expect(splitStatements(piece)).to.deep.equal([piece])
      }),
      {numRuns: 1000},
    )
  })

  describe('takes linear time', () => {
    const repeated: Record<string, (count: number) => string> = {
      statements: (count) => 'LIST ORGANIZATIONS;'.repeat(count),
      'tokens that are created': (count) => "CREATE API_TOKEN a WITH ('token.role_name' = b);".repeat(count),
      'other statements': (count) => 'SELECT "a" - b / c, \'d\' -- e\n;'.repeat(count),
      'one other statement': (count) => `CREATE STREAM ${'a - "b", '.repeat(count)}`,
      terminators: (count) => ';'.repeat(count),
      'terminators with comments': (count) => ';/**/--\n'.repeat(count),
      comments: (count) => `LIST ROLES${'/* a */ -- b\n'.repeat(count)}`,
      'comments between keywords': (count) => `CREATE ${'/**/ --\n'.repeat(count)} TOKEN`,
      'comments before what is wrong': (count) => `${'/**/'.repeat(count)} x`,
      'beginnings of comments': (count) => 'SELECT /*'.repeat(count),
      'stars in a comment': (count) => `LIST /*${'*'.repeat(count)}*/ x`,
      'a comment without an end': (count) => `LIST ROLES /*${'* '.repeat(count)}`,
      'a long word': (count) => 'a'.repeat(count),
      'a long name': (count) => `ALTER API_TOKEN ${'a'.repeat(count)} RENEV`,
      'a quoted name': (count) => `DROP API_TOKEN "${'""'.repeat(count)}" x`,
      'a quoted name without an end': (count) => `CREATE API_TOKEN "${'""'.repeat(count)}`,
      'a string without an end': (count) => `SELECT '${"''".repeat(count)}`,
      parameters: (count) => `CREATE API_TOKEN a WITH (${"'b' = 1,".repeat(count)}'b' = 2)`,
      'parameters with a comma at the end': (count) => `CREATE API_TOKEN a WITH (${"'b' = 1,".repeat(count)})`,
      'parameters without a bracket': (count) => `CREATE API_TOKEN a WITH (${"'b' = 1,".repeat(count)}'b' = 2`,
      'brackets within brackets': (count) => `CREATE API_TOKEN a WITH ${'('.repeat(count)}`,
      digits: (count) => `CREATE API_TOKEN a WITH ('b' = ${'1'.repeat(count)}.)`,
      'keywords that repeat': (count) => 'CREATE '.repeat(count),
    }
    for (const [what, repeat] of Object.entries(repeated)) {
      it(`for ${what}`, () => {
        const reads = (count: number) => countReads(repeat(count))
        // What each further repetition costs, so that what does not depend on the size is left out.
        const [small, large, larger] = [reads(50), reads(400), reads(800)]
        expect((larger - large) / 400).to.be.at.most(1.05 * ((large - small) / 350))
        expect(larger).to.be.below(READS_PER_CHARACTER_MAX * (repeat(800).length + 20))
      })
    }

    it('for any text: no part of it is read more often than a fixed number of times', () => {
      fc.assert(
        fc.property(anyText(), (text) => {
          expect(countReads(text)).to.be.below(READS_PER_CHARACTER_MAX * (text.length + 20))
        }),
        {numRuns: 300},
      )
    })
  })
})

const REFUSALS = [SqlSyntaxError, NameTooLongError, InvalidCharacterError]

/** Each character may be read this many times, by all alternatives together. */
const READS_PER_CHARACTER_MAX = 40

/** Counts how many characters are read. Any other way to read it than these fails. */
class CountedText {
  reads = 0
  readonly length: number
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    this.length = text.length
  }

  charAt(index: number): string {
    this.reads++
    return this.#text.charAt(index)
  }

  charCodeAt(index: number): number {
    this.reads++
    return this.#text.charCodeAt(index)
  }

  codePointAt(index: number): number | undefined {
    this.reads++
    return this.#text.codePointAt(index)
  }

  substr(start: number, length: number): string {
    return this.substring(start, start + length)
  }

  substring(start: number, end: number): string {
    this.reads += end - start
    return this.#text.substring(start, end)
  }
}

function countReads(text: string): number {
  const counted = new CountedText(text)
  try {
    parse(counted, {})
  } catch (err) {
    if (!(err instanceof PeggyError)) throw err
  }
  return counted.reads
}

/** Text of the grammar's own words and signs, which gets far, and texts of any characters. */
function anyText() {
  const pieces = fc.array(fc.oneof(piece(), fc.constantFrom(...SPECIAL, '\n', '\r', '\t', '\0', '\ud800')), {
    maxLength: 40,
  })
  return fc.oneof(
    pieces.map((each) => each.join(' ')),
    pieces.map((each) => each.join('')),
    fc.string({unit: 'binary'}),
    fc.tuple(parsedText(), fc.nat(), fc.constantFrom(...SPECIAL, '\0')).map(([text, at, sign]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + sign + text.slice(place)
    }),
    fc.tuple(parsedText(), fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
  )
}

function piece() {
  const keywords = 'CREATE ALTER DROP LIST USE API_TOKEN API_TOKENS ROLE ROLES ORGANIZATIONS RENEW TOKEN WITH SELECT'
  return fc.oneof(
    fc.constantFrom(...keywords.split(' '), "'token.role_name'", '1', '-1.5e3'),
    word,
    name.map(quoteName),
  )
}

/** A text of statements with comments and white space between its tokens. */
function parsedText() {
  const gap = fc.constantFrom(' ', '\n', '\t', '\r', '\r\n', ' /* a;\'"` */ ', ' -- b;\'"`\n', '/**/', '--\r')
  const identifier = fc.oneof(
    word,
    name.map(quoteName),
    name.map((text) => `\`${text.replaceAll('`', '``')}\``),
  )
  const string = name.map((text) => `'${text.replaceAll("'", "''")}'`)
  const value = fc.oneof(identifier, string, fc.constantFrom('30', '-1', '1.5e3', 'NULL'))
  const parameter = fc.tuple(string, value).map(([key, each]) => [key, '=', each])
  const parameters = fc
    .array(parameter, {minLength: 1, maxLength: 3})
    .map((each) => ['WITH', '(', ...each.flatMap((tokens, index) => (index === 0 ? tokens : [',', ...tokens])), ')'])
  const plain = fc.oneof(identifier, string, fc.constantFrom('(', ')', ',', '=', '*', '- 1', '<>', '1.5', '/ 2', '%'))
  const statement = fc.oneof(
    fc
      .tuple(identifier, fc.oneof(parameters, fc.constant([])))
      .map(([id, rest]) => ['CREATE', 'API_TOKEN', id, ...rest]),
    identifier.map((id) => ['alter', 'Api_Token', id, 'renew', 'Token']),
    identifier.map((id) => ['DROP', 'API_TOKEN', id]),
    fc.tuple(fc.constantFrom('CREATE', 'Drop', 'use'), identifier).map(([verb, id]) => [verb, 'ROLE', id]),
    fc.constantFrom('API_TOKENS', 'roles', 'ORGANIZATIONS').map((what) => ['LIST', what]),
    fc
      .tuple(fc.constantFrom('SELECT', 'INSERT', 'CREATE STREAM', 'LIST STORES'), fc.array(plain, {maxLength: 5}))
      .map(([keyword, rest]) => [keyword, ...rest]),
  )
  const spread = (tokens: string[], gaps: string[]) =>
    tokens.map((token, index) => `${token}${gaps[index % gaps.length]}`).join('')
  const gaps = fc.array(gap, {minLength: 1, maxLength: 5})
  const spaced = fc
    .tuple(statement, gaps, fc.constantFrom(';', ';;', '; ;', ';--\n;'))
    .map(([tokens, each, end]) => `${spread(tokens, each)}${end}`)
  return fc
    .tuple(fc.array(gap, {maxLength: 2}), fc.array(spaced, {minLength: 1, maxLength: 4}), fc.boolean())
    .map(([before, statements, isOpen]) => {
      const text = before.join('') + statements.join('\n')
      return isOpen ? text.replace(/;(?:--\n)?[; ]*$/, '') : text
    })
}

function withoutPlaces(statement: object): object {
  return JSON.parse(
    JSON.stringify(statement, (key, value) => (key === 'start' || key === 'position' ? undefined : value)),
  )
}

function refusal(text: string): Error | null {
  try {
    parseStatements(text)
  } catch (err) {
    return err as Error
  }
  return null
}
