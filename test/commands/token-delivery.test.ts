import {existsSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

const CREATES = {
  'deployment token create': '-n new -r DEPLOYMENT_ADMIN -e 1',
  'deployment token create --agent': '-n new -e 1',
  'workspace token create': '-n new -r WORKSPACE_MEMBER -e 1',
  'organization token create': '-n new -r ORGANIZATION_MEMBER -e 1',
}

describe('the secret of a new token', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  for (const [command, flags] of Object.entries(CREATES)) {
    const list = command.replace('create', 'list')

    it(`is ended if it cannot be written out: ${command}`, async () => {
      for (const stdoutFails of ['EPIPE', 'ENOSPC']) {
        for (const mode of ['-c', '--json', '']) {
          const failed = await astro.run(`${command} ${flags} ${mode}`.trimEnd(), {stdoutFails})
          expect(failed.exitCode).to.equal(11)
          expect(failed.stderr).to.contain('it was ended again')
        }
      }
      expect(await astro.json(list)).to.deep.equal([])
    })

    it(`is written to a new file of mode 0600 that is never overwritten: ${command}`, async () => {
      const file = join(astro.home, 'token.txt')
      expect(await astro.run(`${command} ${flags} --output ${file}`)).to.include({exitCode: 0, stdout: ''})
      expect(statSync(file).mode & 0o777).to.equal(0o600)
      const value = readFileSync(file, 'utf8')
      expect(await astro.valid(value)).to.equal(true)
      await astro.refused(`${command} ${flags} --output ${file}`, {exitCode: 7, words: [file]})
      expect(readFileSync(file, 'utf8')).to.equal(value)
    })

    it(`is not created if --unique-name finds the name in this organization, but is if only another one has it: ${command}`, async () => {
      const {id} = await astro.json<{id: string}>(`${command} ${flags} --unique-name`)
      await astro.refused(`${command} ${flags} --unique-name`, {exitCode: 7, words: [id]})
      const beta = await astro.json<{id: string}>('service organization create beta')
      expect(await astro.json(`${command} ${flags} --unique-name --organization-id ${beta.id}`)).to.include({
        name: 'new',
      })
    })

    it(`never expires in a script without --expiration, and a warning says so: ${command}`, async () => {
      const made = await astro.run(`${command} ${flags.replace(' -e 1', '')} --json`)
      const {result, warnings} = JSON.parse(made.stdout)
      expect(result).to.include({expiresAt: null})
      expect(warnings.join()).to.contain('--expiration')
    })
  }

  for (const scope of ['deployment', 'workspace', 'organization'] as const) {
    it(`keeps the old one valid if it cannot be written out: ${scope} token rotate`, async () => {
      const {token} = await astro.make(scope, 'ci')
      for (const flags of ['-f -c', '-f --json', '-f --grace 24h']) {
        const failed = await astro.run(`${scope} token rotate -t ci ${flags}`, {stdoutFails: 'ENOSPC'})
        expect(failed.exitCode).to.equal(11)
        expect(failed.stderr).to.contain('the old secret is still valid')
      }
      expect(await astro.valid(token)).to.equal(true)
      const [after] = await astro.json<Record<string, unknown>[]>(`${scope} token list`)
      expect(after).to.include({lastRotatedAt: null, unfinishedRotationAt: null, graceUntil: null})
    })

    it(`is written to a file before the old one ends: ${scope} token rotate`, async () => {
      const {token} = await astro.make(scope, 'ci')
      const nowhere = join(astro.home, 'none', 'token.txt')
      await astro.refused(`${scope} token rotate -t ci -f --output ${nowhere}`, {exitCode: 3, words: [nowhere]})
      expect(existsSync(nowhere)).to.equal(false)
      const file = join(astro.home, 'token.txt')
      expect(await astro.run(`${scope} token rotate -t ci -f --output ${file}`)).to.include({exitCode: 0, stdout: ''})
      expect([await astro.valid(token), await astro.valid(readFileSync(file, 'utf8'))]).to.deep.equal([false, true])
    })
  }
})
