import {EventEmitter} from 'node:events'
import {readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type RunOptions, resultOf, runTokenry, stopSoon} from '../../support/run-tokenry.ts'
import {
  deltaStreamToken,
  failedResult,
  mintedToken,
  NEW_TOKEN,
  OWNER_TOKEN,
  openScriptedDeltaStream,
  type ScriptedDeltaStream,
  summary,
} from '../../support/scripted-deltastream.ts'
import {answer, answerText, DROP, HANG, type Step} from '../../support/scripted-server.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const CREATE = "CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin);"
const RENEW = 'ALTER API_TOKEN ci RENEW TOKEN;'
const MINTED_TABLE = `\
+-----------+-------+----------+------------------------------------------+-${'-'.repeat(NEW_TOKEN.length)}-+
|  Type     |  Name |  Command |  Summary                                 |  Token${' '.repeat(NEW_TOKEN.length - 5)}|
+===========+=======+==========+==========================================+=${'='.repeat(NEW_TOKEN.length)}=+
| api_token | ci    | CREATE   | api_token ci was successfully created    | ${NEW_TOKEN} |
+-----------+-------+----------+------------------------------------------+-${'-'.repeat(NEW_TOKEN.length)}-+
`
const LIST_TABLE = `\
+-------+------------+-------------------------------+-------------------------------+
|  Name |  Last Used |  Created At                   |  Expires At                   |
+=======+============+===============================+===============================+
| ci    | <null>     | 2026-11-20 12:00:00 +0000 UTC | 2026-12-20 12:00:00 +0000 UTC |
+-------+------------+-------------------------------+-------------------------------+
`

