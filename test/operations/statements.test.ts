import {expect} from 'chai'
import {addEndedSecrets} from '../support/fill-store.ts'
import {TEST_NOW} from '../support/run-tokenry.ts'
import {openWatched, type Watched, watchChanges} from '../support/statements.ts'
import {tempFolder} from '../support/temp-folder.ts'

/**
 * Limits for one command or one request, including BEGIN and COMMIT, after the store was opened
 * (design.md, section 8).
 */
const STATEMENTS_MAX = {create: 12, rotate: 18}

/**
 * Tables that may be read completely. Organizations are few and commands choose from them; signing
 * keys are few.
 */
const READ_AS_A_WHOLE = /\b(SCAN|SEARCH) (organization|signing_key)\b/

describe('the statements of one command or request', () => {
  let small: Watched
  let large: Watched
  before(async () => {
    small = await openWatched({tokens: 1, workspaces: 1})
    large = await openWatched({tokens: 2000, workspaces: 1200})
  })
  after(() => Promise.all([small.service.close(), large.service.close()]))

  it('are within the budget, and as many in a large store as in a small one', async () => {
    const [inSmall, inLarge] = [await watchChanges(small, tempFolder()), await watchChanges(large, tempFolder())]
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
    for (const [name, sent] of Object.entries(await watchChanges(large, tempFolder()))) {
      for (const sql of sent.filter((each) =>
        /^\s*(SELECT|UPDATE|DELETE|INSERT INTO \w+ \([^)]*\)\s+SELECT)/.test(each),
      )) {
        const params = Array<null>((sql.match(/\?/g) ?? []).length).fill(null)
        const plan = await large.engine.all<{detail: string}>(`EXPLAIN QUERY PLAN ${sql}`, params)
        const scans = plan
          .map(({detail}) => detail)
          .filter((each) => /^SCAN /.test(each) && !READ_AS_A_WHOLE.test(each))
        expect(scans, `${name}: ${sql}`).to.deep.equal([])
      }
    }
  })

  it('read no ended secret, no matter how often the token was rotated', async () => {
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
