import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'
import type {RunOptions} from '../support/run-tokenry.ts'

const COMMANDS = {
  'deployment token create': 'deployment token create -n new -r DEPLOYMENT_ADMIN -e 1',
  'deployment token create --agent': 'deployment token create --agent -n new -e 1',
  'workspace token create': 'workspace token create -n new -r WORKSPACE_MEMBER -e 1',
  'organization token create': 'organization token create -n new -r ORGANIZATION_MEMBER -e 1',
  'deployment token rotate': 'deployment token rotate -t old -f',
}
const env = {GITHUB_ACTIONS: 'true'}

describe('the mask for the log of a GitHub Actions job', () => {
  let astro: AstroHome
  let old = ''
  let file = ''
  beforeEach(async () => {
    astro = await openAstroHome()
    old = (await astro.make('deployment', 'old')).token
    file = join(astro.home, 'token.txt')
  })

  const outputs = () => ['', ' -c', ' --output -', ` --output ${file}`, ` -c --output ${file}`]

  for (const [name, command] of Object.entries(COMMANDS)) {
    it(`must be possible before anything is created, else exit 3: ${name}`, async () => {
      for (const stderr of [
        {stderrClosed: true},
        {stderrFails: {code: 'ENOSPC', after: 0}},
        {stderrFails: {code: 'EPIPE', after: 0}},
      ]) {
        for (const output of outputs()) {
          await refusedUnseen(command + output, {env, ...stderr})
          expect(existsSync(file)).to.equal(false)
        }
      }
    })

    it(`must be written before the token is delivered, else the token is ended and the exit code is 11: ${name}`, async () => {
      for (const code of ['ENOSPC', 'EPIPE', 'EIO']) {
        for (const output of outputs()) {
          const run = await astro.run(command + output, {env, stderrFails: {code, after: 1}})
          expect(run, output).to.deep.include({exitCode: 11, stdout: '', stderr: '\n'})
          expect(readdirSync(astro.home)).to.not.include('token.txt')
        }
      }
      expect(await astro.valid(old)).to.equal(true)
      const lists = ['deployment token list', 'deployment token list --agent', 'organization token list --all']
      const tokens = await Promise.all(lists.map((list) => astro.json<{name: string}[]>(list)))
      expect(tokens.flat().filter(({name: listed}) => listed === 'new')).to.deep.equal([])
    })
  }

  it('is written before the token goes to a file', async () => {
    const run = await astro.run(`${COMMANDS['deployment token create']} -c --output ${file}`, {env})
    expect(run.stderr).to.match(/^\n::add-mask::[\w-]+\.[\w-]+\.[\w-]+\n$/)
  })

  it('is refused with a message that says why, if stderr is closed', async () => {
    const run = await astro.run(COMMANDS['deployment token create'], {env, stderrClosed: true})
    expect(run.stderr)
      .to.contain('Standard error cannot be written to (it is closed)')
      .and.to.contain('no token was created')
  })

  it('is not needed under --json, which writes no mask, outside of such a job, or if no token is created', async () => {
    const fails: Partial<RunOptions> = {stderrFails: {code: 'ENOSPC', after: 0}, stderrClosed: true}
    expect(await astro.run(`${COMMANDS['workspace token create']} --json`, {env, ...fails})).to.include({exitCode: 0})
    expect(await astro.run(`${COMMANDS['workspace token create']} -c`, fails)).to.include({exitCode: 0})
    expect(await astro.run('deployment token rotate -t old --dry-run', {env, ...fails})).to.include({exitCode: 0})
  })

  /** Expect exit code 3 and no change. */
  async function refusedUnseen(words: string, options: Partial<RunOptions>): Promise<void> {
    await astro.refused(words, {exitCode: 3}, options)
  }
})
