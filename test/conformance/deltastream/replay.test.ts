import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import type {ResultSet} from '../../../src/vendors/deltastream/api.ts'
import {type DeltaStreamHttp, openDeltaStreamHttp, readSecret} from '../../support/deltastream-http.ts'
import {openConnection, type RawAnswer, type RawConnection} from '../astro/raw-connection.ts'
import {ERROR, RESULT_SET, VERSION} from './answers.ts'
import {DRIVERS, type DriverStatement} from './driver-requests.ts'

for (const driver of DRIVERS) {
  describe(`the requests of ${driver.title}, byte for byte`, () => {
    let http: DeltaStreamHttp
    let server: HttpServer
    let connection: RawConnection
    beforeEach(async () => {
      http = await openDeltaStreamHttp({inMemory: true})
      server = await http.listen()
      connection = await openConnection(server.port)
    })
    afterEach(async () => {
      connection.close()
      await server.stop(0)
      await http.service.close()
    })

    const host = () => `127.0.0.1:${server.port}`

    /** Send a statement, and return its result after checking all that a driver needs of it. */
    async function run(
      statement: string | DriverStatement,
      secret = http.firstToken,
      base?: string,
    ): Promise<ResultSet> {
      const given = typeof statement === 'string' ? {statement} : statement
      return readResult(await connection.send(driver.statement(host(), secret, given, base)))
    }

    function readResult(answer: RawAnswer): ResultSet {
      expect(answer.status, answer.body).to.equal(200)
      expect(answer.headers.get('content-type')).to.equal('application/json')
      expect(answer.body.charCodeAt(0), 'no BOM').to.equal('{'.charCodeAt(0))
      return RESULT_SET.parse(JSON.parse(answer.body)) as ResultSet
    }

    function expectRefused(answer: RawAnswer): void {
      expect(answer.status).to.equal(403)
      expect(answer.headers.get('content-type')).to.equal('application/json')
      expect(answer.headers.has('www-authenticate')).to.equal(false)
      expect(JSON.parse(answer.body)).to.deep.equal({message: 'invalid or expired token'})
    }

    it('ping', async () => {
      const answer = await connection.send(driver.version(host(), http.firstToken))
      expect(answer.status).to.equal(200)
      expect(answer.headers.get('content-type')).to.equal('application/json')
      expect(VERSION.parse(JSON.parse(answer.body)).major).to.equal(2)
      expectRefused(await connection.send(driver.version(host(), 'wrong')))
    })

    it('create, use, list, renew, see the old one refused, drop, on one connection', async () => {
      const created = readSecret(await run("CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin);"))
      expect((await run('LIST ROLES;', created)).metadata.context.roleName).to.equal('sysadmin')
      expect((await run('LIST API_TOKENS;')).data.map(([name]) => name)).to.deep.equal(['ci', 'first'])
      const renewed = readSecret(await run('ALTER API_TOKEN ci RENEW TOKEN;'))
      expectRefused(await connection.send(driver.statement(host(), created, {statement: 'LIST ROLES;'})))
      expect((await run('LIST ROLES;', renewed)).sqlState).to.equal('00000')
      expect((await run('DROP API_TOKEN ci;')).data[0]?.[3]).to.equal('api_token ci was successfully dropped')
      expectRefused(await connection.send(driver.version(host(), renewed)))
    })

    it('sends the context of an answer back, and it holds', async () => {
      const {context} = (await run({statement: 'USE ROLE public;', database: 'db', schema: 's', store: 'st'})).metadata
      const {organizationID = '', roleName = '', databaseName = '', schemaName = '', storeName = ''} = context
      const places = {organization: organizationID, role: roleName, database: databaseName, schema: schemaName}
      const next = await run({statement: 'LIST ROLES;', ...places, store: storeName, computePool: 'p'})
      expect(next.metadata.context).to.deep.equal({...context, computePoolName: 'p'})
      expect(next.data.find(([, current]) => current === 'true')?.[0]).to.equal('public')
    })

    it('gets a failure of SQL as a result, and the connection goes on', async () => {
      for (const [state, statement] of [
        ['42601', 'not sql'],
        ['3D012', 'DROP API_TOKEN nothing;'],
        ['0A000', 'SELECT 1;'],
      ] as const) {
        expect((await run(statement)).sqlState).to.equal(state)
      }
      expect((await run('LIST ROLES;')).sqlState).to.equal('00000')
    })

    it('sends every character unchanged', async () => {
      const name = 'a<b>&"日本 \u2028🦆%s'
      const {data} = await run(`CREATE API_TOKEN "${name.replaceAll('"', '""')}" WITH ('token.role_name' = public);`)
      expect(data[0]?.[1]).to.equal(name)
    })

    it('sends attachments, which are ignored', async () => {
      const jar = Buffer.concat([Buffer.from(`\r\n--${driver.boundary}x\r\n\r\n--`), Buffer.alloc(100_000, 0xff)])
      const result = await run({statement: 'LIST ROLES;', attachments: {'a.jar': jar, 'b; name="request".jar': jar}})
      expect(result.sqlState).to.equal('00000')
    })

    it('fetches a result again, but not one with a secret', async () => {
      const list = await run('LIST ROLES;')
      const again = readResult(await connection.send(driver.poll(host(), http.firstToken, list.statementID)))
      expect(again).to.deep.equal(list)
      const failed = await run('DROP ROLE nothing;')
      const failedAgain = readResult(await connection.send(driver.poll(host(), http.firstToken, failed.statementID)))
      expect(failedAgain).to.deep.equal(failed)
      const {statementID} = await run("CREATE API_TOKEN ci WITH ('token.role_name' = public);")
      const gone = await connection.send(driver.poll(host(), http.firstToken, statementID))
      expect(gone.status).to.equal(404)
      ERROR.parse(JSON.parse(gone.body))
      expectRefused(await connection.send(driver.poll(host(), 'wrong', list.statementID)))
    })

    it('sends a session id', async () => {
      expect((await run({statement: 'LIST ROLES;', sessionID: 'trace-1'})).sqlState).to.equal('00000')
    })

    it('repeats slashes if its URL ends in one', async () => {
      expect((await run('LIST ROLES;', http.firstToken, '/v2/')).sqlState).to.equal('00000')
      const answer = await connection.send(driver.statement(host(), http.firstToken, {statement: 'LIST ROLES;'}, '/'))
      expect(answer.status).to.equal(404)
      ERROR.parse(JSON.parse(answer.body))
    })
  })
}

