import {expect} from 'chai'
import {refuse} from '../support/scripted-astro.ts'
import {answer, type Step} from '../support/scripted-server.ts'
import {cellsOf, namesOf, openVendorLists, type VendorLists} from '../support/vendor-lists.ts'

describe('token list, if a vendor fails', () => {
  let at: VendorLists
  beforeEach(() => {
    at = openVendorLists()
  })
  afterEach(async () => at.close())

  const failures: [string, Step, RegExp][] = [
    ['is down', answer(503, {code: 'UNAVAILABLE', message: 'down', issues: []}), /503|down/],
    ['refuses the token', answer(401, {code: 'UNAUTHORIZED', message: 'bad token', issues: []}), /token/],
    ['answers nonsense', answer(200, {users: 'none'}), /not with what its API describes/],
  ]
  for (const [what, step, reason] of failures) {
    it(`because it ${what}, shows the tokens of the others, says so, and exits 9`, async () => {
      await at.makeAstro('ours')
      await at.openAstro()
      await at.openMotherDuck({'GET /v1/users': step})
      const json = await at.run('token list --json')
      expect(json).to.include({exitCode: 9, stderr: ''})
      const document = JSON.parse(json.stdout)
      expect(document).to.include({ok: false})
      expect(document.error).to.include({code: 'PARTIAL', exitCode: 9})
      expect(document.error.message).to.match(/the tokens of MotherDuck \(127\.0\.0\.1:\d+\) are missing$/)
      expect(namesOf(document.result)).to.deep.equal(['ours', 'ci'])
      expect(document.warnings).to.have.lengthOf(1)
      expect(document.warnings[0])
        .to.match(/^The tokens of MotherDuck \(127.+\) are missing: /)
        .and.to.match(reason)
      const text = await at.run('token list')
      expect(text).to.include({exitCode: 9})
      expect(cellsOf(text.stdout).map((row) => row[1])).to.deep.equal(['NAME', 'ours', 'ci'])
      expect(text.stderr).to.match(/^Warning: The tokens of MotherDuck .+\nError: The list is not complete: /)
    })
  }

  it('names the user whose tokens cannot be read', async () => {
    await at.openAstro()
    await at.openMotherDuck({'GET /v1/users/etl/tokens': answer(403, {code: 'FORBIDDEN', message: 'no', issues: []})})
    const done = await at.run('token list --json')
    expect(done).to.include({exitCode: 9})
    expect(JSON.parse(done.stdout).warnings[0]).to.contain('The tokens of etl cannot be listed')
  })

  it('has no tokens of a user who is deleted meanwhile', async () => {
    const gone = answer(404, {code: 'NOT_FOUND', message: 'Not Found', issues: []})
    await at.openAstro()
    await at.openMotherDuck({'GET /v1/users/etl/tokens': gone})
    expect(namesOf(await at.list())).to.deep.equal(['ci'])
  })

  it('because its variable is empty, lists the others too', async () => {
    await at.makeMotherDuck('duck')
    const done = await at.run('token list --json', {env: {ASTRO_API_TOKEN: ''}})
    expect(done).to.include({exitCode: 9})
    const {result, warnings} = JSON.parse(done.stdout)
    expect(namesOf(result)).to.deep.equal(['duck'])
    expect(warnings[0]).to.contain('The tokens of Astro are missing: ASTRO_API_TOKEN is set but empty')
  })

  for (const [flags, words] of [
    ['--ended', 'cannot list tokens that have ended'],
    ['--unused-for 1d', 'cannot report when a token was used'],
    ['--short-token abcdefgh', 'cannot report the end of a token'],
  ] as const) {
    it(`because it cannot answer ${flags}, does not pretend that it has no such token`, async () => {
      await at.openMotherDuck()
      const done = await at.run(`token list ${flags} --json`)
      expect(done).to.include({exitCode: 9, stderr: ''})
      expect(JSON.parse(done.stdout).warnings[0]).to.contain(words)
    })
  }

  it('and there is no other, exits as the failure itself does', async () => {
    await at.openAstro({deployments: refuse(401)})
    const url = `http://${at.env()['ASTRO_DOMAIN']}/v1`
    const env = {CI_TOKEN: at.env()['ASTRO_API_TOKEN'] ?? ''}
    await at.run(`context add prod --vendor astro --api-url ${url} --credential-env CI_TOKEN`)
    const done = await at.run('token list --context prod --json', {env})
    expect(done).to.include({exitCode: 4})
    expect(JSON.parse(done.stdout)).to.deep.include({ok: false, result: []})
    expect(JSON.parse(done.stdout).error).to.include({code: 'UNAUTHENTICATED', status: 401})
  })
})
