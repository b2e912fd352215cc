import {expect} from 'chai'
import type {MotherDuckService} from '../../../src/operations/motherduck/connect.ts'
import {listAllTokens} from '../../../src/operations/motherduck/list-tokens.ts'
import type {Runtime} from '../../../src/runtime/runtime.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../support/motherduck-http.ts'

describe('the tokens of all users of MotherDuck', () => {
  let http: MotherDuckHttp
  beforeEach(async () => {
    http = await openMotherDuckHttp({inMemory: true})
    for (const username of ['etl', 'bi_reader']) {
      await http.owner.createUser({username})
      await http.owner.createToken(username, {name: `of ${username}`})
    }
  })
  afterEach(() => http.service.close())

  it('are listed by user, with a report for each user that is done', async () => {
    const service: MotherDuckService = {
      api: http.owner,
      capabilities: {},
      where: 'the context embedded',
      isOnlyTarget: true,
      targetFlags: '',
      isOwnToken: () => false,
      credential: {context: 'embedded', source: 'the owner of the store'},
    }
    const runtime = {now: () => http.clock.nowMs} as Runtime
    const reports: string[] = []
    const onProgress = (done: number, total: number) => reports.push(`${done} of ${total}`)
    const tokens = await listAllTokens(runtime, service, {conditions: {}, onProgress})
    expect(tokens.map(({username, name}) => `${username}: ${name}`)).to.deep.equal([
      'admin: first',
      'bi_reader: of bi_reader',
      'etl: of etl',
    ])
    expect(reports).to.deep.equal(['1 of 3', '2 of 3', '3 of 3'])
  })
})
