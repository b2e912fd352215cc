import {expect} from 'chai'
import {type Run, type RunOptions, resultOf, runTokenry} from '../../support/run-tokenry.ts'
import {tamperedWith} from '../../support/tampered.ts'
import {tempFolder} from '../../support/temp-folder.ts'

describe('the commands for a token of any vendor, with a token of DeltaStream', () => {
  let home = ''
  let secret = ''
  beforeEach(async () => {
    home = tempFolder()
    secret = (await run('deltastream token create ci --role sysadmin -c')).stdout.trim()
  })

  const run = (line: string, options: Partial<RunOptions> = {}): Promise<Run> =>
    runTokenry(line.split(' '), {home, waits: [], ...options})

  it('verify accepts it, and tells why it is refused after a renewal and a drop', async () => {
    const verified = resultOf(await run('token verify --json', {stdin: secret}))
    expect(verified).to.deep.include({valid: true, name: 'ci', role: 'sysadmin'})
    const renewed = (await run('deltastream token renew ci --force -c')).stdout.trim()
    const rotated = await run('token verify', {stdin: secret})
    expect([rotated.exitCode, rotated.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 10 && text.includes('rotated'),
    )
    expect((await run('token verify', {stdin: tamperedWith(renewed)})).exitCode).to.equal(10)
    expect((await run('deltastream token drop ci --force')).exitCode).to.equal(0)
    const deleted = await run('token verify', {stdin: renewed})
    expect(deleted.exitCode).to.equal(10)
    expect(deleted.stderr).to.contain('deleted')
  })

  it('verify names the command for a longer life if it ends too soon', async () => {
    const {exitCode, stderr} = await run('token verify --valid-for 100d', {stdin: secret})
    expect(exitCode).to.equal(10)
    expect(stderr).to.contain('tokenry deltastream token create --context embedded')
  })

  it('inspect shows its claims', async () => {
    const {claims} = resultOf<{claims: Record<string, unknown>}>(await run('token inspect --json', {stdin: secret}))
    expect(claims).to.include({role: 'sysadmin'})
  })

  it('revoke ends it, and refuses one that a variable of DeltaStream holds', async () => {
    const file = {stdin: secret}
    const own = await run('token revoke --token-file - --force', {...file, env: {DELTASTREAM_API_KEY: secret}})
    expect(own.exitCode).to.equal(2)
    expect(own.stderr).to.contain('DELTASTREAM_API_KEY')
    expect((await run('token verify', file)).exitCode).to.equal(0)
    const revoked = await run('token revoke --token-file - --force', file)
    expect(revoked, revoked.stderr).to.include({exitCode: 0})
    expect((await run('token verify', file)).exitCode).to.equal(10)
    expect((await run('deltastream token list')).stdout).to.not.contain('sysadmin')
  })
})
