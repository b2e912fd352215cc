import {expect} from 'chai'
import {type DeltaStreamHttp, openDeltaStreamHttp, readSecret} from '../../../support/deltastream-http.ts'

const CREATE = "CREATE API_TOKEN ci WITH ('token.role_name' = public)"

describe('a result of the DeltaStream server', () => {
  let http: DeltaStreamHttp
  beforeEach(async () => {
    http = await openDeltaStreamHttp({inMemory: true})
  })
  afterEach(() => http.service.close())

  const find = (id: string, query = '', as = http.firstToken) => http.call('GET', `/v2/statements/${id}${query}`, {as})

  it('is found by its id in every spelling, and in its only partition', async () => {
    const list = await http.post('LIST ROLES')
    const {statementID: id} = list
    for (const [spelling, query] of [
      [id, ''],
      [id.toUpperCase(), '?partitionID=0&timezone=UTC'],
      [id.replaceAll('-', ''), '?sessionID=&partitionID=0'],
      [id, '?partitionID=00'],
    ] as const) {
      const {status, body} = await find(spelling, query)
      expect([status, body]).to.deep.equal([200, list])
    }
  })

  for (const query of ['1', '2147483648', '-1', '1.5', 'x', '', '%30x', '0x0']) {
    it(`has no partition ${query}`, async () => {
      const {statementID} = await http.post('LIST ROLES')
      expect((await find(statementID, `?partitionID=${query}`)).status).to.equal(400)
    })
  }

  for (const id of ['x', '1', '7f0c0f7e-6d1c-4a53-9d0b-2f6a7c1f9b1', '7f0c0f7e6d1c-4a53-9d0b-2f6a7c1f9b10', 'a%25b']) {
    it(`is refused with 400 for the id ${id}`, () => find(id).then(({status}) => expect(status).to.equal(400)))
  }

  it('of each statement of a batch is kept, and the last one as it was answered', async () => {
    const answer = await http.post('CREATE ROLE a; LIST ROLES')
    const [first = '', last = ''] = answer.statementIDs ?? []
    expect((await find(first)).body.data[0]).to.include('role a was successfully created')
    expect((await find(last)).body).to.deep.equal(answer)
  })

  it('with a secret is not kept, also not that of a batch', async () => {
    const {statementID, statementIDs = []} = await http.post(`CREATE ROLE a; ${CREATE}`)
    expect((await find(statementID)).status).to.equal(404)
    expect((await find(statementIDs[0] ?? '')).status).to.equal(200)
    const renewal = await http.post('ALTER API_TOKEN ci RENEW TOKEN')
    expect((await find(renewal.statementID)).status).to.equal(404)
  })

  it('is not shown to another token, but to the renewed one', async () => {
    const {statementID} = await http.post('LIST ROLES')
    const other = await http.mint('other', 'orgadmin')
    expect((await find(statementID, '', other)).status).to.equal(404)
    const renewed = readSecret(await http.post('ALTER API_TOKEN first RENEW TOKEN'))
    expect((await find(statementID, '', renewed)).status).to.equal(200)
  })

  it('is forgotten after ten minutes', async () => {
    const {statementID} = await http.post('LIST ROLES')
    http.clock.nowMs += 599_999
    expect((await find(statementID)).status).to.equal(200)
    http.clock.nowMs += 1
    expect((await find(statementID)).status).to.equal(404)
  })

  it('is forgotten after ten minutes, also if the clock was set back before', async () => {
    await http.post('LIST ROLES')
    http.clock.nowMs -= 60_000
    const secret = await http.mint('back', 'public')
    const {statementID} = await http.post('LIST ROLES', secret)
    expect((await find(statementID, '', secret)).status).to.equal(200)
    http.clock.nowMs += 600_000
    expect((await find(statementID, '', secret)).status).to.equal(404)
  })

  it('is forgotten when later ones are large, so that all together stay small', async () => {
    const {statementID} = await http.post('LIST ROLES')
    const keep = async (bytes: number) => {
      const body = JSON.stringify({statement: 'LIST ROLES', database: 'd'.repeat(bytes)})
      return (await http.call('POST', '/v2/statements', {body})).body.statementID
    }
    const large = []
    for (let sent = 0; sent < 60; sent++) large.push(await keep(1_000_000))
    expect((await find(statementID)).status).to.equal(200)
    for (let sent = 0; sent < 8; sent++) large.push(await keep(1_000_000))
    expect((await find(statementID)).status).to.equal(404)
    expect((await find(large[0] ?? '')).status).to.equal(404)
    expect((await find(large.at(-1) ?? '')).status).to.equal(200)
  })

  it('is forgotten when there are 1000 later ones', async () => {
    const {statementIDs = []} = await http.post('LIST ORGANIZATIONS; LIST ORGANIZATIONS')
    for (let batch = 0; batch < 10; batch++) await http.post('LIST ORGANIZATIONS;'.repeat(batch === 9 ? 99 : 100))
    expect((await Promise.all(statementIDs.map((id) => find(id)))).map(({status}) => status)).to.deep.equal([404, 200])
  })
})