describe('what the drivers write', () => {
  const statement = {statement: 'DROP ROLE "<é🦆>";', role: 'r'}
  const [go, node, python] = DRIVERS.map((driver) => driver.statement('h', 's', statement).toString())

  it('is the request of Go, with a semicolon at the end of the header', () => {
    expect(go).to.contain(
      '\r\nContent-Disposition: form-data; name="request";\r\nContent-Type: application/json\r\n\r\n' +
        '{"parameters":{},"role":"r","statement":"DROP ROLE \\"\\u003cé🦆\\u003e\\";"}\n\r\n--',
    )
  })

  it('is the request of Node, as a file named blob', () => {
    expect(node).to.contain(
      '\r\nContent-Disposition: form-data; name="request"; filename="blob"\r\nContent-Type: application/json\r\n\r\n' +
        '{"statement":"DROP ROLE \\"<é🦆>\\";","role":"r","parameters":{"timezone":"UTC"}}\r\n--',
    )
  })

  it('is the request of Python, without a content type', () => {
    expect(python).to.contain(
      '\r\nContent-Disposition: form-data; name="request"\r\n\r\n' +
        '{"statement": "DROP ROLE \\"<\\u00e9\\ud83e\\udd86>\\";", "role": "r", "parameters": {"sessionID": "", "timezone": "UTC"}}\r\n--',
    )
  })
})
