import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

describe('the deletion of a place of the embedded service', () => {
  let at: AstroHome
  beforeEach(async () => {
    at = await openAstroHome()
    await at.json('service workspace create data')
    await at.json('service deployment create etl --workspace-id data')
    await at.json('service organization create acme')
  })

  const here = '--organization-id default'
  const PLACES = [
    ['deployment', 'etl', `service deployment delete etl ${here}`, `--deployment-id etl ${here}`],
    ['workspace', 'data', `service workspace delete data ${here}`, `--workspace-id data ${here}`],
    ['organization', 'acme', 'service organization delete acme', '--organization-id acme'],
  ] as const

  for (const [scope, name, line, flags] of PLACES) {
    it(`wants its name if tokens end with it: ${scope}`, async () => {
      const {token} = await at.make(scope, 'ci', flags)
      await at.refused(line, {exitCode: 2, words: ['--force']})
      await at.refused(`${line} --force`, {exitCode: 2, words: [`--force --confirm ${name}`]})
      await at.refused(`${line} --force --confirm other`, {exitCode: 2, words: ['--confirm names another']})
      const typo = {tty: true, answers: [{to: 'Type the name', answer: 'other'}]}
      await at.refused(line, {exitCode: 130, words: ['nothing was changed']}, typo)
      expect(await at.valid(token)).to.equal(true)
      expect(await at.json(`${line} --force --confirm ${name}`)).to.include({name})
      expect(await at.valid(token)).to.equal(false)
    })

    it(`shows with --dry-run what would end, and changes nothing: ${scope}`, async () => {
      const {token} = await at.make(scope, 'ci', flags)
      const before = at.snapshot()
      const plan = await at.json<{tokenCount: number}>(`${line} --dry-run`)
      expect(plan).to.include({dryRun: true, action: 'delete', name})
      expect(plan.tokenCount).to.be.greaterThan(0)
      expect((await at.run(`${line} --dry-run`)).stdout).to.match(
        /Would delete the .* and end \d+ API tokens?; nothing/,
      )
      expect([at.snapshot(), await at.valid(token)]).to.deep.equal([before, true])
    })
  }

  it('needs only --force if no token ends with it', async () => {
    await at.refused(`service deployment delete etl ${here} -f --confirm other`, {exitCode: 2})
    expect(await at.json(`service deployment delete etl ${here} -f`)).to.include({name: 'etl', tokenCount: 0})
  })

  it('shows with --dry-run what would be deleted, where no token can end: a role, a user', async () => {
    await at.json(`service role create deployer ${here}`)
    await at.json(`service user create ann@example.com ${here}`)
    for (const line of ['service role delete deployer', 'service user delete ann@example.com']) {
      const plan = await at.json(`${line} ${here} --dry-run`)
      expect(plan, line).to.include({dryRun: true, action: 'delete', tokenCount: 0})
      expect(await at.json(`${line} ${here} -f`), line).to.not.have.property('dryRun')
    }
  })
})
