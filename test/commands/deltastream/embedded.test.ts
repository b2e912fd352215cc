import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type Run, type RunOptions, resultOf, runTokenry} from '../../support/run-tokenry.ts'
import {tempFolder} from '../../support/temp-folder.ts'

/** What only the embedded service can do. */
describe('tokens of DeltaStream on the embedded service', () => {
  let home = ''
  let secret = ''
  let file = ''
  beforeEach(async () => {
    home = tempFolder()
    secret = String(resultOf(await run('token create ci -r sysadmin -e 30d --json'))['token'])
    file = join(home, 'secret.txt')
    writeFileSync(file, secret, {mode: 0o600})
  })

  const run = (line: string, options: Partial<RunOptions> = {}): Promise<Run> =>
    runTokenry(['deltastream', ...line.split(' ')], {home, ...options})

  /** Return whether a secret is accepted. */
  async function works(given: string): Promise<boolean> {
    const {exitCode, stderr} = await run('whoami --check -a -', {stdin: given})
    expect(exitCode, stderr).to.be.oneOf([0, 4])
    return exitCode === 0
  }

  for (const [line, names] of [
    ['token get --token-file FILE --json', 'ci'],
    ['token get ci --token-file FILE --json', 'ci'],
    ['token renew --token-file FILE -f --json', 'ci'],
    ['token drop --token-file FILE -f --json', 'ci'],
  ] as const) {
    it(`finds a token by its secret: ${line}`, async () => {
      const done = await run(line.replace('FILE', file))
      expect(done.exitCode, done.stdout).to.equal(0)
      expect(resultOf(done)['name']).to.equal(names)
    })
  }

  it('refuses a name of another token next to --token-file', async () => {
    await run('token create bi -r public -c')
    const {exitCode, stderr} = await run(`token drop bi --token-file ${file} -f`)
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('does not hold the secret of API token bi')
    expect(await works(secret)).to.equal(true)
  })

  it('is NOT_FOUND for the secret of a token that is gone, and success with --ignore-not-found', async () => {
    await run('token drop ci -f')
    expect((await run(`token get --token-file ${file}`)).exitCode).to.equal(6)
    expect((await run(`token drop --token-file ${file} -f`)).exitCode).to.equal(6)
    const ignored = await run(`token drop --token-file ${file} -f --ignore-not-found --json`)
    expect(ignored.exitCode).to.equal(0)
    expect(resultOf(ignored)).to.include({gone: true, wanted: 'ci'})
  })

  it('is NOT_FOUND for a secret that a renewal has replaced, also with --ignore-not-found', async () => {
    await run('token renew ci -f -c')
    const {exitCode, stderr} = await run(`token drop --token-file ${file} -f --ignore-not-found`)
    expect(exitCode, stderr).to.equal(6)
  })

  it('renew ends the old secret only after the new one is written out', async () => {
    const failed = await run('token renew ci -f', {stdoutFails: 'EPIPE'})
    expect(failed.exitCode).to.equal(11)
    expect(failed.stderr).to.contain('the old secret is still valid')
    expect(await works(secret)).to.equal(true)
    const {stdout} = await run('token renew ci -f -c')
    expect([await works(secret), await works(stdout)]).to.deep.equal([false, true])
  })

  it('renew keeps the old secret for --grace, and refuses another renewal until then', async () => {
    const {stdout} = await run('token renew ci -f -c --grace 1h')
    expect([await works(secret), await works(stdout)]).to.deep.equal([true, true])
    const again = await run('token renew ci -f')
    expect(again.exitCode).to.equal(7)
    expect(again.stderr).to.contain('tokenry deltastream token renew ci --force --end-all-values')
    expect((await run('token renew ci -f -c --end-all-values')).exitCode).to.equal(0)
    expect([await works(secret), await works(stdout)]).to.deep.equal([false, false])
  })

  it('renew restarts the creation, the end and the last use', async () => {
    await works(secret)
    expect(resultOf(await run('token get ci --json'))['lastUsedAt']).to.be.a('string')
    const nowMs = Date.parse('2026-11-25T12:00:00Z')
    await run('token renew ci -f -c', {nowMs})
    expect(resultOf(await run('token get ci --json', {nowMs}))).to.include({
      createdAt: '2026-11-25T12:00:00Z',
      expiresAt: '2026-12-25T12:00:00Z',
      lastUsedAt: null,
    })
  })

  it('create needs a role that the caller has', async () => {
    const {exitCode, stderr} = await run('token create strong -r orgadmin -a -', {stdin: secret})
    expect(exitCode).to.equal(5)
    expect(stderr).to.contain('Use a token whose role includes the one that is needed')
  })

  it('list --ended shows what was dropped, and when', async () => {
    await run('token drop ci -f')
    const [ended] = resultOf<Record<string, unknown>[]>(await run('token list --ended --json'))
    expect(ended).to.include({name: 'ci', endedAt: '2026-11-22T12:00:00Z'})
    expect((await run('token list --ended')).stdout.split('\n')[0]).to.match(/^NAME\tLAST USED\tCREATED AT\tEXPIRES AT/)
  })

  it('drop --unused-for checks the use in the same step', async () => {
    await works(secret)
    const {exitCode, stderr} = await run('token drop ci -f --unused-for 1d')
    expect(exitCode).to.equal(10)
    expect(stderr).to.contain('was used')
    expect(await works(secret)).to.equal(true)
  })

  it('a secret of another vendor is not accepted', async () => {
    const made = await runTokenry('deployment token create -n x -r DEPLOYMENT_ADMIN -e 1 -c'.split(' '), {home})
    expect(await works(made.stdout)).to.equal(false)
  })

  it('names the variable, and no flag that the command does not have, if there are several organizations', async () => {
    const created = await runTokenry(['service', 'organization', 'create', 'second'], {home})
    expect(created.exitCode).to.equal(0)
    for (const command of ['deltastream token list', 'motherduck user list']) {
      const {exitCode, stderr} = await runTokenry(command.split(' '), {home})
      expect(exitCode, stderr).to.equal(2)
      expect(stderr).to.contain('Name one with TOKENRY_ORGANIZATION_ID')
    }
  })
})
