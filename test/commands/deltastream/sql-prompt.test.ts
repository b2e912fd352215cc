import {mkdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {expect} from 'chai'
import {type RunOptions, runTokenry} from '../../support/run-tokenry.ts'
import {
  failedResult,
  NEW_TOKEN,
  openScriptedDeltaStream,
  type ScriptedDeltaStream,
  summary,
} from '../../support/scripted-deltastream.ts'
import {answer, type Step} from '../../support/scripted-server.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const CTRL_C = '\x03'
const CTRL_D = '\x04'
const UP = '\x1b[A'

describe('the prompt of deltastream sql', () => {
  let home = ''
  let server: ScriptedDeltaStream
  beforeEach(() => {
    home = tempFolder()
  })
  afterEach(() => server?.close())

  /** Type at the prompt, with the whole input in one piece, as a paste does. */
  async function type(
    keys: string,
    options: Partial<RunOptions> & {argv?: string[]} = {},
    steps: Record<string, Step> = {},
  ) {
    await server?.close()
    server = await openScriptedDeltaStream(steps)
    const {argv = [], env, ...rest} = options
    const run = await runTokenry(['ds', 'sql', ...argv], {
      home,
      tty: true,
      stdin: keys,
      ...rest,
      env: {...server.env, NO_COLOR: '1', ...env},
    })
    return {...run, stderr: stripVTControlCharacters(run.stderr)}
  }

  const history = () => readFileSync(join(home, 'data/deltastream-history'), 'utf8')

  it('draws on stderr, prints results on stdout, and ends with \\q', async () => {
    const run = await type('LIST ROLES;\r\\q\r')
    expect(run.stderr).to.contain('<no-db>/<no-store># ')
    expect(run.exitCode).to.equal(0)
    expect(run.stdout)
      .to.match(/^\+-+\+/)
      .and.contain('| sysadmin | true     |')
    expect(server.sent()).to.deep.equal(['LIST ROLES;'])
  })

  it('reads a statement of very many lines, as a paste can have', async () => {
    const run = await type(`LIST ROLES\r${'-- a line; of a comment\r'.repeat(30_000)};\r\\q\r`)
    expect(run.exitCode).to.equal(0)
    expect(run.stdout).to.contain('| sysadmin | true     |')
    expect(server.sent()).to.have.length(1)
  })

  for (const [places, prompt] of [
    [['--database', 'mydb', '--schema', 'public', '--store', 'prod'], 'mydb.public/prod# '],
    [['--database', 'mydb'], 'mydb/<no-store># '],
    [['--schema', 'public', '--store', 'prod'], '<no-db>/prod# '],
    [['--store', 'a\x1b[31mb'], '<no-db>/a\\x1b[31mb# '],
  ] as const) {
    it(`is ${prompt}`, async () => {
      expect((await type(CTRL_D, {argv: [...places]})).stderr).to.contain(prompt)
    })
  }

  it('shows the places of the last answer, and sends them with the next statement', async () => {
    const used = summary('database', 'mydb', 'USE', 'used')
    const context = {databaseName: 'mydb', schemaName: 'public', storeName: 'prod', roleName: 'useradmin'}
    const step = answer(200, {...used, metadata: {...used.metadata, context}})
    const run = await type('USE DATABASE mydb;\r', {}, {'USE DATABASE': step})
    expect(run.stderr).to.contain('<no-db>/<no-store># ')
    const next = await type('USE DATABASE mydb;\rLIST ROLES;\r', {}, {'USE DATABASE': step})
    expect(next.exitCode).to.equal(0)
    expect(JSON.parse(server.requests[1]?.body ?? '')).to.include({role: 'useradmin', database: 'mydb', store: 'prod'})
  })

  it('reads on until a ; that is outside of quotes and comments', async () => {
    const run = await type('CREATE API_TOKEN "a;b" -- ;\r  WITH (/* ; */\r  \'token.role_name\' = sysadmin)\r;\r')
    expect(run.exitCode).to.equal(0)
    expect(run.stdout).to.contain(NEW_TOKEN)
    expect(server.sent()).to.deep.equal([
      'CREATE API_TOKEN "a;b" -- ;\n  WITH (/* ; */\n  \'token.role_name\' = sysadmin)\n;',
    ])
  })

  it('runs several statements of a line one by one, and goes on after one that failed', async () => {
    const steps = {'DROP API_TOKEN': answer(200, failedResult('3D012', 'no such token'))}
    const run = await type('LIST ROLES; DROP API_TOKEN x; LIST ROLES;\rLIST API_TOKENS;\r', {}, steps)
    expect(run.exitCode).to.equal(0)
    expect(run.stderr).to.contain('Error: Statement 2 of 3: no such token')
    expect(server.sent()).to.deep.equal(['LIST ROLES;', 'DROP API_TOKEN x;', 'LIST API_TOKENS;'])
  })

  it('drops the statement at Ctrl-C, and not the session', async () => {
    const run = await type(`DROP API_TOKEN ci\r  ;${CTRL_C}LIST ROLES;\r`)
    expect(run.exitCode).to.equal(0)
    expect(run.stderr).to.contain('^C')
    expect(server.sent()).to.deep.equal(['LIST ROLES;'])
  })

  it('ends at Ctrl-D, and sends nothing of an unfinished statement', async () => {
    const run = await type(`DROP API_TOKEN ci\r${CTRL_D}`)
    expect(run.exitCode).to.equal(0)
    expect(server.sent()).to.deep.equal([])
  })

  for (const word of ['\\d', '\\?', 'help', 'HELP;']) {
    it(`sends nothing for empty lines, and says how to use the prompt after ${word}`, async () => {
      const run = await type(`\r  \r;\r${word}\r`)
      expect(run.exitCode).to.equal(0)
      expect(run.stderr.split('End a statement with ;')).to.have.lengthOf(3)
      expect(server.sent()).to.deep.equal([])
    })
  }

  for (const word of ['exit', 'quit;', 'QUIT', '\\q;']) {
    it(`ends at ${word}, and reads nothing after it`, async () => {
      const run = await type(`${word}\rLIST ROLES;\r`)
      expect(run.exitCode).to.equal(0)
      expect(server.sent()).to.deep.equal([])
    })
  }

  it('brings back the statements of an earlier session, and keeps them in a file of mode 0600', async () => {
    await type('LIST\r ROLES;\rLIST API_TOKENS;\r\\q\r')
    expect(history()).to.equal('LIST ROLES;\nLIST API_TOKENS;\n')
    expect(statSync(join(home, 'data/deltastream-history')).mode & 0o777).to.equal(0o600)
    await type(`${UP}${UP}\r\\q\r`)
    expect(server.sent()).to.deep.equal(['LIST ROLES;'])
  })

  it('never keeps a statement with a token, nor brings it back', async () => {
    await type(`LIST ROLES;\rSELECT '${NEW_TOKEN}';\r`)
    expect(server.sent()).to.deep.equal(['LIST ROLES;', `SELECT '${NEW_TOKEN}';`])
    await type(`${UP}\r`)
    expect(server.sent()).to.deep.equal(['LIST ROLES;'])
    expect(history()).to.equal('LIST ROLES;\n')
  })

  it('warns once if the history cannot be kept, and works without it', async () => {
    mkdirSync(join(home, 'data/deltastream-history'), {recursive: true})
    const run = await type('LIST ROLES;\rLIST ROLES;\r')
    expect(run.exitCode).to.equal(0)
    expect(run.stderr.match(/history/g)).to.have.length(2)
    expect(server.sent()).to.have.length(2)
  })

  it('prints CSV with --csv', async () => {
    const run = await type('LIST API_TOKENS;\r', {argv: ['--csv']})
    expect(run.stdout).to.equal(
      'Name,Last Used,Created At,Expires At\r\nci,,2026-11-20T12:00:00Z,2026-12-20T12:00:00Z\r\n',
    )
  })

  it('ends with UNDELIVERED if a secret cannot be written out', async () => {
    const run = await type("CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin);\rLIST ROLES;\r", {
      stdoutFails: 'ENOSPC',
    })
    expect(run.exitCode).to.equal(11)
    expect(run.stderr).to.contain('ci was dropped again')
    expect(server.sent().at(-1)).to.equal('DROP API_TOKEN "ci";')
  })

  it('sends nothing before the first statement', async () => {
    await type(CTRL_D)
    expect(server.requests).to.deep.equal([])
  })
})
