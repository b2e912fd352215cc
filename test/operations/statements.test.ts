import {expect} from 'chai'
import type {SqlEngine} from '../../src/service/store/sql/engine.ts'
import type {AstroMintedToken} from '../../src/vendors/astro/api.ts'
import {type AstroHttp, openAstroHttp} from '../support/astro-http.ts'
import {watchStatements} from '../support/engines.ts'
import {addEndedSecrets, fillStore, type StoreSize} from '../support/fill-store.ts'
import {resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

/** Of one command or one request, with BEGIN and COMMIT, after the store was opened (design.md, section 8). */
const STATEMENTS_MAX = {create: 12, rotate: 18}

/** What may be read as a whole: there are few of them, and one that commands choose from. */
const READ_AS_A_WHOLE = /\b(SCAN|SEARCH) (organization|signing_key)\b/

interface Watched extends AstroHttp {
  engine: SqlEngine
  /**
   * The statements that `work` sends to the database. Uses of tokens are noted off the path of the answer, at most once a minute for
   * each secret; they have been noted before it.
   */
  watch(work: () => Promise<unknown>): Promise<string[]>
  /** How many rows came back at most from one of the statements that `work` sends. */
  countRows(work: () => Promise<unknown>): Promise<number>
}

async function openWatched(size: StoreSize): Promise<Watched> {
  const sent: {sql: string; rows: number}[] = []
  let raw: SqlEngine | undefined
  const http = await openAstroHttp({
    wrapEngine(engine) {
      raw = engine
      return watchStatements(engine, (sql, rows) => sent.push({sql, rows}))
    },
  })
  if (!raw) throw new Error('The engine was opened')
  const engine = raw
  const [key] = await http.service.read.listSigningKeys()
  const place = {organizationId: http.organizationId, deploymentId: http.deploymentId, keyId: key?.id ?? ''}
  await fillStore((sql, params) => engine.run(sql, params), size, {...place, nowMs: TEST_NOW})
  const record = async (work: () => Promise<unknown>) => {
    await http.service.settle()
    sent.length = 0
    await work()
    return [...sent]
  }
  return {
    ...http,
    engine,
    watch: async (work) => (await record(work)).map(({sql}) => sql),
    countRows: async (work) => Math.max(...(await record(work)).map(({rows}) => rows)),
  }
}

const command = (target: Watched, words: string) =>
  runTokenry([...words.split(' '), '--json'], {home: tempFolder(), fakeService: () => target.service})

async function measure(target: Watched): Promise<Record<string, string[]>> {
  const home = (words: string) => () => command(target, `${words} --deployment-id ${target.deploymentId}`)
  const make = 'deployment token create --role DEPLOYMENT_ADMIN'
  const made = resultOf<{id: string}>(await home(`${make} --name first`)())
  const admin: AstroMintedToken = await target.create({name: 'admin'})
  const as = admin.token
  const path = `/v1/organizations/${target.organizationId}/tokens`
  const body = {name: 'sent', scope: 'DEPLOYMENT', entityId: target.deploymentId, role: 'DEPLOYMENT_ADMIN'}
  const sent = (await target.call('POST', path, {as, body})).body.id
  return {
    'create by a command': await target.watch(home(`${make} --name second`)),
    'rotate by a command': await target.watch(home(`deployment token rotate ${made.id} --force`)),
    'rotate with a grace': await target.watch(home(`deployment token rotate ${made.id} --force --grace 1h`)),
    'create over HTTP': await target.watch(() => target.call('POST', path, {as, body})),
    'rotate over HTTP': await target.watch(() => target.call('POST', `${path}/${sent}/rotate`, {as})),
    'get over HTTP': await target.watch(() => target.call('GET', `${path}/${sent}`, {as})),
  }
}

describe('the statements of one command or request', () => {
  let small: Watched
  let large: Watched
  before(async () => {
    small = await openWatched({tokens: 1, workspaces: 1})
    large = await openWatched({tokens: 2000, workspaces: 1200})
  })
  after(() => Promise.all([small.service.close(), large.service.close()]))

  it('are as few as the budget allows, and as many in a large store as in a small one', async () => {
    const [inSmall, inLarge] = [await measure(small), await measure(large)]
    const counts = (statements: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(statements).map(([name, sent]) => [name, sent.length]))
    expect(counts(inLarge)).to.deep.equal(counts(inSmall))
    for (const [name, sent] of Object.entries(inLarge)) {
      expect(sent.length, `${name}\n${sent.join('\n')}`).to.be.greaterThan(2)
      const max = name.startsWith('rotate') ? STATEMENTS_MAX.rotate : STATEMENTS_MAX.create
      expect(sent.length, `${name}\n${sent.join('\n')}`).to.be.at.most(max)
    }
  })

  it('find their rows through an index: none reads a whole table', async () => {
    for (const [name, sent] of Object.entries(await measure(large))) {
      for (const sql of sent.filter((each) => /^\s*(SELECT|UPDATE|DELETE)/.test(each))) {
        const params = Array<null>((sql.match(/\?/g) ?? []).length).fill(null)
        const plan = await large.engine.all<{detail: string}>(`EXPLAIN QUERY PLAN ${sql}`, params)
        const scans = plan
          .map(({detail}) => detail)
          .filter((each) => /^SCAN /.test(each) && !READ_AS_A_WHOLE.test(each))
        expect(scans, `${name}: ${sql}`).to.deep.equal([])
      }
    }
  })

  it('read no secret that has ended, however often the token was rotated', async () => {
    const {id: tokenId} = await large.create({name: 'old'})
    const {organizationId, engine, service} = large
    const [key] = await service.read.listSigningKeys()
    const filled = {organizationId, tokenId, keyId: key?.id ?? '', nowMs: TEST_NOW}
    await addEndedSecrets((sql, params) => engine.run(sql, params), 500, filled)
    expect(await service.read.listValues(organizationId, tokenId)).to.have.length(501)
    const rows = await large.countRows(async () => {
      await large.owner.rotateToken(organizationId, tokenId)
      const staged = await large.owner.beginRotation(organizationId, tokenId, {graceMs: 1000})
      await staged.finish()
      await large.owner.getToken(organizationId, tokenId)
      await large.owner.listTokens(organizationId, {limit: 5, offset: 2000})
      await large.owner.deleteToken(organizationId, tokenId)
    })
    expect(rows).to.be.lessThan(6)
  })
})
