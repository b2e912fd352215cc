import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

/** How each vendor, and each kind of token, creates one that lives for TIME. */
const DAYS = {
  Astro: 'deployment token create -n ci -r DEPLOYMENT_ADMIN -e TIME',
  'an agent of Astro': 'deployment token create --agent -n ci -e TIME',
  DeltaStream: 'deltastream token create ci --role orgadmin -e TIME',
}
const SECONDS = {MotherDuck: 'motherduck token create --user admin -n ci -e TIME'}

describe('a lifetime', () => {
  let at: AstroHome
  beforeEach(async () => {
    at = await openAstroHome()
  })

  for (const [vendor, line] of Object.entries(DAYS)) {
    it(`of less than a day is refused where days are counted, with the least: ${vendor}`, async () => {
      for (const [time, figure] of [
        ['12h', '0.5 days'],
        ['PT12H', '0.5 days'],
        ['90m', '0.06 days'],
        ['2026-11-22T18:00:00Z', '0.25 days'],
      ] as const) {
        const {stderr} = await at.refused(line.replace('TIME', time), {exitCode: 2, words: [figure]})
        expect(stderr, time).to.contain('1 day is the least')
      }
      const {stderr} = await at.refused(line.replace('TIME', '36h'), {exitCode: 2, words: ['1.5 days']})
      expect(stderr).to.contain('1d and 2d')
    })

    it(`that is rounded gives its end in one line on stderr, with --clean-output too: ${vendor}`, async () => {
      for (const more of ['', ' --clean-output']) {
        const done = await at.run(line.replace('TIME', '2026-12-24').replace(' ci', ` ci${more.length}`) + more)
        expect(done.exitCode, done.stderr).to.equal(0)
        const lines = done.stderr.split('\n').filter((each) => each.includes('2026-12-24 is rounded down'))
        expect(lines, done.stderr).to.have.length(1)
        expect(lines[0]).to.contain('The token ends at 2026-12-24T12:00:00Z')
        expect(done.stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
      }
      const quiet = await at.run(`${line.replace('TIME', '30d').replace(' ci', ' whole')} --clean-output`)
      expect(quiet).to.include({exitCode: 0, stderr: ''})
    })
  }

  for (const [vendor, line] of Object.entries(SECONDS)) {
    it(`of hours is whole where seconds are counted, and a plain number is refused: ${vendor}`, async () => {
      expect(await at.json(line.replace('TIME', '12h'))).to.include({expiresAt: '2026-11-23T00:00:00Z'})
      await at.refused(line.replace('TIME', '30'), {exitCode: 2, words: ['has no unit', '30d for days']})
      await at.refused(line.replace('TIME', '1m'), {exitCode: 2, words: ['60 seconds', '300 seconds is the least']})
    })
  }

  it('without an end is warned of, with --clean-output too, by every create that can make one', async () => {
    for (const line of [
      'deployment token create -n ci -r DEPLOYMENT_ADMIN',
      'deployment token create --agent -n ci',
      'workspace token create -n ci -r WORKSPACE_OWNER',
      'organization token create -n ci -r ORGANIZATION_OWNER',
      'motherduck token create --user admin -n ci',
    ]) {
      const done = await at.run(`${line} --clean-output`)
      expect(done.exitCode, done.stderr).to.equal(0)
      expect(done.stderr, line).to.contain('The token never expires').and.to.contain('--expiration')
      // It is intended.
      const meant = await at.run(`${line} -e never --clean-output`)
      expect(meant, line).to.include({exitCode: 0, stderr: ''})
    }
  })
})
