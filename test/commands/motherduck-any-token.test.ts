import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {openEmbeddedService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {type Run, type RunOptions, resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

/** The commands that work on a token of any vendor, here with one of MotherDuck's dialect. */
describe('a token of the embedded MotherDuck', () => {
  let home = ''
  beforeEach(async () => {
    home = tempFolder()
    await run('md user create etl')
  })

  function run(line: string, options: Partial<RunOptions> = {}): Promise<Run> {
    return runTokenry(line.split(' '), {home, waits: [], ...options})
  }

  async function make(type = 'read_write'): Promise<{id: string; token: string}> {
    return resultOf(await run(`md token create --user etl -n ci --type ${type} -e 1h --json`))
  }

  const verify = async (stdin: string, options: Partial<RunOptions> = {}) =>
    JSON.parse((await run('token verify --json', {stdin, ...options})).stdout)

  for (const type of ['read_write', 'read_scaling']) {
    it(`is verified: ${type}`, async () => {
      const {id, token} = await make(type)
      expect((await verify(token)).result).to.deep.include({valid: true, id, name: 'ci'})
      const expired = await verify(token, {nowMs: TEST_NOW + 3_600_000})
      expect([expired.ok, expired.result.reason]).to.deep.equal([false, 'expired'])
      await run(`md token delete ${id} --user etl --force`)
      expect((await verify(token)).result.reason).to.equal('deleted')
    })
  }

  it('that ended with its user is verified as deleted', async () => {
    const {token} = await make()
    await run('md user delete etl --force --confirm etl')
    expect((await verify(token)).result).to.deep.include({valid: false, reason: 'deleted'})
  })

  it('that ends too soon for --valid-for gets a command that rotates it, as printed', async () => {
    const {token} = await make()
    const {error} = await verifyFor(token, '2h')
    const [, command = ''] = /tokenry (.+)$/.exec(error.hint) ?? []
    expect(command).to.contain('motherduck token').and.contain('--user etl --context embedded')
    const works = command.includes('rotate') ? command : `${command} -n next -e 3h`
    expect((await run(works)).exitCode, command).to.equal(0)
  })

  const verifyFor = async (stdin: string, time: string) =>
    JSON.parse((await run(`token verify --valid-for ${time} --json`, {stdin})).stdout)

  it('is inspected without a store: its claims, and not its secret', async () => {
    const {token} = await make()
    const {stdout} = await run('token inspect --json', {stdin: token, home: tempFolder()})
    expect(JSON.parse(stdout).result.claims).to.include({session: 'etl', tokenType: 'read_write', readOnly: false})
    expect(stdout).to.not.contain(token.slice(-20))
  })

  it('is revoked by its secret, also if it leaked into a file that others can read', async () => {
    const {id, token} = await make()
    const file = join(tempFolder(), 'leaked.txt')
    writeFileSync(file, token, {mode: 0o644})
    expect(resultOf(await run(`token revoke --token-file ${file} --force --json`))).to.include({id, name: 'ci'})
    expect((await verify(token)).result.reason).to.equal('deleted')
    const again = await run(`token revoke --token-file ${file} --force`)
    expect(again.exitCode).to.equal(6)
    expect(again.stderr).to.contain('deleted')
  })

  it('has every change in the audit trail, without a secret', async () => {
    const {id, token} = await make()
    await run('md token rotate ci --user etl --grace 1h --force')
    await run(`md token delete ${id} --user etl --force`)
    await run('md duckling set --user etl --read-write jumbo')
    await run('md user delete etl --force --confirm etl')
    const {service} = await openEmbeddedService(join(home, 'data'), () => TEST_NOW, ASTRO_POLICY)
    const [organization] = await service.read.listOrganizations()
    const rows = await service.read.listAudit(organization?.organizationId ?? '')
    await service.close()
    const actions = rows.map(({action}) => action)
    for (const action of ['account.create', 'token.create', 'token.delete', 'account.update', 'account.delete']) {
      expect(actions, actions.join()).to.include(action)
    }
    expect(actions.filter((action) => action.startsWith('token.rot'))).to.not.deep.equal([])
    expect(JSON.stringify(rows)).to.contain(id).and.not.contain(token.slice(-20))
  })

  it('matches the expression that docs/security.md gives for secret scanners', async () => {
    const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8')
    const [expression = ''] = /^eyJ.*\[A-Za-z.*$/m.exec(page) ?? []
    const {token} = await make('read_scaling')
    expect(token).to.match(new RegExp(`^${expression}$`))
  })
})
