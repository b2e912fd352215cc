import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

interface Changed {
  id: string
  role: string | null
  roles: {entityType: string; entityId: string; role: string; deploymentId?: string}[]
  changes: {field: string; before: string | null; after: string | null}[]
}

describe('roles of a token of a wider scope', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
    await astro.run('service role create deployer')
  })

  it('are added, changed and removed one by one; all others stay, including those on DAGs and their tags', async () => {
    const {id} = await astro.make('organization', 'ops')
    const {deploymentId} = astro
    await astro.giveRole(id, {entityType: 'DAG', entityId: 'daily', deploymentId, role: 'DAG_AUTHOR'})
    await astro.giveRole(id, {entityType: 'DAG_TAG', entityId: 'finance', deploymentId, role: 'DAG_VIEWER'})
    const kept = ['ORGANIZATION_OWNER', 'DAG_AUTHOR', 'DAG_VIEWER']
    await astro.json(`deployment token organization-token add ${id} -r DEPLOYMENT_ADMIN`)
    await astro.json(`workspace token add ${id} -r WORKSPACE_MEMBER`)
    expect(astro.rolesOf(id)).to.deep.equal([...kept, 'DEPLOYMENT_ADMIN', 'WORKSPACE_MEMBER'])
    await astro.json(`deployment token organization-token update ${id} -r deployer`)
    expect(astro.rolesOf(id)).to.deep.equal([...kept, 'deployer', 'WORKSPACE_MEMBER'])
    await astro.json(`organization token update ${id} -r ORGANIZATION_OBSERVE_ADMIN`)
    await astro.json(`deployment token organization-token remove ${id}`)
    await astro.json(`workspace token delete ${id} -f`)
    expect(astro.rolesOf(id)).to.deep.equal(['ORGANIZATION_OBSERVE_ADMIN', 'DAG_AUTHOR', 'DAG_VIEWER'])
  })

  it('are all listed by organization token roles, in their order, with the deployment for those on DAGs', async () => {
    const {id} = await astro.make('organization', 'ops', '-r ORGANIZATION_OBSERVE_ADMIN')
    const {deploymentId, organizationId, workspaceId} = astro
    await astro.giveRole(id, {entityType: 'DAG', entityId: 'daily', deploymentId, role: 'DAG_AUTHOR'})
    await astro.json(`workspace token add ${id} -r WORKSPACE_ACCESSOR`)
    expect(await astro.run(`organization token roles ${id}`)).to.deep.equal({
      exitCode: 0,
      stderr: '',
      stdout: [
        'ENTITY_TYPE\tENTITY_ID\tROLE\tDEPLOYMENT',
        `ORGANIZATION\t${organizationId}\tORGANIZATION_OBSERVE_ADMIN\t`,
        `DAG\tdaily\tDAG_AUTHOR\t${deploymentId}`,
        `WORKSPACE\t${workspaceId}\tWORKSPACE_ACCESSOR\t`,
        '',
      ].join('\n'),
    })
    expect(await astro.json(`organization token roles ${id}`)).to.deep.equal([
      {entityType: 'ORGANIZATION', entityId: organizationId, role: 'ORGANIZATION_OBSERVE_ADMIN'},
      {entityType: 'DAG', entityId: 'daily', role: 'DAG_AUTHOR', deploymentId},
      {entityType: 'WORKSPACE', entityId: workspaceId, role: 'WORKSPACE_ACCESSOR'},
    ])
  })

  it('are reported with their change, in text and in JSON', async () => {
    const {id} = await astro.make('organization', 'ops')
    const added = await astro.run(`workspace token add ${id} -r WORKSPACE_MEMBER`)
    expect(added.stdout).to.contain('Organization API token ops was successfully added to the Workspace\n')
    expect(added.stdout).to.contain('none → WORKSPACE_MEMBER')
    const changed = await astro.json<Changed>(`workspace token organization-token update ${id} -r WORKSPACE_OWNER`)
    expect(changed.role).to.equal('WORKSPACE_OWNER')
    expect(changed.changes).to.deep.equal([{field: 'role', before: 'WORKSPACE_MEMBER', after: 'WORKSPACE_OWNER'}])
    const removed = await astro.run(`workspace token organization-token remove ${id}`)
    expect(removed.stdout)
      .to.contain('was successfully removed from the Workspace')
      .and.to.contain('WORKSPACE_OWNER → none')
  })

  it('that the token has already are not an error; nothing is written, and the output says so', async () => {
    const {id} = await astro.make('organization', 'ops')
    await astro.json(`workspace token add ${id} -r WORKSPACE_MEMBER`)
    const before = astro.snapshot()
    for (const verb of ['add', 'organization-token add', 'organization-token update', 'update']) {
      const done = await astro.run(`workspace token ${verb} ${id} -r WORKSPACE_MEMBER`)
      expect(done).to.include({exitCode: 0, stderr: ''})
      expect(done.stdout).to.contain(`Nothing to change in ops (${id})\n`)
    }
    expect(astro.snapshot()).to.equal(before)
  })

  it('can be given by update to a token that has none here: by its id, as in astro, but not by its name', async () => {
    for (const [wider, group, flag] of [
      ['organization', 'deployment token organization-token', '--org-token-name'],
      ['workspace', 'deployment token workspace-token', '--workspace-token-name'],
    ] as const) {
      const {id} = await astro.make(wider, 'ops')
      await astro.refused(`${group} update ${flag} ops -r deployer`, {
        exitCode: 6,
        words: ['ops', 'deployment default'],
      })
      expect(await astro.json(`${group} update ${id} -r deployer`)).to.include({role: 'deployer'})
    }
  })

  it('are given only to tokens of the scope that the command names', async () => {
    const own = await astro.make('deployment', 'own')
    const team = await astro.make('workspace', 'team')
    for (const line of [
      `deployment token workspace-token update ${own.id} -r deployer`,
      `deployment token organization-token update ${team.id} -r deployer`,
      `deployment token organization-token add ${team.id} -r deployer`,
      `workspace token add ${team.id} -r WORKSPACE_MEMBER`,
      `workspace token organization-token update ${own.id} -r WORKSPACE_MEMBER`,
    ]) {
      await astro.refused(line, {exitCode: 6})
    }
  })

  it('are given to a token of the workspace in --workspace-id, even if the deployment is in another one', async () => {
    const other = await astro.json<{id: string}>('service workspace create other')
    const {id} = await astro.make('workspace', 'team', `--workspace-id ${other.id}`)
    await astro.make('workspace', 'team', `--workspace-id ${astro.workspaceId}`)
    const group = 'deployment token workspace-token'
    const flags = `--deployment-id ${astro.deploymentId} --workspace-id ${other.id}`
    expect(await astro.json(`${group} add -n team -r deployer ${flags}`)).to.include({id, role: 'deployer'})
    expect(await astro.json(`${group} update -n team -r DEPLOYMENT_ADMIN ${flags}`)).to.include({id})
    expect(await astro.json(`${group} remove -n team ${flags}`)).to.include({id, role: null})
    await astro.json(`${group} add ${id} -r deployer ${flags}`)
    const wrong = `--deployment-id ${astro.deploymentId} --workspace-id ${astro.workspaceId}`
    await astro.refused(`${group} remove ${id} ${wrong}`, {exitCode: 6, words: [id]})
    await astro.refused(`${group} update ${id} -r DEPLOYMENT_ADMIN ${wrong}`, {exitCode: 6, words: [id]})
  })

  it('have hints that name the flag of the command, and the command that adds a token', async () => {
    await astro.make('organization', 'ops')
    const group = 'deployment token organization-token'
    const missing = {exitCode: 2, words: ['--org-token-name']}
    await astro.refused(`${group} remove`, missing)
    await astro.refused(`${group} add -r deployer`, missing)
    await astro.refused(`${group} remove cnone`, {exitCode: 6, words: ['cnone', 'list']})
    await astro.refused(`${group} remove`, {exitCode: 6, words: [`tokenry ${group} add`]}, {tty: true})
    expect((await astro.run(`${group} list`)).stderr).to.contain(`tokenry ${group} add`)
  })
})

describe('a name that several tokens have', () => {
  it('means the token of the entity in update and rotate, as in astro, not one of a wider scope', async () => {
    const astro = await openAstroHome()
    const own = await astro.make('deployment', 'ci')
    const wide = await astro.make('organization', 'ci')
    await astro.json(`deployment token organization-token add ${wide.id} -r DEPLOYMENT_ADMIN`)
    expect(await astro.json('deployment token rotate -t ci -f')).to.include({id: own.id})
    expect(await astro.json('deployment token update -t ci -d text')).to.include({id: own.id})
    await astro.refused('deployment token delete -t ci -f', {exitCode: 7, words: [own.id, wide.id]})
    await astro.json(`deployment token delete ${own.id} -f`)
    const belongs = {exitCode: 2, words: [`tokenry organization token rotate ${wide.id}`]}
    await astro.refused('deployment token rotate -t ci -f', belongs)
    await astro.refused('deployment token rotate', {exitCode: 6}, {tty: true})
    expect(await astro.valid(wide.token)).to.equal(true)
  })
})
