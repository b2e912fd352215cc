import {stripVTControlCharacters} from 'node:util'
import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import {type DeltaStreamHttp, openDeltaStreamHttp} from '../../support/deltastream-http.ts'
import {type RunOptions, runTokenry} from '../../support/run-tokenry.ts'
import {tempFolder} from '../../support/temp-folder.ts'

// The examples of the pages CREATE API_TOKEN and ALTER API_TOKEN of DeltaStream's documentation,
// with `tokenry deltastream sql` instead of the command line of DeltaStream.

const CREATE = "CREATE API_TOKEN my_token WITH ( 'token.role_name' = sysadmin );"
const ALTER = 'ALTER API_TOKEN my_token RENEW TOKEN;'
const LIST = 'LIST API_TOKENS;'
const TIME = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} \+0000 UTC/

/** Return the cells of the only row of a table, of which a wrapped one is joined again. */
function readCells(table: string): string[] {
  const [, , , ...lines] = table.trim().split('\n').slice(0, -1)
  const rows = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  return (rows[0] ?? []).map((_, at) =>
    rows
      .map((row) => row[at] ?? '')
      .join(' ')
      .trim(),
  )
}

interface Place {
  sql(argv: string[], options?: Partial<RunOptions>): ReturnType<typeof runTokenry>
  close(): Promise<void>
}

/** On the embedded service, for the owner of its store. */
async function openEmbedded(): Promise<Place> {
  const home = tempFolder()
  return {
    sql: (argv, options = {}) => runTokenry(['deltastream', 'sql', ...argv], {home, ...options}),
    close: async () => {},
  }
}

/** On a service over HTTP, with DS_TOKEN exported. */
async function openServed(): Promise<Place> {
  const home = tempFolder()
  const http: DeltaStreamHttp = await openDeltaStreamHttp()
  const server: HttpServer = await http.listen()
  const env = {DS_TOKEN: await http.mint('owner', 'orgadmin'), DS_ENDPOINT: `http://127.0.0.1:${server.port}/v2`}
  return {
    sql: (argv, options = {}) =>
      runTokenry(['deltastream', 'sql', ...argv], {home, ...options, env: {...env, ...options.env}}),
    close: () => server.stop(0),
  }
}

for (const [title, open] of [
  ['the embedded service', openEmbedded],
  ['a service over HTTP', openServed],
] as const) {
  describe(`the pages about API tokens, on ${title}`, () => {
    let place: Place
    beforeEach(async () => {
      place = await open()
    })
    afterEach(() => place.close())

    it('CREATE API_TOKEN: create a new token, and use it with -a and in DS_TOKEN', async () => {
      const created = await place.sql([CREATE])
      expect(created.exitCode).to.equal(0)
      const [type, name, command, summary, token = ''] = readCells(created.stdout)
      expect([type, name, command, summary]).to.deep.equal([
        'api_token',
        'my_token',
        'CREATE',
        'api_token my_token was successfully created',
      ])
      const places = ['--database', 'mydb', '--schema', 'public', '--store', 'prod']
      const prompt = {tty: true, stdin: '\\q\r'}
      const withFlag = await place.sql(['-a', token, ...places], prompt)
      expect(withFlag.exitCode).to.equal(0)
      expect(stripVTControlCharacters(withFlag.stderr)).to.contain('mydb.public/prod# ')
      expect((await place.sql([LIST, '-a', token])).exitCode).to.equal(0)
      if (title === 'a service over HTTP') {
        const env = {DS_TOKEN: token}
        const withVariable = await place.sql(places, {...prompt, env})
        expect(stripVTControlCharacters(withVariable.stderr)).to.contain('mydb.public/prod# ')
        expect((await place.sql([LIST], {env})).exitCode).to.equal(0)
      }
    })

    it('ALTER API_TOKEN: list, renew, and list: the times restart, and the old secret ends', async () => {
      const [, , , , old = ''] = readCells((await place.sql([CREATE])).stdout)
      await place.sql([LIST, '-a', old])
      const before = await listed()
      expect(before[1]).to.match(TIME)
      const run = await place.sql([ALTER])
      const [type, name, command, summary, renewed = ''] = readCells(run.stdout)
      expect([type, name, command, summary]).to.deep.equal([
        'api_token',
        'my_token',
        'ALTER',
        'api_token my_token was successfully refreshed',
      ])
      const after = await listed()
      expect(after[0]).to.equal('my_token')
      expect(after[1]).to.equal('<null>')
      expect(after[2]).to.match(TIME)
      expect(after[3]).to.match(TIME)
      expect((await place.sql([LIST, '-a', old])).exitCode).to.equal(4)
      expect((await place.sql([LIST, '-a', renewed])).exitCode).to.equal(0)
    })

    it('both pages, in one session at the prompt', async () => {
      const keys = [LIST, CREATE, LIST, ALTER, LIST, '\\q'].map((line) => `${line}\r`).join('')
      const run = await place.sql([], {tty: true, stdin: keys})
      expect(run.exitCode).to.equal(0)
      expect(run.stdout.match(/\| my_token \|/g)).to.have.length(4)
      expect(run.stderr).to.not.contain('Error')
    })

    it('keeps USE ROLE for the statements after it', async () => {
      const text = 'USE ROLE useradmin; CREATE ROLE deployer; LIST ROLES;'
      const run = await place.sql([text, '--json'])
      expect(run.exitCode).to.equal(0)
      const rows: string[][] = JSON.parse(run.stdout).result[2].rows
      expect(rows.find(([, isCurrent]) => isCurrent === 'true')?.[0]).to.equal('useradmin')
    })

    async function listed(): Promise<string[]> {
      const {stdout} = await place.sql([LIST])
      const lines = stdout.split('\n')
      const line = lines.find((each) => each.startsWith('| my_token')) ?? ''
      return line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    }
  })
}
