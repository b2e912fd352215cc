import {expect} from 'chai'
import type {ErrorCode} from '../../../../src/errors/exit-codes.ts'
import type {DucklingsConfig, MotherDuckApi} from '../../../../src/vendors/motherduck/api.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {tamperedWith} from '../../../support/tampered.ts'
import {type OpenTarget, type SuiteTarget, useTarget} from './target.ts'

const CONFIG: DucklingsConfig = {
  read_write: {instance_size: 'pulse'},
  read_scaling: {instance_size: 'pulse', flock_size: 1},
}

/** Each operation about a user. `tokenId`: a live token of that user. */
const OPERATIONS: Record<string, (api: MotherDuckApi, username: string, tokenId: string) => Promise<unknown>> = {
  'create a token': (api, username) => api.createToken(username, {name: 'new'}),
  'list the tokens': (api, username) => api.listTokens(username),
  'delete a token': (api, username, tokenId) => api.deleteToken(username, tokenId),
  'get the ducklings': (api, username) => api.getDucklings(username),
  'set the ducklings': (api, username) => api.setDucklings(username, CONFIG),
  'delete the user': (api, username) => api.deleteUser(username),
}

type Result = 'done' | ErrorCode

/** Who may do what: contracts/motherduck.md, section 1. */
const RIGHTS: {caller: string; about: string; results: Result[]}[] = [
  {caller: 'admin', about: 'etl', results: ['done', 'done', 'done', 'done', 'done', 'done']},
  {caller: 'admin', about: 'ann', results: ['FORBIDDEN', 'done', 'FORBIDDEN', 'done', 'done', 'done']},
  {caller: 'admin', about: 'second', results: ['FORBIDDEN', 'done', 'FORBIDDEN', 'done', 'done', 'done']},
  {caller: 'admin', about: 'admin', results: ['done', 'done', 'done', 'done', 'done', 'done']},
  {caller: 'ann', about: 'ann', results: ['done', 'done', 'done', 'done', 'done', 'FORBIDDEN']},
  {caller: 'etl', about: 'etl', results: ['done', 'done', 'done', 'done', 'done', 'FORBIDDEN']},
  ...['admin', 'ann', 'other', 'stranger'].map((about) => ({
    caller: 'etl',
    about,
    results: Array<Result>(6).fill('FORBIDDEN'),
  })),
  {caller: 'admin', about: 'stranger', results: Array<Result>(6).fill('NOT_FOUND')},
]

export function describeAuthorization(open: OpenTarget): void {
  const target = useTarget(open)

  for (const {caller, about, results} of RIGHTS) {
    for (const [index, [what, act]] of Object.entries(OPERATIONS).entries()) {
      const result = results[index] ?? 'done'
      it(`${caller} asks to ${what} of ${about}: ${result}`, async () => {
        const {apis, tokenIds} = await openPeople(target.current)
        const {snapshot} = target.current
        const before = await snapshot()
        const acted = act(apis[caller] as MotherDuckApi, about, tokenIds[about] ?? 'none')
        if (result === 'done') return void (await acted)
        const err = await expectFailure(acted, result)
        if (result === 'FORBIDDEN' && caller === 'etl') expect(err.message).to.contain('org_admin')
        expect(await snapshot()).to.equal(before)
      })
    }
  }

  it('everyone lists the users; only an Admin lists what runs and creates users', async () => {
    const {addAccount, addMember} = target.current
    for (const api of [await addAccount('etl'), await addMember('ann')]) {
      expect((await api.listUsers({})).users[0]).to.include({username: 'admin'})
      await expectFailure(api.listActiveAccounts(), 'FORBIDDEN')
      const err = await expectFailure(api.createUser({username: 'another'}), 'FORBIDDEN')
      expect(err.message).to.contain('org_admin')
      await expectFailure(api.createUser({username: '!'}), 'INVALID')
    }
  })

  it('a read scaling token may do nothing, also with a wrong body', async () => {
    const {api, connect} = target.current
    const scaling = connect(await api.createToken('admin', {name: 'bi', token_type: 'read_scaling'}))
    for (const act of Object.values(OPERATIONS)) await expectFailure(act(scaling, 'admin', 'none'), 'FORBIDDEN')
    await expectFailure(scaling.listUsers({}), 'FORBIDDEN')
    await expectFailure(scaling.listActiveAccounts(), 'FORBIDDEN')
    await expectFailure(scaling.createUser({username: 'etl'}), 'FORBIDDEN')
  })

  it('what is not a live token of this vendor may do nothing', async () => {
    const {adminToken, connect, clock, owner} = target.current
    const expired = await owner.createToken('admin', {name: 'short', ttl: 300})
    const deleted = await owner.createToken('admin', {name: 'gone'})
    await owner.deleteToken('admin', deleted.id)
    clock.nowMs += 300_000
    const secrets = [
      'MOTHERDUCK_TOKEN',
      expired.token,
      deleted.token,
      tamperedWith(adminToken.token),
      `${adminToken.token}x`,
    ]
    for (const token of secrets) await expectFailure(connect({token}).listUsers({}), 'UNAUTHENTICATED')
  })
}

/** Create users, and return their APIs and the id of a token of each. */
async function openPeople(target: SuiteTarget) {
  const {addAccount, addMember, api, owner} = target
  const apis: Record<string, MotherDuckApi> = {
    etl: await addAccount('etl'),
    other: await addAccount('other'),
    ann: await addMember('ann'),
    second: await addMember('second', {admin: true}),
    admin: api,
  }
  const tokenIds: Record<string, string> = {}
  for (const username of Object.keys(apis)) {
    tokenIds[username] = (await owner.createToken(username, {name: 'old'})).id
  }
  return {apis, tokenIds}
}
