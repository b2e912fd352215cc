import {chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {HISTORY_ENTRIES_MAX, HISTORY_ENTRY_LENGTH_MAX, openSqlHistory} from '../../../src/cli/deltastream/history.ts'
import {SAMPLE_PARTS} from '../../support/sample-token.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const TOKEN = SAMPLE_PARTS['a whole token'] ?? ''

describe('the history of statements', () => {
  let folder = ''
  let warnings: string[] = []
  beforeEach(() => {
    folder = join(tempFolder(), 'data')
    warnings = []
  })
  const open = () => openSqlHistory(folder, (text) => warnings.push(text))
  const file = () => join(folder, 'deltastream-history')

  it('creates nothing until there is a statement', () => {
    expect(open().entries).to.deep.equal([])
    expect(() => statSync(folder)).to.throw('ENOENT')
  })

  it('keeps statements for the next session, the newest first, in a file of mode 0600 that stands alone', () => {
    const history = open()
    history.add('LIST ROLES;')
    history.add('LIST API_TOKENS;')
    history.add('LIST API_TOKENS;')
    expect(open().entries).to.deep.equal(['LIST API_TOKENS;', 'LIST ROLES;'])
    expect(statSync(file()).mode & 0o777).to.equal(0o600)
    expect(statSync(folder).mode & 0o777).to.equal(0o700)
    expect(readdirSync(folder)).to.deep.equal(['deltastream-history'])
    expect(warnings).to.deep.equal([])
  })

  it('sets mode 0600 again if the file lost it', () => {
    open().add('LIST ROLES;')
    chmodSync(file(), 0o644)
    open().add('LIST API_TOKENS;')
    expect(statSync(file()).mode & 0o777).to.equal(0o600)
  })

  it('keeps what another session has added in the meantime', () => {
    const [first, second] = [open(), open()]
    first.add('LIST ROLES;')
    second.add('LIST API_TOKENS;')
    expect(open().entries).to.deep.equal(['LIST API_TOKENS;', 'LIST ROLES;'])
  })

  it('brings a statement of several lines back as one, without the comments that end with a line', () => {
    const history = open()
    history.add("CREATE API_TOKEN ci -- for the pipeline\n  WITH (\r\n /* role */ 'token.role_name' = sysadmin);\n")
    expect(history.entries).to.deep.equal(["CREATE API_TOKEN ci WITH ( /* role */ 'token.role_name' = sysadmin);"])
    history.add("SELECT 'a\nb';")
    expect(history.entries).to.have.length(1)
  })

  for (const [what, statement] of [
    ...Object.entries(SAMPLE_PARTS).map(([part, text]) => [part, `SELECT '${text}';`] as const),
    ['a token over two lines', `SELECT '${TOKEN.slice(0, 60)}\n${TOKEN.slice(60)}';`],
    ['a token in a comment', `LIST ROLES -- ${TOKEN}\n;`],
    ['a password of a store', "CREATE STORE s WITH ('kafka.sasl.password' = 'x');"],
    ['a secret', "CREATE SECRET s WITH ('secret.string' = 'x');"],
    ['a key', "CREATE STORE s WITH ('kinesis.secret_access_key' = 'x');"],
    ['a private key', "CREATE STORE s WITH ('snowflake.client.key_passphrase' = 'x');"],
    ['a token of another service', "CREATE STORE s WITH ('databricks.app_token' = 'x');"],
    ['the key of a registry', "CREATE SCHEMA_REGISTRY r WITH ('confluent_cloud.key' /* of ci */ = 'x');"],
    ['a parameter that tokenry does not know', "CREATE STORE s WITH ('type' = KAFKA, 'kafka.something' = 'x');"],
    ['an unknown parameter in a doubled quote', "CREATE STORE s WITH ('to''ken' = 'x');"],
    ['a parameter without quotes', 'CREATE STORE s WITH (app_token = x);'],
    ['a parameter in double quotes', 'CREATE STORE s WITH ("app.token" = \'x\');'],
    ['a password in a URL', "CREATE STORE s WITH ('uris' = 'postgresql://user:x@db.example.com/one');"],
    ['a password in a URL of a query', "SELECT 'https://user:x@db.example.com';"],
    ['a bearer credential', "SELECT 'Authorization: Bearer x';"],
    ['another word for a password', "SELECT pwd FROM users WHERE pwd = 'x';"],
  ] as const) {
    it(`does not keep a statement with ${what}, in memory or in the file`, () => {
      const history = open()
      history.add('LIST ROLES;')
      history.add(statement)
      expect(history.entries).to.deep.equal(['LIST ROLES;'])
      expect(readFileSync(file(), 'utf8')).to.equal('LIST ROLES;\n')
    })
  }

  it('keeps a statement whose parameters are known to be harmless', () => {
    const statements = [
      "CREATE STREAM s (a VARCHAR) WITH ('topic' = 'a', 'value.format' = 'JSON', 'token.role_name' = x);",
      "WITH recent AS (SELECT a, b = 'x' FROM s) SELECT * FROM recent WHERE a = 'x';",
      "CREATE API_TOKEN ci WITH ('token.role_name' = \"a = b\", 'token.expires_in_days' = 30);",
    ]
    const history = open()
    for (const statement of statements) history.add(statement)
    expect(history.entries).to.deep.equal(statements.toReversed())
  })

  it('removes a line that looks like a token from a file that someone else wrote', () => {
    mkdirSync(folder)
    writeFileSync(file(), `LIST ROLES;\n${TOKEN}\n`, {mode: 0o600})
    const history = open()
    expect(history.entries).to.deep.equal(['LIST ROLES;'])
    history.add('LIST API_TOKENS;')
    expect(readFileSync(file(), 'utf8')).to.equal('LIST ROLES;\nLIST API_TOKENS;\n')
  })

  it('is bounded in entries, and in the length of one', () => {
    mkdirSync(folder)
    const lines = Array.from({length: HISTORY_ENTRIES_MAX + 10}, (_, at) => `SELECT ${at};`)
    writeFileSync(file(), `${lines.join('\n')}\n`, {mode: 0o600})
    const history = open()
    history.add('LIST ROLES;')
    history.add(`SELECT '${' '.repeat(HISTORY_ENTRY_LENGTH_MAX)}';`)
    expect(history.entries).to.have.length(HISTORY_ENTRIES_MAX)
    expect(history.entries[0]).to.equal('LIST ROLES;')
    const kept = readFileSync(file(), 'utf8').trimEnd().split('\n')
    expect(kept).to.have.length(HISTORY_ENTRIES_MAX)
    expect([kept[0], kept.at(-1)]).to.deep.equal(['SELECT 11;', 'LIST ROLES;'])
  })

  for (const [what, spoil] of [
    ['a folder', () => mkdirSync(file(), {recursive: true})],
    [
      'writable by others',
      () => {
        mkdirSync(folder)
        writeFileSync(file(), 'LIST ROLES;\n')
        chmodSync(file(), 0o666)
      },
    ],
    [
      'a link to a device',
      () => {
        mkdirSync(folder)
        symlinkSync('/dev/zero', file())
      },
    ],
  ] as const) {
    it(`warns once if the file is ${what}, and goes on in memory`, () => {
      spoil()
      const history = open()
      history.add('LIST API_TOKENS;')
      history.add('LIST ORGANIZATIONS;')
      expect(history.entries).to.deep.equal(['LIST ORGANIZATIONS;', 'LIST API_TOKENS;'])
      expect(warnings).to.have.length(1)
      expect(warnings[0]).to.contain('deltastream-history')
    })
  }
})
