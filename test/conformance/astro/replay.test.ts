import {expect} from 'chai'
import {TEST_NOW} from '../../support/run-tokenry.ts'
import {FAMILIES, onlyReads, type RecordedRequest, type RecordedRun, readRuns} from './recorded-runs.ts'
import {openReplayTarget, type ReplayTarget, replay} from './replayer.ts'
import {differences, type FrozenWorld, freezeWorld} from './world.ts'

describe('the requests of the astro binary, byte for byte', () => {
  let frozen: FrozenWorld
  before(async () => {
    frozen = await freezeWorld(TEST_NOW)
  })

  for (const family of FAMILIES) {
    const runs = readRuns(family).filter(({requests}) => requests.length > 0)

    describe(`${family}: runs that only read`, () => {
      let target: ReplayTarget
      before(async () => {
        target = await openReplayTarget(frozen)
      })
      after(() => target.close())

      for (const run of runs.filter(onlyReads)) {
        it(run.title, async () => {
          const before = await target.world.snapshot()
          await replay(target, run.requests)
          expect(await target.world.snapshot()).to.equal(before)
        })
      }
    })

    describe(`${family}: runs that change something`, () => {
      let target: ReplayTarget
      beforeEach(async () => {
        target = await openReplayTarget(frozen)
      })
      afterEach(() => target.close())

      for (const run of runs.filter((each) => !onlyReads(each))) it(run.title, () => expectChanges(target, run))
    })
  }

  describe('in addition to the recorded runs', () => {
    let target: ReplayTarget
    beforeEach(async () => {
      target = await openReplayTarget(frozen)
    })
    afterEach(() => target.close())

    for (const [count, offsets] of [
      [100, [0]],
      [101, [0, 100]],
      [250, [0, 100, 200]],
    ] as const) {
      it(`lists ${count} tokens in pages of 100, without losing or repeating one`, async () => {
        const {world} = target
        const {tokens: there} = await world.owner.listTokens(world.organizationId, {
          includeOnlyOrganizationTokens: true,
        })
        for (let index = there.length; index < count; index++) {
          await world.create({name: `more ${index}`, scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER', entityId: ''})
        }
        const requests = offsets.map((offset) => list(`includeOnlyOrganizationTokens=true&limit=100&offset=${offset}`))
        const pages = (await replay(target, requests)) as {tokens: {id: string}[]; totalCount: number}[]
        expect(pages.map(({totalCount}) => totalCount)).to.deep.equal(offsets.map(() => count))
        expect(new Set(pages.flatMap(({tokens}) => tokens.map(({id}) => id))).size).to.equal(count)
      })
    }

    it('returns an empty page past the end of a list', async () => {
      const [page] = await replay(target, [list('deploymentId={deployment}&limit=100&offset=100')])
      expect(page).to.deep.equal({tokens: [], limit: 100, offset: 100, totalCount: 7})
    })

    it('answers `astro api cloud`, which sends other headers', async () => {
      const request = {...list('limit=20&offset=0'), headers: 'api'}
      const [page] = await replay(target, [request])
      expect(page).to.include({totalCount: target.world.tokens.size})
    })

    it('refuses an empty role set', async () => {
      const request = 'POST /v1/organizations/{org}/tokens/{org-one}/roles'
      await replay(target, [{request, headers: 'json', body: '{"roles":[]}', status: 400}])
    })

    it('keeps the connection open after every kind of refusal', async () => {
      const tokens = '/v1/organizations/{org}/tokens'
      const good = list('limit=100&offset=0')
      await replay(target, [
        good,
        {request: `GET ${tokens}/cnone`, headers: 'plain', status: 404},
        {request: `POST ${tokens}`, headers: 'json', body: '{', status: 400},
        {request: `POST ${tokens}/{org-one}`, headers: 'empty', status: 400},
        {request: `DELETE ${tokens}`, headers: 'plain', status: 405},
        {request: 'GET /v1/organizations//tokens?limit=100&offset=0', headers: 'plain', status: 404},
        {request: `POST ${tokens}/cnone/rotate`, headers: 'empty', status: 404},
        good,
      ])
    })

    it('creates, rotates, updates, adds and deletes a token as the commands of the binary do', async () => {
      const tokens = '/v1/organizations/{org}/tokens'
      const body = '{"description":"","name":"smoke","role":"ORGANIZATION_MEMBER","scope":"ORGANIZATION"}'
      const [made] = await replay(target, [{request: `POST ${tokens}`, headers: 'json', body, status: 200}])
      const {id, token} = made as {id: string; token: string}
      const roles =
        '{"roles":[{"entityId":"{org}","entityType":"ORGANIZATION","role":"ORGANIZATION_MEMBER"},' +
        '{"entityId":"{workspace}","entityType":"WORKSPACE","role":"WORKSPACE_MEMBER"}]}'
      const get = {request: `GET ${tokens}/${id}`, headers: 'plain', status: 200}
      const all = list('includeOnlyOrganizationTokens=true&limit=100&offset=0')
      const bodies = await replay(target, [
        all,
        ...[all, get, {request: `POST ${tokens}/${id}/rotate`, headers: 'empty', status: 200}],
        ...[all, get],
        {request: `POST ${tokens}/${id}`, headers: 'json', body: '{"description":"","name":"smoke2"}', status: 200},
        ...[all, get, {request: `POST ${tokens}/${id}/roles`, headers: 'json', body: roles, status: 200}],
        ...[all, get, {request: `DELETE ${tokens}/${id}`, headers: 'plain', status: 204}],
        {...get, status: 404},
      ])
      const {token: rotated} = bodies[3] as {token: string}
      for (const value of [token, rotated]) expect((await target.world.service.verify(value)).valid).to.equal(false)
      expect(bodies[9]).to.deep.equal({
        organizationRole: 'ORGANIZATION_MEMBER',
        workspaceRoles: [{workspaceId: target.world.workspaceId, role: 'WORKSPACE_MEMBER'}],
        deploymentRoles: [],
        dagRoles: [],
      })
    })
  })
})

function list(query: string): RecordedRequest {
  return {request: `GET /v1/organizations/{org}/tokens?${query}`, headers: 'plain', status: 200}
}

/**
 * Expect the secrets in the answers to work for the right tokens, and the changes to be the
 * recorded ones.
 */
async function expectChanges(target: ReplayTarget, {requests, changes}: RecordedRun): Promise<void> {
  const {world} = target
  const before = await world.readState()
  const bodies = await replay(target, requests)
  expect(differences(before, await world.readState())).to.deep.equal(changes ?? {})
  for (const body of bodies) {
    const {id, token} = (body ?? {}) as {id?: string; token?: string}
    if (token === undefined) continue
    const verdict = await world.service.verify(token)
    expect(verdict.valid && verdict.token.id).to.equal(id)
  }
}
