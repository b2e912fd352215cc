import {expect} from 'chai'
import type {TokenService} from '../../src/service/token-service.ts'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'

describe('a rotation that another one overtakes after its secret was written out', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
    it(`is a CONFLICT, says to throw the secret away, and that secret does not work: ${scope} token rotate`, async () => {
      const {token: old} = await astro.make(scope, 'ci')
      const done = await astro.run(`${scope} token rotate -t ci --force`, {fakeService: overtaken})
      expect(done.exitCode).to.equal(7)
      expect(done.stderr).to.contain('Discard the secret')
      const value = done.stdout.trim()
      expect([await astro.valid(value), await astro.valid(old)]).to.deep.equal([false, false])
      const trail = await astro.json<{name: string}[]>(`${scope} token list`)
      expect(trail.map(({name}) => name)).to.deep.equal(['ci'])
    })
  }
})

function overtaken(real: TokenService): TokenService {
  return {
    ...real,
    async beginRotation(policy, actor, reference) {
      const staged = await real.beginRotation(policy, actor, reference)
      return {
        ...staged,
        async finish() {
          const {organizationId, tokenId} = reference
          await (await real.beginRotation(policy, actor, {organizationId, tokenId})).finish()
          return staged.finish()
        },
      }
    },
  }
}
