import {expect} from 'chai'
import {findToken} from '../../../src/operations/motherduck/find-token.ts'
import {openTokenUser} from '../../../src/operations/motherduck/user.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../support/motherduck-http.ts'
import {expectFailure} from '../../support/rejection.ts'

const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6'

describe('a token of MotherDuck that is found by its secret', () => {
  let http: MotherDuckHttp
  beforeEach(async () => {
    http = await openMotherDuckHttp({inMemory: true})
  })
  afterEach(() => http.service.close())

  it('is never another one that is named like its id, if it was deleted in the meantime', async () => {
    const {id} = await http.owner.createToken('admin', {name: ID})
    const service = {
      api: http.owner,
      capabilities: {},
      where: 'the context embedded',
      isOnlyTarget: true,
      targetFlags: '',
      isOwnToken: () => false,
      credential: {context: 'embedded', source: 'the owner of the store'},
    }
    const user = await openTokenUser(service, {user: 'admin'})
    expect((await findToken({user, idOrName: ID})).id).to.equal(id)
    const err = await expectFailure(findToken({user: {...user, idBySecret: ID}}), 'NOT_FOUND')
    expect(err.message).to.contain(ID)
    expect((await findToken({user: {...user, idBySecret: id}})).id).to.equal(id)
  })
})
