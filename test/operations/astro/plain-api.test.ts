import {expect} from 'chai'
import {createToken} from '../../../src/operations/astro/create-token.ts'
import type {DeploymentEntity} from '../../../src/operations/astro/open-deployment.ts'
import {rotateToken} from '../../../src/operations/astro/rotate-token.ts'
import {updateToken} from '../../../src/operations/astro/update-token.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../../src/vendors/astro/embedded.ts'
import {expectFailure} from '../../support/rejection.ts'
import {openTestService, type TestService} from '../../support/test-service.ts'

describe('operations on a target that has the Astro API and nothing more', () => {
  let test: TestService
  let api: EmbeddedAstro
  let entity: DeploymentEntity

  beforeEach(async () => {
    test = await openTestService()
    api = embeddedAstroApi(test.service, {kind: 'owner', actor: {type: 'local', id: 'tester'}})
    const target = {context: 'plain', organizationId: test.organizationId, api, embedded: null}
    entity = {target, scope: 'DEPLOYMENT', id: test.deploymentId, name: 'default'}
  })
  afterEach(() => test.service.close())

  const delivered: string[] = []
  const deliver = async (secret: string) => void delivered.push(secret)
  const fail = async () => {
    throw Object.assign(new Error('write failed'), {code: 'EPIPE'})
  }
  const spec = {name: 'ci', description: '', role: 'DEPLOYMENT_ADMIN', expirationDays: 1, uniqueName: false}
  const valid = async (secret: string | undefined) => (await test.service.verify(secret ?? '')).valid

  it('create a token, and refuse a name that is taken where it must be unique', async () => {
    const {id} = await createToken({...spec, entity, deliver})
    const err = await expectFailure(createToken({...spec, entity, deliver, uniqueName: true}), 'CONFLICT')
    expect(err.message).to.contain(id)
  })

  it('end a token that could not be delivered', async () => {
    await expectFailure(createToken({...spec, entity, deliver: fail}), 'UNDELIVERED')
    expect((await api.listTokens(test.organizationId, {})).totalCount).to.equal(0)
  })

  it('say how to end a token that could neither be delivered nor ended', async () => {
    const stuck = Object.assign(Object.create(api), {
      createToken: api.createToken.bind(api),
      deleteToken: async () => {
        throw new Error('unreachable')
      },
    })
    const broken = {...entity, target: {...entity.target, api: stuck}}
    const err = await expectFailure(createToken({...spec, entity: broken, deliver: fail}), 'UNDELIVERED')
    const [token] = (await api.listTokens(test.organizationId, {})).tokens
    expect(err.details.hint).to.contain(`tokenry deployment token delete ${token?.id}`)
  })

  it('rotate in one step, where the old value ends at once', async () => {
    await createToken({...spec, entity, deliver})
    const [token] = (await api.listTokens(test.organizationId, {})).tokens
    if (!token) throw new Error('no token')
    const old = delivered.at(-1)
    await rotateToken({entity, token, deliver})
    expect([await valid(old), await valid(delivered.at(-1))]).to.deep.equal([false, true])
    const err = await expectFailure(rotateToken({entity, token, deliver: fail}), 'UNDELIVERED')
    expect(err.details.hint).to.contain('The old value has ended')
  })

  it('write only what differs', async () => {
    await createToken({...spec, entity, deliver})
    const [token] = (await api.listTokens(test.organizationId, {})).tokens
    if (!token) throw new Error('no token')
    await updateToken({entity, token, newName: 'ci', role: 'DEPLOYMENT_ADMIN'})
    expect(await api.getToken(test.organizationId, token.id)).to.include({revision: token.revision})
    await updateToken({entity, token, newName: 'new'})
    expect(await api.getToken(test.organizationId, token.id)).to.include({name: 'new'})
  })
})