describe('deltastream sql', () => {
  let home = ''
  let server: ScriptedDeltaStream
  beforeEach(() => {
    home = tempFolder()
  })
  afterEach(() => server?.close())

  /** Run the command against a service that answers `steps`. */
  async function sql(argv: string[], options: Partial<RunOptions> = {}, steps: Record<string, Step> = {}) {
    await server?.close()
    server = await openScriptedDeltaStream(steps)
    return runTokenry(['deltastream', 'sql', ...argv], {home, ...options, env: {...server.env, ...options.env}})
  }

  const bodies = (): object[] => server.requests.map(({body}) => JSON.parse(body))

  describe('the statements', () => {
    it('are sent one by one and unchanged, also those that tokenry does not know', async () => {
      const text = `LIST ROLES;; -- more\n select "a;b" from 'c;d' /* ; */ ;\n\n  LIST API_TOKENS`
      const run = await sql([text], {}, {'-- more': answer(200, summary('x', 'y', 'z', 'done'))})
      expect(run.exitCode).to.equal(0)
      expect(server.sent()).to.deep.equal([
        'LIST ROLES;',
        `-- more\n select "a;b" from 'c;d' /* ; */ ;`,
        'LIST API_TOKENS',
      ])
    })

    for (const [what, argv, stdin] of [
      ['a pipe', [], 'LIST ROLES; LIST API_TOKENS;'],
      ['a pipe that an argument names', ['-'], 'LIST ROLES; LIST API_TOKENS;'],
      ['a pipe that --file names', ['--file', '-'], '\ufeffLIST ROLES;\r\nLIST API_TOKENS;\r\n'],
    ] as const) {
      it(`come from ${what}`, async () => {
        const run = await sql([...argv], {stdin})
        expect(run).to.include({exitCode: 0, stderr: ''})
        expect(server.sent()).to.deep.equal(['LIST ROLES;', 'LIST API_TOKENS;'])
      })
    }

    it('come from a file', async () => {
      const file = join(home, 'setup.sql')
      writeFileSync(file, `${CREATE}\nLIST API_TOKENS;\n`)
      const run = await sql(['--file', file])
      expect(run).to.include({exitCode: 0, stdout: MINTED_TABLE + LIST_TABLE})
    })

    it('take the session along: places of the flags, then the context of each answer', async () => {
      const used = summary('role', 'useradmin', 'USE', 'used')
      const context = {roleName: 'useradmin', databaseName: 'mydb', schemaName: 'public', storeName: 'prod'}
      const steps = {'USE ROLE': answer(200, {...used, metadata: {...used.metadata, context}})}
      await sql(
        ['USE ROLE useradmin; LIST ROLES;', '--role', 'Ops', '--database', 'd', '--schema', 's', '--store', 't'],
        {},
        steps,
      )
      const [first, second] = bodies()
      expect(first).to.include({role: 'Ops', database: 'd', schema: 's', store: 't'})
      expect(second).to.include({role: 'useradmin', database: 'mydb', schema: 'public', store: 'prod'})
    })

    it('start in the places of the context', async () => {
      server = await openScriptedDeltaStream()
      const env = {CI_TOKEN: OWNER_TOKEN}
      const url = server.env['DS_ENDPOINT']?.replace('/statements', '') ?? ''
      const places = ['--database', 'mydb', '--schema', 'public', '--store', 'prod', '--role', 'ops']
      const added = [
        'context',
        'add',
        'prod',
        '--vendor',
        'deltastream',
        '--api-url',
        url,
        '--credential-env',
        'CI_TOKEN',
      ]
      expect((await runTokenry([...added, ...places], {home, env})).stderr).to.equal('')
      const run = await runTokenry(['ds', 'sql', 'LIST ROLES', '--context', 'prod', '--store', 'test'], {home, env})
      expect(run.exitCode).to.equal(0)
      expect(bodies()[0]).to.include({database: 'mydb', schema: 'public', store: 'test', role: 'ops'})
    })

    it('may sign in with -a, as the command line of DeltaStream does', async () => {
      const token = deltaStreamToken('other')
      const run = await sql(['LIST API_TOKENS;', '-a', token])
      expect(run).to.include({exitCode: 0, stdout: LIST_TABLE})
      expect(server.requests[0]?.headers.authorization).to.equal(`Bearer ${token}`)
      expect(run.stderr).to.contain('DS_TOKEN').and.not.contain(token)
    })
  })

  describe('refuses, before anything is sent,', () => {
    for (const [what, argv, options, word] of [
      ['no statement', [' ; -- nothing\n'], {}, 'no statement'],
      ['an empty argument', [''], {}, 'empty'],
      ['an empty pipe', [], {stdin: ''}, 'no statement'],
      ['an argument next to --file', ['LIST ROLES', '--file', 'x.sql'], {}, '--file'],
      ['no statement at a terminal under --json', ['--json'], {tty: true}, 'STATEMENT'],
      ['no statement at a terminal with --clean-output', ['-c'], {tty: true}, 'STATEMENT'],
      ['no statement at a terminal with --no-input', ['--no-input'], {tty: true}, 'STATEMENT'],
      ['the prompt with --output', ['--output', 'x'], {tty: true}, '--output'],
      ['a text that is not UTF-8', [], {stdin: Buffer.from([0x4c, 0xff, 0xfe])}, 'UTF-8'],
      ['both the token and the statements on standard input', ['-a', '-'], {stdin: 'x'}, 'Standard input'],
      ['the same with --credential-file', ['-', '--credential-file', '-'], {stdin: 'x'}, 'Standard input'],
      ['--csv with --json', ['LIST ROLES', '--csv', '--json'], {}, '--csv'],
      ['--csv with --clean-output', [CREATE, '--csv', '-c'], {}, '--csv'],
      ['--clean-output without a token', ['LIST API_TOKENS;', '-c'], {}, 'there are 0'],
      ['--clean-output with two tokens', [`${CREATE} ${RENEW}`, '-c'], {}, 'there are 2'],
      ['--output without a token', ['DROP API_TOKEN ci', '--output', 'x'], {}, 'there are 0'],
      ['a token in a statement', [`SELECT '${NEW_TOKEN}'`], {}, 'token'],
    ] as const) {
      it(`${what}: USAGE`, async () => {
        const run = await sql([...argv], {...options})
        expect(run.exitCode).to.equal(2)
        expect(run.stdout + run.stderr)
          .to.contain(word)
          .and.not.contain(NEW_TOKEN)
        expect(server.requests).to.deep.equal([])
      })
    }

    it('a file that cannot be read: CONFIG', async () => {
      const run = await sql(['--file', join(home, 'none.sql')])
      expect(run).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain('none.sql').and.contain('ENOENT')
      expect(server.requests).to.deep.equal([])
    })

    it('a file for the token that exists: CONFLICT', async () => {
      writeFileSync(join(home, 'token.txt'), 'mine')
      const run = await sql([CREATE, '--output', join(home, 'token.txt')])
      expect(run).to.include({exitCode: 7, stdout: ''})
      expect(server.requests).to.deep.equal([])
    })

    it('a closed standard output: CONFIG', async () => {
      const run = await sql([CREATE], {stdoutClosed: true})
      expect(run).to.include({exitCode: 3, stdout: ''})
      expect(server.requests).to.deep.equal([])
    })
  })

  describe('the results', () => {
    it('are the documented tables, in a pipe and at a terminal alike', async () => {
      for (const tty of [false, true]) {
        expect(await sql([`${CREATE} LIST API_TOKENS;`], {tty, columns: 40})).to.include({
          exitCode: 0,
          stdout: MINTED_TABLE + LIST_TABLE,
        })
      }
    })

    it('are CSV with --csv, with an empty line between two', async () => {
      const run = await sql([`LIST API_TOKENS; ${CREATE}`, '--csv'])
      expect(run).to.include({
        exitCode: 0,
        stdout: `Name,Last Used,Created At,Expires At\r\nci,,2026-11-20T12:00:00Z,2026-12-20T12:00:00Z\r\n\r\nType,Name,Command,Summary,Token\r\napi_token,ci,CREATE,api_token ci was successfully created,${NEW_TOKEN}\r\n`,
      })
    })

    it('are one document with --json, an entry for each statement', async () => {
      const run = await sql([`LIST API_TOKENS; ${CREATE}`, '--json'])
      expect(run).to.include({exitCode: 0, stderr: ''})
      const column = (name: string, type = 'VARCHAR') => ({name, type})
      expect(JSON.parse(run.stdout)).to.deep.equal({
        schemaVersion: 1,
        ok: true,
        result: [
          {
            columns: [
              column('Name'),
              ...['Last Used', 'Created At', 'Expires At'].map((name) => column(name, 'TIMESTAMP_LTZ')),
            ],
            rows: [['ci', null, '2026-11-20T12:00:00Z', '2026-12-20T12:00:00Z']],
          },
          {
            columns: ['Type', 'Name', 'Command', 'Summary', 'Token'].map((name) => column(name)),
            rows: [['api_token', 'ci', 'CREATE', 'api_token ci was successfully created', NEW_TOKEN]],
          },
        ],
        warnings: [],
      })
    })

    it('are the token alone with --clean-output, also if other statements run', async () => {
      const run = await sql([`LIST ROLES; ${RENEW} LIST API_TOKENS;`, '-c'])
      expect(run).to.deep.equal({exitCode: 0, stdout: `${NEW_TOKEN}\n`, stderr: ''})
    })

    it('are the token in a new file with --output, and the tables without it on stderr', async () => {
      const file = join(home, 'token.txt')
      const run = await sql([`${CREATE} LIST API_TOKENS;`, '--output', file])
      expect(run).to.include({exitCode: 0, stdout: ''})
      expect(readFileSync(file, 'utf8')).to.equal(NEW_TOKEN)
      expect(statSync(file).mode & 0o777).to.equal(0o600)
      expect(run.stderr).to.contain('successfully created').and.contain(LIST_TABLE).and.contain(file)
      expect(run.stderr).to.not.contain(NEW_TOKEN)
    })

    it('are the file instead of the token with --output and --json', async () => {
      const file = join(home, 'token.txt')
      const run = await sql([RENEW, '--output', file, '--json'])
      expect(run).to.include({exitCode: 0, stderr: ''})
      expect(run.stdout).to.not.contain(NEW_TOKEN)
      const [result] = resultOf<[{columns: object[]; file: string}]>(run)
      expect(result.file).to.equal(file)
      expect(result.columns).to.have.length(4)
      expect(readFileSync(file, 'utf8')).to.equal(NEW_TOKEN)
    })

    it('are the token without a newline with --output -', async () => {
      const run = await sql([CREATE, '--output', '-'])
      expect(run).to.include({exitCode: 0, stdout: NEW_TOKEN})
      expect(run.stderr).to.contain('successfully created').and.not.contain(NEW_TOKEN)
    })

    it('mask a token in the log of a GitHub Actions job before it is written', async () => {
      const run = await sql([CREATE], {env: {GITHUB_ACTIONS: 'true'}})
      expect(run).to.include({exitCode: 0, stdout: MINTED_TABLE})
      expect(run.stderr)
        .to.match(/^\n::add-mask::/)
        .and.contain(`::add-mask::${NEW_TOKEN}\n`)
    })
  })

  describe('a statement that fails', () => {
    const text = `LIST API_TOKENS; ${CREATE} DROP API_TOKEN none; LIST ROLES;`
    const steps = {'DROP API_TOKEN none': answer(200, failedResult('3D012', 'no such token'))}

    it('ends the script after the results so far', async () => {
      const run = await sql([text], {}, steps)
      expect(run).to.include({exitCode: 6, stdout: LIST_TABLE + MINTED_TABLE})
      expect(run.stderr).to.contain('Statement 3 of 4: no such token')
      expect(server.sent()).to.have.length(3)
    })

    it('is next to the results so far under --json, in which the secret is delivered', async () => {
      const run = await sql([text, '--json'], {}, steps)
      expect(run).to.include({exitCode: 6, stderr: ''})
      const {ok, result, error} = JSON.parse(run.stdout)
      expect(ok).to.equal(false)
      expect(result).to.have.length(2)
      expect(result[1].rows[0].at(-1)).to.equal(NEW_TOKEN)
      expect(error).to.include({code: 'NOT_FOUND', exitCode: 6, vendorCode: '3D012'})
    })

    it('is next to the results so far under --json if there is no secret, and alone if it is the first', async () => {
      const first = await sql(['LIST API_TOKENS; DROP API_TOKEN none;', '--json'], {}, steps)
      expect(JSON.parse(first.stdout).result).to.have.length(1)
      const second = await sql(['DROP API_TOKEN none;', '--json'], {}, steps)
      expect(JSON.parse(second.stdout)).to.not.have.property('result')
      expect(JSON.parse(second.stdout).error.message).to.equal('no such token')
    })

    for (const [what, step, exitCode] of [
      ['a bad token', answer(403, {message: 'invalid or expired token'}), 4],
      ['no privilege', answer(200, failedResult('42501')), 5],
      ['a name that exists', answer(200, failedResult('42P09')), 7],
      ['a syntax error', answer(200, failedResult('42601', 'line 1, column 3')), 2],
      ['a request that is refused', answer(400, {message: 'malformed'}), 2],
      ['a wrong path', answer(404, {message: 'no such path'}), 3],
      ['a statement that took too long', answer(200, failedResult('57014')), 8],
      ['a state that is unknown', answer(200, failedResult('99999')), 8],
      ['an answer that is not JSON', answerText(200, 'hello'), 8],
    ] as const) {
      it(`exits ${exitCode} for ${what}`, async () => {
        const run = await sql(['DROP API_TOKEN x;'], {}, {'DROP API_TOKEN': step})
        expect(run).to.include({exitCode, stdout: ''})
        expect(run.stderr).to.match(/^Error: ./)
      })
    }

    for (const [what, step] of [
      ['no answer', DROP],
      ['a timeout', HANG],
      ['a state that is unknown', answer(200, failedResult('99999'))],
      ['a statement that took too long', answer(200, failedResult('57014'))],
      ['a gateway that fails', answer(502, {message: 'x'})],
      ['an answer without the secret', answer(200, mintedToken('ci', null))],
    ] as const) {
      for (const statement of [CREATE, RENEW]) {
        it(`exits 12 for ${what} to ${statement.slice(0, 5)}, sends it once, and says how to look`, async () => {
          const key = statement.slice(0, 15).trim()
          const run = await sql([statement], {}, {[key]: step})
          expect(run).to.include({exitCode: 12, stdout: ''})
          expect(run.stderr).to.contain('tokenry deltastream token list')
          expect(server.sent()).to.deep.equal([statement])
        })
      }
    }
  })

  describe('a secret that cannot be written out', () => {
    for (const argv of [[], ['-c'], ['--csv'], ['--output', '-']]) {
      it(`is UNDELIVERED, and the new token is dropped again: ${argv.join(' ') || 'the table'}`, async () => {
        const run = await sql([CREATE, ...argv], {stdoutFails: 'ENOSPC'})
        expect(run).to.include({exitCode: 11, stdout: ''})
        expect(run.stderr).to.contain('no space left').and.contain('ci was dropped again').and.not.contain(NEW_TOKEN)
        expect(server.sent()).to.deep.equal([CREATE, 'DROP API_TOKEN "ci";'])
      })

      it(`is UNDELIVERED, and the old secret has ended: ${argv.join(' ') || 'the table'}`, async () => {
        const run = await sql([RENEW, ...argv], {stdoutFails: 'EPIPE'})
        expect(run).to.include({exitCode: 11, stdout: ''})
        expect(run.stderr).to.contain('the old secret of ci has ended').and.contain('token renew ci --force')
        expect(server.sent()).to.deep.equal([RENEW])
      })
    }

    it('is named with the command that drops the token, if that could not be done', async () => {
      const steps = {'DROP API_TOKEN': answer(200, failedResult('XX000'))}
      const run = await sql([CREATE], {stdoutFails: 'ENOSPC'}, steps)
      expect(run.exitCode).to.equal(11)
      expect(run.stderr).to.contain('could not be dropped and still works').and.contain('token drop ci --force')
    })

    it('ends every new token of the document of --json, which holds no secret then', async () => {
      const run = await sql([`${CREATE} ${RENEW} LIST ROLES; ${CREATE}`, '--json'], {stdoutFails: 'ENOSPC'})
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(run.stderr).to.not.contain(NEW_TOKEN)
      const {error, result} = JSON.parse(run.stderr)
      expect(result).to.equal(undefined)
      expect(error.code).to.equal('UNDELIVERED')
      expect(error.message).to.contain('; ci was dropped again').and.not.contain('old secret')
      expect(server.sent().filter((sent) => sent.startsWith('DROP'))).to.have.length(2)
    })

    it('drops a token in the role that created it, although USE ROLE came after that', async () => {
      const context = {roleName: 'public'}
      const used = {
        ...summary('role', 'public', 'USE', 'used'),
        metadata: {...summary('', '', '', '').metadata, context},
      }
      const run = await sql(
        [`${CREATE} USE ROLE public;`, '--json', '--role', 'sysadmin'],
        {stdoutFails: 'ENOSPC'},
        {'USE ROLE': answer(200, used)},
      )
      expect(run).to.include({exitCode: 11, stdout: ''})
      const {statement, role} = JSON.parse(server.requests.at(-1)?.body ?? '')
      expect({statement, role}).to.deep.equal({statement: 'DROP API_TOKEN "ci";', role: 'sysadmin'})
    })

    it('does not report a token that the script dropped itself as one that still works', async () => {
      const steps = {'DROP API_TOKEN "ci"': answer(200, failedResult('3D012'))}
      const run = await sql([`${CREATE} DROP API_TOKEN ci;`, '--json'], {stdoutFails: 'ENOSPC'}, steps)
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(JSON.parse(run.stderr).error.message).to.contain('ci was dropped again').and.not.contain('still works')
    })

    it('names a renewed token that could not be written out, next to a new one that was dropped', async () => {
      const steps = {'ALTER API_TOKEN "other"': answer(200, mintedToken('other', NEW_TOKEN, 'ALTER'))}
      const run = await sql(
        [`${CREATE} ALTER API_TOKEN "other" RENEW TOKEN;`, '--json'],
        {stdoutFails: 'ENOSPC'},
        steps,
      )
      const {error} = JSON.parse(run.stderr)
      expect(error.exitCode).to.equal(11)
      expect(error.message).to.contain('ci was dropped again').and.contain('the old secret of other has ended')
      expect(error.hint).to.contain('token renew other --force')
    })

    it('ends them too if a later statement failed', async () => {
      const steps = {'DROP API_TOKEN none': answer(200, failedResult('3D012'))}
      const run = await sql([`${CREATE} DROP API_TOKEN none;`, '--json'], {stdoutFails: 'ENOSPC'}, steps)
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(run.stderr).to.not.contain(NEW_TOKEN)
      expect(server.sent().at(-1)).to.equal('DROP API_TOKEN "ci";')
    })

    it('leaves nothing behind if the file cannot be written', async () => {
      const file = join(home, 'token.txt')
      const fails = () => {
        throw Object.assign(new Error('x'), {code: 'ENOSPC'})
      }
      const run = await sql([CREATE, '--output', file], {files: {writeSync: fails}})
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(() => statSync(file)).to.throw('ENOENT')
      expect(server.sent()).to.deep.equal([CREATE, 'DROP API_TOKEN "ci";'])
    })
  })

  describe('a signal', () => {
    it('ends the wait for a statement that mints nothing', async () => {
      const run = await sql(['LIST ROLES;'], {signals: stopSoon('SIGINT')}, {'LIST ROLES': HANG})
      expect(run).to.include({exitCode: 130, stdout: ''})
      expect(run.stderr).to.contain('Stopped by SIGINT')
    })

    /** Answers after the signal has come. */
    const later =
      (step: Step): Step =>
      (req, res) =>
        void setTimeout(() => step(req, res), 50)

    it('lets CREATE end, and drops the new token', async () => {
      const steps = {'CREATE API_TOKEN': later(answer(200, mintedToken('ci')))}
      const run = await sql([CREATE], {signals: stopSoon('SIGTERM')}, steps)
      expect(run).to.include({exitCode: 143, stdout: ''})
      expect(run.stderr).to.contain('ci was dropped again').and.not.contain(NEW_TOKEN)
      expect(server.sent()).to.deep.equal([CREATE, 'DROP API_TOKEN "ci";'])
    })

    it('lets ALTER end, and writes the new secret out', async () => {
      const steps = {'ALTER API_TOKEN': later(answer(200, mintedToken('ci', NEW_TOKEN, 'ALTER')))}
      const run = await sql([RENEW, '-c'], {signals: stopSoon('SIGTERM')}, steps)
      expect(run).to.include({exitCode: 143, stdout: `${NEW_TOKEN}\n`})
    })

    it('writes out the secrets so far under --json, with the signal as the error', async () => {
      const steps = {'ALTER API_TOKEN': later(answer(200, mintedToken('ci', NEW_TOKEN, 'ALTER')))}
      const run = await sql([`${RENEW} LIST ROLES;`, '--json'], {signals: stopSoon('SIGTERM')}, steps)
      expect(run).to.include({exitCode: 143, stderr: ''})
      const {result, error} = JSON.parse(run.stdout)
      expect(result[0].rows[0].at(-1)).to.equal(NEW_TOKEN)
      expect(error.code).to.equal('TERMINATED')
      expect(server.sent()).to.deep.equal([RENEW])
    })

    it('is UNDELIVERED, with the command that drops the token, if the drop is not answered', async () => {
      const steps = {'CREATE API_TOKEN': later(answer(200, mintedToken('ci'))), 'DROP API_TOKEN': HANG}
      const run = await sql([CREATE], {signals: stopSoon('SIGTERM'), answerWaitMs: 100}, steps)
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(run.stderr).to.contain('tokenry deltastream token drop ci --force').and.not.contain(NEW_TOKEN)
    })

    it('is UNCERTAIN if CREATE is not answered', async () => {
      const options = {signals: stopSoon('SIGTERM'), answerWaitMs: 20}
      const run = await sql([CREATE], options, {'CREATE API_TOKEN': HANG})
      expect(run).to.include({exitCode: 12, stdout: ''})
      expect(run.stderr).to.contain('tokenry deltastream token list')
    })

    for (const [statement, exitCode] of [
      ['LIST ROLES;', 143],
      [RENEW, 12],
    ] as const) {
      it(`writes out the secrets so far under --json if ${statement} is not answered`, async () => {
        const signals = new EventEmitter()
        const hang: Step = () => signals.emit('SIGTERM', 'SIGTERM')
        const steps = {[statement.slice(0, 10)]: hang}
        const run = await sql([`${CREATE} ${statement}`, '--json'], {signals, answerWaitMs: 20}, steps)
        expect(run).to.include({exitCode, stderr: ''})
        const {result, error} = JSON.parse(run.stdout)
        expect(result.map(({rows}: {rows: string[][]}) => rows[0]?.at(-1))).to.deep.equal([NEW_TOKEN])
        expect(error).to.include({exitCode})
      })
    }
  })
})
