import {spawn} from 'node:child_process'
import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import {type DeltaStreamHttp, openDeltaStreamHttp} from '../../support/deltastream-http.ts'
import {tempFolder} from '../../support/temp-folder.ts'

// The real drivers of DeltaStream, if a variable names them. The repository contains no part of
// them.

/** A Python interpreter that has the package deltastream-connector. */
const PYTHON = process.env['TEST_DELTASTREAM_PYTHON']
/**
 * A program built with the Go driver (docs/conformance.md). It runs the SQL of its standard input
 * with the DSN in DELTASTREAM_DSN, and only pings without SQL. It prints `{"columns", "rows"}`, or
 * `{"code", "message"}` on stderr with exit code 1.
 */
const GO = process.env['TEST_DELTASTREAM_GO']

const TIMEOUT_MS = 20_000

interface Outcome {
  columns?: string[]
  rows: (string | null)[][]
  /** Set if the driver raised an error: its SQL state, or empty, and its text. */
  error?: {code: string; message: string}
}

/** Run one statement as a driver does, signed in with this secret. Without SQL: only ping. */
type RunSql = (secret: string, sql: string) => Promise<Outcome>

const PYTHON_SCRIPT = `
import asyncio, json, os, sys
from deltastream.api.conn import APIConnection
from deltastream.api.error import SQLError

async def run(sql):
    async def token():
        return os.environ["SECRET"]
    conn = APIConnection(os.environ["URL"], token, "", "UTC", None, None, None, None, None)
    if not sql:
        await conn.version()
        return {"rows": []}
    rows = await conn.query(sql)
    columns = [column.name for column in rows.columns()]
    found = []
    async for row in rows:
        found.append([None if cell is None else str(cell) for cell in row])
    return {"columns": columns, "rows": found}

try:
    print(json.dumps(asyncio.run(run(sys.stdin.read()))))
except SQLError as err:
    print(json.dumps({"code": err.code.value, "message": str(err)}), file=sys.stderr)
    sys.exit(1)
except Exception as err:
    print(json.dumps({"code": "", "message": type(err).__name__ + " " + str(err)}), file=sys.stderr)
    sys.exit(1)
`

const DRIVERS = [
  {
    title: 'the Python connector',
    variable: 'TEST_DELTASTREAM_PYTHON',
    path: PYTHON,
    connect:
      (path: string, url: string): RunSql =>
      (secret, sql) =>
        run(path, ['-c', PYTHON_SCRIPT], {env: {SECRET: secret, URL: url}, input: sql}),
  },
  {
    title: 'the Go driver',
    variable: 'TEST_DELTASTREAM_GO',
    path: GO,
    connect:
      (path: string, url: string): RunSql =>
      (secret, sql) =>
        run(path, [], {env: {DELTASTREAM_DSN: url.replace('http://', `http://_:${secret}@`)}, input: sql}),
  },
]

for (const {title, variable, path, connect} of DRIVERS) {
  if (!path) {
    console.log(`Skipped: ${title} of DeltaStream, because ${variable} is not set`)
    continue
  }
  describe(`${title} of DeltaStream`, () => {
    let http: DeltaStreamHttp
    let server: HttpServer
    let runSql: RunSql
    beforeEach(async () => {
      http = await openDeltaStreamHttp({inMemory: true, nowMs: Date.now()})
      server = await http.listen()
      runSql = connect(path, `http://127.0.0.1:${server.port}/v2`)
    })
    afterEach(async () => {
      await server.stop(0)
      await http.service.close()
    })

    it('connects, creates a token, uses it, lists it, renews it, sees the old one refused, and drops it', async () => {
      const owner = http.firstToken
      expect(await runSql(owner, '')).to.not.have.property('error')

      const created = await runSql(owner, `CREATE API_TOKEN "it's" WITH ('token.role_name' = sysadmin);`)
      expect(created.columns).to.deep.equal(['Type', 'Name', 'Command', 'Summary', 'Token'])
      const first = readSecret(created, ['api_token', "it's", 'CREATE'])

      const listed = await runSql(first, 'LIST API_TOKENS;')
      expect(listed.columns).to.deep.equal(['Name', 'Last Used', 'Created At', 'Expires At'])
      expect(listed.rows.map(([name]) => name)).to.include("it's")

      const renewed = readSecret(await runSql(first, `ALTER API_TOKEN "it's" RENEW TOKEN;`), [
        'api_token',
        "it's",
        'ALTER',
      ])
      expect(renewed).to.not.equal(first)
      const refused = await runSql(first, 'LIST API_TOKENS;')
      expect(refused.error?.message).to.match(/token|Authentication/)
      expect((await runSql(renewed, 'LIST ROLES;')).rows.map(([name]) => name)).to.include('sysadmin')

      const dropped = await runSql(renewed, `DROP API_TOKEN "it's";`)
      expect(dropped.rows[0]?.slice(0, 3)).to.deep.equal(['api_token', "it's", 'DROP'])
      expect((await runSql(renewed, '')).error).to.not.equal(undefined)
      expect((await http.service.verify(renewed)).valid).to.equal(false)
    })

    it('reports the state of a statement that fails, and runs the next one', async () => {
      const failed = await runSql(http.firstToken, 'DROP API_TOKEN missing;')
      expect(failed.error).to.include({code: '3D012'})
      const wrong = await runSql(http.firstToken, 'ALTER API_TOKEN 1;')
      expect(wrong.error).to.include({code: '42601'})
      expect(await runSql(http.firstToken, 'LIST ROLES;')).to.not.have.property('error')
    })

    it('reads the times of a token', async () => {
      await runSql(
        http.firstToken,
        "CREATE API_TOKEN timed WITH ('token.role_name' = public, 'token.expires_in_days' = 30);",
      )
      const {rows} = await runSql(http.firstToken, 'LIST API_TOKENS;')
      const row = rows.find(([name]) => name === 'timed')
      expect(row?.[1]).to.equal(null)
      const [, , createdAt = '', expiresAt = ''] = row ?? []
      expect(Date.parse(expiresAt ?? '') - Date.parse(createdAt ?? '')).to.equal(30 * 86_400_000)
    })
  })
}

function readSecret({rows, error}: Outcome, begin: string[]): string {
  expect(error).to.equal(undefined)
  expect(rows).to.have.lengthOf(1)
  expect(rows[0]?.slice(0, 3)).to.deep.equal(begin)
  return rows[0]?.[4] ?? ''
}

function run(
  command: string,
  args: string[],
  {env, input}: {env: Record<string, string>; input: string},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {env: {PATH: '', HOME: tempFolder(), ...env}, timeout: TIMEOUT_MS})
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (exitCode) => {
      if (exitCode === 0) return resolve({rows: [], ...parse(stdout)})
      resolve({rows: [], error: parse(stderr)})
    })
  })
}

function parse(chunks: Buffer[]) {
  const text = Buffer.concat(chunks).toString()
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`The driver printed no JSON: ${text.slice(0, 500)}`)
  }
}
