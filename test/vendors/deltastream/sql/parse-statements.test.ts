import {expect} from 'chai'
import {
  InvalidCharacterError,
  NameTooLongError,
  type Parameter,
  type ParameterValue,
  parseStatements,
  SqlSyntaxError,
  type Statement,
} from '../../../../src/vendors/deltastream/sql/parse-statements.ts'

describe('parseStatements', () => {
  describe('reads each statement of the API tokens', () => {
    const statements: Record<string, object> = {
      'CREATE API_TOKEN ci;': {kind: 'create-api-token', name: 'ci', parameters: null},
      'ALTER API_TOKEN ci RENEW TOKEN;': {kind: 'renew-api-token', name: 'ci'},
      'DROP API_TOKEN ci;': {kind: 'drop-api-token', name: 'ci'},
      'LIST API_TOKENS;': {kind: 'list-api-tokens'},
      'LIST ROLES;': {kind: 'list-roles'},
      'CREATE ROLE loader;': {kind: 'create-role', name: 'loader'},
      'DROP ROLE loader;': {kind: 'drop-role', name: 'loader'},
      'USE ROLE loader;': {kind: 'use-role', name: 'loader'},
      'LIST ORGANIZATIONS;': {kind: 'list-organizations'},
    }
    for (const [text, expected] of Object.entries(statements)) {
      it(text, () => {
        expect(parseOne(text)).to.deep.equal({...expected, start: 0})
        expect(parseOne(text.slice(0, -1)), 'without the terminator').to.deep.equal({...expected, start: 0})
        expect(parseOne(text.toLowerCase()), 'in lower case').to.deep.equal({...expected, start: 0})
        const spread = `\r\n\t /* a */ ${text.replaceAll(' ', '--b\n\t/**/').replace(';', ' ;')}-- c`
        expect(parseOne(spread), 'with comments').to.deep.equal({...expected, start: 12})
      })
    }
  })

  describe('reads the examples of the documentation', () => {
    it('CREATE with its two terminators', () => {
      expect(parseOne("CREATE API_TOKEN my_token WITH ( 'token.role_name' = sysadmin );;")).to.deep.equal({
        kind: 'create-api-token',
        name: 'my_token',
        parameters: [
          {key: 'token.role_name', value: {kind: 'word', text: 'sysadmin'}, position: {line: 1, column: 34}},
        ],
        start: 0,
      })
    })

    it('ALTER', () => {
      expect(parseOne('ALTER API_TOKEN my_token RENEW TOKEN;')).to.include({name: 'my_token'})
    })
  })

  describe('reads names', () => {
    const names: Record<string, string> = {
      my_token: 'my_token',
      MY_Token: 'my_token',
      _1: '_1',
      '"my_token"': 'my_token',
      '"My_Token"': 'My_Token',
      '"a""b"': 'a"b',
      '""""': '"',
      '`My``Token`': 'My`Token',
      '"`"': '`',
      '`"`': '"',
      '"a;b -- c /* d \'"': "a;b -- c /* d '",
      '"a\\"': 'a\\',
      '" é 🙂 \u0085"': ' é 🙂 \u0085',
      if: 'if',
      NULL: 'null',
      api_token: 'api_token',
      renew: 'renew',
    }
    for (const [typed, name] of Object.entries(names)) {
      it(`${typed} as ${name}`, () => {
        expect(parseOne(`DROP API_TOKEN ${typed};`)).to.include({kind: 'drop-api-token', name})
        expect(parseOne(`ALTER API_TOKEN ${typed} RENEW TOKEN`)).to.include({kind: 'renew-api-token', name})
        expect(parseOne(`CREATE API_TOKEN ${typed} WITH ('a' = 1)`)).to.include({kind: 'create-api-token', name})
        expect(parseOne(`use role ${typed}`)).to.include({kind: 'use-role', name})
      })
    }

    it('next to a keyword and to a bracket', () => {
      expect(parseOne(`CREATE API_TOKEN"a"WITH('k'=1)`)).to.include({name: 'a'})
    })
  })

  describe('reads values', () => {
    const values: Record<string, ParameterValue> = {
      SysAdmin: {kind: 'word', text: 'sysadmin'},
      true: {kind: 'word', text: 'true'},
      '"Sys""Admin"': {kind: 'name', text: 'Sys"Admin'},
      '`Sys`': {kind: 'name', text: 'Sys'},
      "'It''s \\ a; \"text\"'": {kind: 'text', text: 'It\'s \\ a; "text"'},
      "''": {kind: 'text', text: ''},
      Null: {kind: 'null', text: 'null'},
      '30': {kind: 'number', text: '30'},
      '-0': {kind: 'number', text: '-0'},
      '007.50': {kind: 'number', text: '007.50'},
      '1e5': {kind: 'number', text: '1e5'},
      '-1.5E-10': {kind: 'number', text: '-1.5E-10'},
    }
    for (const [typed, value] of Object.entries(values)) {
      it(`${typed} as ${value.kind} ${value.text}`, () => {
        const statement = parseOne(`CREATE API_TOKEN a WITH ('k' = ${typed})`)
        const parameter: Parameter = {key: 'k', value, position: {line: 1, column: 26}}
        expect(statement).to.have.deep.property('parameters', [parameter])
      })
    }

    it('in any order, with unknown and repeated keys, exactly as typed', () => {
      const statement = parseOne("CREATE API_TOKEN a WITH ('b' = 1,\r\n 'Token.Role_Name' = x,\r '' = 2, 'b' = 3)")
      expect(statement).to.have.property('kind', 'create-api-token')
      if (statement?.kind !== 'create-api-token') return
      expect(statement.parameters?.map(({key, position}) => [key, position])).to.deep.equal([
        ['b', {line: 1, column: 26}],
        ['Token.Role_Name', {line: 2, column: 2}],
        ['', {line: 3, column: 2}],
        ['b', {line: 3, column: 10}],
      ])
    })
  })

  it('reads a batch, skips empty statements, and returns where each begins', () => {
    const text =
      ';;LIST ROLES;/* ; */;\n-- a; b\nDROP ROLE "a;b";SELECT \';\' FROM "c;d" /* ; */ -- ;\n, 1;;\nUSE ROLE e'
    expect(parseStatements(text)).to.deep.equal([
      {kind: 'list-roles', start: text.indexOf('LIST')},
      {kind: 'drop-role', name: 'a;b', start: text.indexOf('DROP')},
      {kind: 'unsupported', keyword: 'SELECT', start: text.indexOf('SELECT')},
      {kind: 'use-role', name: 'e', start: text.indexOf('USE')},
    ])
  })

  describe('returns another statement of DeltaStream as unsupported', () => {
    const others: Record<string, string> = {
      'SELECT * FROM pageviews WHERE a <> 1.5 AND b % 2 = (c - d) / e;': 'SELECT',
      'insert into a select 1': 'INSERT',
      'PRINT ENTITY "a"': 'PRINT',
      'DESCRIBE ROLE sysadmin': 'DESCRIBE',
      'GRANT ROLE a TO b': 'GRANT',
      'REVOKE ROLE a FROM b': 'REVOKE',
      "INVITE USER 'a@b.example'": 'INVITE',
      'SET DEFAULT DATABASE a': 'SET',
      'UPDATE STORE a WITH ()': 'UPDATE',
      'COPY DESCRIPTOR_SOURCE "a" TO \'b\'': 'COPY',
      'GENERATE COLUMNS': 'GENERATE',
      'CAN I CREATE_STREAM': 'CAN',
      'START COMPUTE_POOL a': 'START',
      'STOP COMPUTE_POOL a': 'STOP',
      'TERMINATE QUERY 1a': 'TERMINATE',
      'RESTART QUERY a': 'RESTART',
      'RESUME QUERY a': 'RESUME',
      'APPLICATION a': 'APPLICATION',
      'ACCEPT INVITATION a': 'ACCEPT',
      'REJECT INVITATION a': 'REJECT',
      'create stream a (b int) with (\'c\' = "d")': 'CREATE STREAM',
      'CREATE/**/MATERIALIZED VIEW a AS SELECT 1': 'CREATE MATERIALIZED',
      'ALTER STORE a': 'ALTER STORE',
      'ALTER ROLE a': 'ALTER ROLE',
      'DROP SCHEMA_REGISTRY a': 'DROP SCHEMA_REGISTRY',
      'LIST STORES': 'LIST STORES',
      'LIST QUERIES': 'LIST QUERIES',
      'LIST METRICS_INTEGRATIONS': 'LIST METRICS_INTEGRATIONS',
      'USE DATABASE a': 'USE DATABASE',
      SELECT: 'SELECT',
      "SELECT 'é' AS `ü`": 'SELECT',
    }
    for (const [text, keyword] of Object.entries(others)) {
      it(text, () => {
        expect(parseStatements(text)).to.deep.equal([{kind: 'unsupported', keyword, start: 0}])
      })
    }
  })

  describe('refuses what is not SQL, with its position', () => {
    const refused: [text: string, message: string][] = [
      ['', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 1'],
      [' \n\t', 'expected CREATE, ALTER, DROP, LIST or USE at line 2, column 2'],
      [';;', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 3'],
      ['-- a\r\n/* b */;', 'expected CREATE, ALTER, DROP, LIST or USE at line 2, column 9'],
      ['SHOW ROLES', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 1'],
      ['SELECTED', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 1'],
      ['"LIST" ROLES', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 1'],
      ['SHOW /* a', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 1'],
      ['constructor a', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 1'],
      ['LISTROLES', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 1'],
      ['LIST ROLES; LIST ROLES LIST ROLES', 'expected ; at line 1, column 24'],
      ['LIST ROLE', 'expected API_TOKENS, ROLES or ORGANIZATIONS at line 1, column 6'],
      ['LIST', 'expected API_TOKENS, ROLES or ORGANIZATIONS at line 1, column 5'],
      ['CREATE API_TOKENS a', 'expected API_TOKEN or ROLE at line 1, column 8'],
      ['CREATE API_TOKEN', 'expected a name at line 1, column 17'],
      ["CREATE API_TOKEN 'a'", 'expected a name at line 1, column 18'],
      ['CREATE API_TOKEN 1a', 'expected a name at line 1, column 18'],
      ['CREATE API_TOKEN a.b', 'expected WITH or ; at line 1, column 19'],
      ['CREATE API_TOKEN a-b', 'expected WITH or ; at line 1, column 19'],
      ['CREATE API_TOKEN a "b"', 'expected WITH or ; at line 1, column 20'],
      ['CREATE API_TOKEN if not exists a', 'expected WITH or ; at line 1, column 21'],
      ['CREATE API_TOKEN a WITH', 'expected ( at line 1, column 24'],
      ['CREATE API_TOKEN a WITH ()', 'expected a key in single quotes at line 1, column 26'],
      ["CREATE API_TOKEN a WITH ('b'=1,)", 'expected a key in single quotes at line 1, column 32'],
      ["CREATE API_TOKEN a WITH ('b'=1 'c'=2)", 'expected , or ) at line 1, column 32'],
      ['CREATE API_TOKEN a WITH (b = 1)', 'expected a key in single quotes at line 1, column 26'],
      ['CREATE API_TOKEN a WITH ("b" = 1)', 'expected a key in single quotes at line 1, column 26'],
      ["CREATE API_TOKEN a WITH ('b')", 'expected = at line 1, column 29'],
      ["CREATE API_TOKEN a WITH ('b' = )", 'expected a value at line 1, column 32'],
      ["CREATE API_TOKEN a WITH ('b' = +1)", 'expected a value at line 1, column 32'],
      ["CREATE API_TOKEN a WITH ('b' = - 1)", 'expected a value at line 1, column 32'],
      ["CREATE API_TOKEN a WITH ('b' = 1.)", 'expected , or ) at line 1, column 33'],
      ["CREATE API_TOKEN a WITH ('b' = .5)", 'expected a value at line 1, column 32'],
      ["CREATE API_TOKEN a WITH ('b' = 1e)", 'expected , or ) at line 1, column 33'],
      ["CREATE API_TOKEN a WITH ('b' = 30days)", 'expected , or ) at line 1, column 34'],
      ["CREATE API_TOKEN a WITH ('b' = 1", 'expected , or ) at line 1, column 33'],
      ["CREATE API_TOKEN a WITH ('b' = 1) WITH ('c' = 1)", 'expected ; at line 1, column 35'],
      ['ALTER API_TOKEN a', 'expected RENEW at line 1, column 18'],
      ['ALTER API_TOKEN a RENEWED TOKEN', 'expected RENEW at line 1, column 19'],
      ['ALTER API_TOKEN a RENEW', 'expected TOKEN at line 1, column 24'],
      ['ALTER API_TOKEN a RENEW TOKEN WITH', 'expected ; at line 1, column 31'],
      ['ALTER API_TOKEN a RENAME TO b', 'expected RENEW at line 1, column 19'],
      ['DROP API_TOKEN if exists x', 'expected ; at line 1, column 19'],
      ['DROP API_TOKEN a, b', 'expected ; at line 1, column 17'],
      ['LIST API_TOKENS LIKE a', 'expected ; at line 1, column 17'],
      ['DROP API_TOKEN ""', 'empty name at line 1, column 16'],
      ['DROP API_TOKEN ``', 'empty name at line 1, column 16'],
      ['DROP API_TOKEN "a', 'unterminated quoted name at line 1, column 16'],
      ['DROP API_TOKEN "a""', 'unterminated quoted name at line 1, column 16'],
      ['DROP API_TOKEN `a"', 'unterminated quoted name at line 1, column 16'],
      ["SELECT 1,\n 'a''", 'unterminated string at line 2, column 2'],
      ["CREATE API_TOKEN a WITH ('b", 'unterminated string at line 1, column 26'],
      ['LIST ROLES; /* a * /', 'unterminated comment at line 1, column 13'],
      ['/*/', 'unterminated comment at line 1, column 1'],
      ['/* /* */ */ LIST ROLES', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 10'],
      ['-- a LIST ROLES', 'expected CREATE, ALTER, DROP, LIST or USE at line 1, column 16'],
      ['DROP API_TOKEN é', 'character U+00E9 outside quotes at line 1, column 16'],
      ['DROP API_TOKEN aé', 'character U+00E9 outside quotes at line 1, column 17'],
      ['LIST\u00a0ROLES', 'character U+00A0 outside quotes at line 1, column 5'],
      ['\ufeffLIST ROLES', 'character U+FEFF outside quotes at line 1, column 1'],
      ['SELECT 🙂', 'character U+1F642 outside quotes at line 1, column 8'],
      ['ALTER API_TOKEN "🙂🙂" RENEV', 'expected RENEW at line 1, column 22'],
      ['LIST /* 🙂\r\n🙂 */ ROLE', 'expected API_TOKENS, ROLES or ORGANIZATIONS at line 2, column 6'],
      ['\r\r\n\n x', 'expected CREATE, ALTER, DROP, LIST or USE at line 4, column 2'],
      // The Kelvin sign has the lower case k.
      ['LIST API_TO\u212aENS', 'expected API_TOKENS, ROLES or ORGANIZATIONS at line 1, column 6'],
    ]
    for (const [text, message] of refused) {
      it(`${JSON.stringify(text)}: ${message}`, () => {
        const error = refusal(text)
        expect(error).to.be.instanceOf(SqlSyntaxError).and.include({message, sqlState: '42601'})
        const [, line, column] = /line (\d+), column (\d+)$/.exec(message) ?? []
        expect(error).to.include({line: Number(line), column: Number(column)})
      })
    }
  })

  it('refuses every control character but white space outside quotes, and each one within', () => {
    const controls = [...Array(32).keys(), 127].map((code) => String.fromCharCode(code))
    for (const control of controls) {
      const isSpace = '\t\n\r'.includes(control)
      const outside = [
        `LIST ${control} ROLES`,
        `LIST ROLES${control}`,
        `SELECT a ${control} b`,
        `/*${control}*/ LIST ROLES`,
      ]
      for (const text of [...outside, `--${control}\nLIST ROLES`]) {
        if (isSpace) expect(parseStatements(text), JSON.stringify(text)).to.have.lengthOf(1)
        else expectControlError(text, control)
      }
      const quoted = [
        `DROP ROLE "${control}a"`,
        `DROP ROLE \`a${control}\``,
        `SELECT '${control}'`,
        `SELECT "${control}"`,
      ]
      for (const text of [...quoted, `CREATE API_TOKEN a WITH ('b${control}' = 1)`]) expectControlError(text, control)
    }
  })

  it('refuses names of more than 255 code points, after everything else of the text', () => {
    const fits = '🙂'.repeat(255)
    const long = 'a'.repeat(256)
    expect(parseOne(`DROP API_TOKEN "${fits}"`)).to.include({name: fits})
    expect(parseOne(`DROP API_TOKEN "${'"'.repeat(510)}"`)).to.include({name: '"'.repeat(255)})
    const refused = {
      [`CREATE API_TOKEN ${long}`]: 18,
      [`DROP API_TOKEN "${fits}a"`]: 16,
      [`ALTER API_TOKEN \`${long}\` RENEW TOKEN`]: 17,
      [`LIST ROLES; USE ROLE ${long}`]: 22,
      [`CREATE ROLE "${long}"`]: 13,
      [`CREATE API_TOKEN a WITH ('k' = ${long})`]: 32,
      [`CREATE API_TOKEN a WITH ('k' = "${long}")`]: 32,
    }
    for (const [text, column] of Object.entries(refused)) {
      expect(refusal(text), text).to.be.instanceOf(NameTooLongError).and.include({sqlState: '42622', line: 1, column})
      expect(refusal(`${text}; x`), text).to.be.instanceOf(SqlSyntaxError)
    }
    expect(parseOne(`CREATE API_TOKEN a WITH ('${long}' = '${long}')`)).to.include({name: 'a'})
  })

  it('refuses half a surrogate pair anywhere before it looks at anything else', () => {
    for (const text of ['DROP ROLE "\ud800"', "SELECT '\udc00'", 'x \ud800\ud800', '-- \udfff', '🙂\ud83d', '\udc00']) {
      const error = refusal(text)
      expect(error, text).to.be.instanceOf(InvalidCharacterError).and.include({sqlState: '22021', line: 1})
    }
    expect(refusal('LIST ROLES;\n"🙂\ud800"')).to.include({line: 2, column: 3})
  })

  it('repeats nothing of the text in a message', () => {
    const secret = 'eyJhbGciOiJFZERTQSJ9'
    for (const text of [
      secret,
      `LIST ${secret}`,
      `DROP ROLE a ${secret}`,
      `DROP ROLE "${secret}`,
      `SELECT '${secret}`,
      `ALTER API_TOKEN ${secret} ${secret}`,
      `DROP ROLE "${secret.repeat(20)}"`,
      `SELECT é${secret}`,
    ])
      expect(refusal(text)?.message, text)
        .to.match(/ at line \d+, column \d+$/)
        .and.not.contain(secret.slice(0, 4))
  })
})

function parseOne(text: string): Statement | undefined {
  const statements = parseStatements(text)
  expect(statements, text).to.have.lengthOf(1)
  return statements[0]
}

function refusal(text: string): Error | null {
  try {
    parseStatements(text)
  } catch (err) {
    return err as Error
  }
  return null
}

function expectControlError(text: string, control: string) {
  const name = `U+00${control.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  const error = refusal(text)
  expect(error, JSON.stringify(text)).to.be.instanceOf(SqlSyntaxError).and.include({sqlState: '42601'})
  expect(error?.message).to.contain(`control character ${name}`)
}
