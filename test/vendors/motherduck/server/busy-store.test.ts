import {rejects} from 'node:assert/strict'
import {join} from 'node:path'
import type {DatabaseSync as Database} from 'node:sqlite'
import {expect} from 'chai'
import {loadSqlite} from '../../../../src/service/store/sqlite/load-sqlite.ts'
import {openTestMotherDuck} from '../../../support/motherduck-client.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../../support/motherduck-http.ts'

const {DatabaseSync} = loadSqlite()

describe('the MotherDuck server, while another process holds the lock of the store', () => {
  const hrtime = process.hrtime.bigint
  let http: MotherDuckHttp
  let other: Database
  beforeEach(async () => {
    http = await openMotherDuckHttp()
    await http.owner.createUser({username: 'etl'})
    other = new DatabaseSync(join(http.dataFolder, 'tokenry.db'))
    other.exec('BEGIN IMMEDIATE')
    // The service waits 10 seconds of this clock. Each reading of it takes one second here.
    let now = hrtime()
    process.hrtime.bigint = () => {
      now += 1_000_000_000n
      return now
    }
  })
  afterEach(async () => {
    process.hrtime.bigint = hrtime
    other.close()
    await http.service.close()
  })

  for (const [method, target, body] of [
    ['POST', '/v1/users', {username: 'loader'}],
    ['POST', '/v1/users/etl/tokens', {name: 'ci'}],
    ['DELETE', '/v1/users/etl', undefined],
  ] as const) {
    it(`answers ${method} ${target} with a 503 that may be repeated, and changes nothing`, async () => {
      const before = await http.snapshot()
      const answer = await http.call(method, target, {body})
      expect([answer.status, answer.body]).to.deep.equal([
        503,
        {code: 'INTERNAL_SERVER_ERROR', message: 'Internal Error'},
      ])
      expect(answer.headers.get('retry-after')).to.equal('1')
      expect(await http.snapshot()).to.equal(before)
      other.exec('ROLLBACK')
      expect((await http.call(method, target, {body})).status).to.equal(200)
    })
  }

  it('answers a request that changes nothing', async () => {
    expect((await http.call('GET', '/v1/users/etl/tokens')).status).to.equal(200)
  })

  it('makes the client report that nothing was created, and repeat a deletion', async () => {
    const server = await http.listen()
    const release = async () => {
      if (other.isTransaction) other.exec('ROLLBACK')
    }
    const baseUrl = new URL(`http://127.0.0.1:${server.port}`)
    const client = await openTestMotherDuck(baseUrl, http.adminToken.token, {pause: release})
    try {
      await rejects(client.createToken('etl', {name: 'ci'}), {code: 'UPSTREAM', message: 'Internal Error'})
      expect(await http.owner.listTokens('etl')).to.deep.equal({tokens: []})
      expect(await client.deleteUser('etl')).to.deep.equal({username: 'etl'})
    } finally {
      client.close()
      await server.stop(0)
    }
  })
})
