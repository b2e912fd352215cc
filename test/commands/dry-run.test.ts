import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, callsOf, openAstroHome} from '../support/astro-home.ts'

const WRITES = /^(create|update|rotate|delete|begin)/

interface Plan {
  dryRun: boolean
  action: string
  id: string
  name: string
  scope: string
  entityId: string
  changes: {field: string; before: string | null; after: string | null}[]
}

describe('--dry-run', () => {
  let astro: AstroHome
  let own: string
  let ops: string
  beforeEach(async () => {
    astro = await openAstroHome()
    own = (await astro.make('workspace', 'ci', '-d text')).id
    ops = (await astro.make('organization', 'ops')).id
  })

  /** Return the plan. Check that the run reads and does not write. */
  async function plan(line: string): Promise<Plan> {
    const before = astro.snapshot()
    const planned = await astro.json<Plan>(`${line} --dry-run`)
    const calls = callsOf(await astro.run(`${line} --dry-run --debug`))
    expect(
      calls.filter((call) => WRITES.test(call)),
      line,
    ).to.deep.equal([])
    expect(calls, line).to.have.length.greaterThan(1)
    expect(astro.snapshot(), line).to.equal(before)
    return planned
  }

  it('of update lists the changes of name, description and role, and writes nothing', async () => {
    const changes = [
      {field: 'name', before: 'ci', after: 'new'},
      {field: 'description', before: 'text', after: 'other'},
      {field: 'role', before: 'WORKSPACE_OWNER', after: 'WORKSPACE_MEMBER'},
    ]
    expect(await plan('workspace token update -t ci -n new -d other -r WORKSPACE_MEMBER')).to.deep.equal({
      dryRun: true,
      action: 'update',
      id: own,
      name: 'ci',
      scope: 'WORKSPACE',
      entityId: astro.workspaceId,
      changes,
    })
    expect((await plan('workspace token update -t ci -n ci')).changes).to.deep.equal([])
  })

  it('of rotate lists the new secret and the end of the old one, and writes nothing', async () => {
    const {changes, action} = await plan('workspace token rotate -t ci --grace 24h')
    expect(action).to.equal('rotate')
    expect(changes.slice(1)).to.deep.equal([
      {field: 'oldValueEndsAt', before: '2026-12-22T12:00:00Z', after: '2026-11-23T12:00:00Z'},
    ])
    expect(changes[0]).to.include({field: 'value', after: 'a new one'})
  })

  it('of delete, add, update of a role, and remove lists the role or token that would change, and writes nothing', async () => {
    const deleted = await plan('workspace token delete -t ci')
    expect(deleted).to.include({action: 'delete', id: own})
    expect(deleted.changes[0]).to.include({field: 'token', after: null})
    const role = (before: string | null, after: string | null) => [{field: 'role', before, after}]
    for (const add of ['add', 'organization-token add']) {
      const added = await plan(`workspace token ${add} -n ops -r WORKSPACE_MEMBER`)
      expect(added).to.deep.include({action: 'add', id: ops, changes: role(null, 'WORKSPACE_MEMBER')})
    }
    await astro.json('workspace token add -n ops -r WORKSPACE_MEMBER')
    const changed = await plan('workspace token organization-token update -n ops -r WORKSPACE_OWNER')
    expect(changed).to.deep.include({action: 'update', changes: role('WORKSPACE_MEMBER', 'WORKSPACE_OWNER')})
    const removed = await plan('workspace token organization-token remove -n ops')
    expect(removed).to.deep.include({action: 'remove', changes: role('WORKSPACE_MEMBER', null)})
    const taken = await plan('workspace token delete -t ops')
    expect(taken).to.deep.include({action: 'remove', changes: role('WORKSPACE_MEMBER', null)})
  })

  it('prints the plan as text, and needs no --force and no confirmation', async () => {
    expect(await astro.run('workspace token delete -t ci --dry-run')).to.include({exitCode: 0, stderr: ''})
    const updated = await astro.run('workspace token update -t ci -r WORKSPACE_MEMBER -n new --dry-run', {tty: true})
    expect(updated).to.include({
      exitCode: 0,
      stdout: [
        `Would update ci (${own}); nothing was changed`,
        '  name  ci → new',
        '  role  WORKSPACE_OWNER → WORKSPACE_MEMBER',
        '',
      ].join('\n'),
    })
    const same = await astro.run('workspace token update -t ci -n ci --dry-run')
    expect(same.stdout).to.equal(`Nothing would change in ci (${own})\n`)
  })

  it('refuses everything that the run without it would refuse', async () => {
    const free = await astro.make('organization', 'free')
    await astro.json('workspace token rotate -t ci -f --grace 24h')
    const existing = join(astro.home, 'data', 'tokenry.db')
    for (const [line, exitCode] of [
      ['workspace token update -t ci -r BAD', 2],
      [`workspace token update -t ci -n ${'x'.repeat(257)}`, 2],
      ['workspace token rotate -t ci', 7],
      [`workspace token rotate -t ci --end-all-values --output ${existing}`, 7],
      ['workspace token delete -t none', 6],
      [`workspace token delete ${free.id}`, 6],
      [`workspace token organization-token remove ${free.id}`, 6],
      ['workspace token add -n ops -r BAD', 2],
    ] as const) {
      await astro.refused(`${line} --dry-run`, {exitCode})
    }
  })

  it('excludes --clean-output, and creates no file for --output', async () => {
    const words = ['--dry-run and --clean-output exclude each other']
    await astro.refused('workspace token rotate -t ci -f -c --dry-run', {exitCode: 2, words})
    const file = join(astro.home, 'new.txt')
    expect(await astro.run(`workspace token rotate -t ci --dry-run --output ${file}`)).to.include({exitCode: 0})
    expect(existsSync(file)).to.equal(false)
  })
})
