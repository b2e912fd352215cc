import {join} from 'node:path'
import {expect} from 'chai'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {type RunOptions, resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const LIST = ['deployment', 'token', 'list']
const DAY_MS = 86_400_000
const [RED, YELLOW] = ['\u001b[31m', '\u001b[33m']

describe('deployment token list', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})

  async function create(
    name: string,
    days: string,
    options: Partial<RunOptions> = {},
  ): Promise<{id: string; token: string}> {
    const argv = ['deployment', 'token', 'create', '-n', name, '-r', 'DEPLOYMENT_ADMIN', '-e', days, '--json']
    return resultOf(await run(argv, options))
  }

  const names = async (...flags: string[]) =>
    resultOf<{name: string}[]>(await run([...LIST, '--json', ...flags])).map(({name}) => name)

  it('shows each token once while other commands create tokens that sort before it', async () => {
    await create('one', '30')
    let others = 0
    const fakeService = (real: TokenService): TokenService => ({
      ...real,
      read: {
        ...real.read,
        async listTokens(...args) {
          const rows = await real.read.listTokens(...args)
          others += 1
          await create(`other-${others}`, '30', {nowMs: TEST_NOW - others * DAY_MS})
          return rows
        },
      },
    })
    const listed = resultOf<{name: string}[]>(await run([...LIST, '--json'], {fakeService}))
    expect(listed.map(({name}) => name)).to.deep.equal(['one'])
  })

  it('prints tabs, RFC 3339 times and a header in a pipe, with id and name first', async () => {
    const {id, token} = await create('ci', '30')
    const listed = await run(LIST)
    expect(listed).to.deep.equal({
      exitCode: 0,
      stderr: '',
      stdout: [
        'ID\tNAME\tROLE\tSCOPE\tKIND\tSHORT TOKEN\tCREATED\tEXPIRES\tLAST USED\tLAST ROTATED\tIN GRACE UNTIL\tDESCRIPTION',
        `${id}\tci\tDEPLOYMENT_ADMIN\tDEPLOYMENT\tSTANDARD\t${token.slice(-8)}\t2026-11-22T12:00:00Z\t2026-12-22T12:00:00Z\tnever\tnever\t\t`,
        '',
      ].join('\n'),
    })
    expect((await run([...LIST, '--no-header'])).stdout).to.match(/^c\w+\tci\t/)
  })

  it('prints aligned columns and relative times at a terminal', async () => {
    await create('ci', '30', {nowMs: TEST_NOW - 2 * DAY_MS})
    const {stdout} = await run(LIST, {tty: true})
    expect(stdout).to.contain('2 days ago').and.to.contain('in 28 days')
    expect(stdout).to.not.contain('\t')
  })

  it('colours tokens that have expired or expire within 7 days, and nothing with NO_COLOR', async () => {
    await create('expired', '1', {nowMs: TEST_NOW - 3 * DAY_MS})
    await create('soon', '7')
    await create('later', '8')
    const lines = (await run(LIST, {tty: true})).stdout.split('\n')
    const line = (name: string) => lines.find((text) => text.includes(name)) ?? ''
    expect(line('expired')).to.contain(RED)
    expect(line('soon')).to.contain(YELLOW)
    expect(line('later')).to.not.contain('\u001b')
    expect((await run(LIST, {tty: true, env: {NO_COLOR: '1'}})).stdout).to.not.contain('\u001b')
  })

  it('sorts by name, created, expires and last-used, and in reverse with a dash', async () => {
    const first = await create('b', '10', {nowMs: TEST_NOW - 2000})
    const second = await create('c', '5', {nowMs: TEST_NOW - 1000})
    await create('a', 'never')
    const {service} = await openEmbeddedService(join(home, 'data'), () => TEST_NOW, ASTRO_POLICY)
    await service.authenticate(ASTRO_POLICY, second.token)
    await service.close()
    const later = await openEmbeddedService(join(home, 'data'), () => TEST_NOW + 1000, ASTRO_POLICY)
    await later.service.authenticate(ASTRO_POLICY, first.token)
    await later.service.close()

    expect(await names()).to.deep.equal(['b', 'c', 'a'])
    expect(await names('--sort', 'name')).to.deep.equal(['a', 'b', 'c'])
    expect(await names('--sort', '-name')).to.deep.equal(['c', 'b', 'a'])
    expect(await names('--sort', 'created')).to.deep.equal(['b', 'c', 'a'])
    expect(await names('--sort=-created')).to.deep.equal(['a', 'c', 'b'])
    expect(await names('--sort', 'expires')).to.deep.equal(['c', 'b', 'a'])
    expect(await names('--sort', '-expires')).to.deep.equal(['b', 'c', 'a'])
    expect(await names('--sort', 'last-used')).to.deep.equal(['c', 'b', 'a'])
    expect(await names('--sort', '-last-used')).to.deep.equal(['b', 'c', 'a'])
    expect((await run([...LIST, '--sort', 'size'])).exitCode).to.equal(2)
  })

  it('can show only tokens that expire within a time or have expired', async () => {
    await create('expired', '1', {nowMs: TEST_NOW - 3 * DAY_MS})
    await create('soon', '14')
    await create('later', '15')
    await create('never', 'never')
    expect(await names('--expiring-within', '14d')).to.deep.equal(['expired', 'soon'])
    expect(await names('--expiring-within', '2w')).to.deep.equal(['expired', 'soon'])
    expect((await run([...LIST, '--expiring-within', 'soon'])).exitCode).to.equal(2)
  })

  it('names the deployment and succeeds if the list is empty', async () => {
    const listed = await run(LIST)
    expect(listed.exitCode).to.equal(0)
    expect(listed.stderr).to.contain('deployment default')
    expect(JSON.parse((await run([...LIST, '--json'])).stdout)).to.deep.equal({
      schemaVersion: 1,
      ok: true,
      result: [],
      warnings: [],
    })
  })

  it('never shows a secret', async () => {
    const {token} = await create('ci', '30')
    for (const flags of [[], ['--json'], ['--ended']]) {
      const listed = await run([...LIST, ...flags])
      expect(listed.stdout + listed.stderr).to.not.contain(token)
    }
  })

  it('shows an interrupted rotation, and the next rotation ends it', async () => {
    const {id, token} = await create('ci', '30')
    const {service} = await openEmbeddedService(join(home, 'data'), () => TEST_NOW, ASTRO_POLICY)
    const [organization] = await service.read.listOrganizations()
    const reference = {organizationId: organization?.organizationId ?? '', tokenId: id}
    const {secret} = await service.beginRotation(ASTRO_POLICY, {type: 'local', id: 'tester'}, reference)
    await service.close()

    expect((await run(LIST)).stderr).to.contain('was not finished')
    const document = JSON.parse((await run([...LIST, '--json'])).stdout)
    expect(document.result[0]).to.include({unfinishedRotationAt: '2026-11-22T12:00:00Z'})
    expect(document.warnings[0]).to.contain(id)
    for (const value of [token, secret])
      expect(await run(['token', 'verify'], {stdin: value})).to.include({exitCode: 0})

    await run(['deployment', 'token', 'rotate', id, '-f', '-c'])
    expect(JSON.parse((await run([...LIST, '--json'])).stdout).warnings).to.deep.equal([])
    for (const value of [token, secret])
      expect(await run(['token', 'verify'], {stdin: value})).to.include({exitCode: 10})
  })

  it('lists 10 000 tokens, each once', async () => {
    await create('first', 'never')
    const {service} = await openEmbeddedService(join(home, 'data'), () => TEST_NOW, ASTRO_POLICY)
    const [organization] = await service.read.listOrganizations()
    const organizationId = organization?.organizationId ?? ''
    const [template] = await service.read.listTokens(organizationId, {vendor: 'astro'}, {offset: 0, limit: 1})
    if (!template) throw new Error('no token to copy')
    await insertCopies(join(home, 'data', 'tokenry.db'), {organizationId, templateId: template.id, count: 9_999})
    await service.close()
    const tokens = resultOf<{id: string}[]>(await run([...LIST, '--json']))
    expect(tokens).to.have.lengthOf(10_000)
    expect(new Set(tokens.map(({id}) => id))).to.have.property('size', 10_000)
    expect((await run(LIST)).stdout.trimEnd().split('\n')).to.have.lengthOf(10_001)
  })
})

/** Insert the rows of `count` creates in one transaction, because that many commits take long. */
async function insertCopies(
  file: string,
  {organizationId, templateId, count}: {organizationId: string; templateId: string; count: number},
): Promise<void> {
  const {DatabaseSync} = await import('node:sqlite')
  const db = new DatabaseSync(file)
  const columnsOf = (table: string) =>
    db
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map(({name}) => String(name))
  const copy = (table: string, idColumn: string, changed: Record<string, string>) => {
    const columns = columnsOf(table)
    const values = columns.map((column) => changed[column] ?? column)
    return db.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM ${table} WHERE organization_id = ? AND ${idColumn} = ?`,
    )
  }
  const token = copy('token', 'id', {id: "'c' || ?"})
  const role = copy('token_role', 'token_id', {token_id: "'c' || ?"})
  const value = copy('token_value', 'token_id', {token_id: "'c' || ?", sha256: 'hex(randomblob(32))'})
  db.exec('BEGIN')
  for (let index = 0; index < count; index += 1) {
    const id = String(index).padStart(24, '0')
    for (const statement of [token, role, value]) statement.run(id, organizationId, templateId)
  }
  db.exec('COMMIT')
  db.close()
}
