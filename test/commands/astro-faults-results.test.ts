import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {TokenService} from '../../src/service/token-service.ts'
import {type AstroHome, callsOf, openAstroHome, type Scope} from '../support/astro-home.ts'
import {resultOf} from '../support/run-tokenry.ts'

/**
 * Each test shows that tokenry does not share a wrong or dangerous result of the `astro` binary
 * (contracts/astro-cli.md, section 3, severity A). Fault 20 is tested in
 * test/vendors/list-all.test.ts. Some faults cannot be tested yet, because no command reaches Astro
 * over HTTP: the answers of fault 19 that crash, 21 (201 and 202), 55 (an answer without a secret),
 * 57 (an invalid refresh answer).
 */
describe('results that astro gets wrong', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  const GRANTS = [
    {group: 'deployment token organization-token', wider: 'organization', role: 'DEPLOYMENT_ADMIN', other: 'deployer'},
    {group: 'deployment token workspace-token', wider: 'workspace', role: 'DEPLOYMENT_ADMIN', other: 'deployer'},
    {
      group: 'workspace token organization-token',
      wider: 'organization',
      role: 'WORKSPACE_MEMBER',
      other: 'WORKSPACE_AUTHOR',
    },
  ] as const
  const SCOPES: Scope[] = ['deployment', 'workspace', 'organization']

  for (const {group, wider, role, other} of GRANTS) {
    it(`keeps the role when --role is missing or empty in a script: ${group} (fault 1)`, async () => {
      const {id} = await astro.make(wider, 'ops')
      await astro.json(`${group} add ${id} -r ${role}`)
      for (const verb of ['add', 'update']) {
        await astro.refused(`${group} ${verb} ${id}`, {exitCode: 2, words: ['--role is missing']})
        await astro.refused(`${group} ${verb} ${id}`, {exitCode: 2, words: ['--role is empty']}, {}, '--role', '')
      }
      expect(astro.rolesOf(id)).to.include(role)
    })

    it(`reports a missing --role, not an existing role, for a token without a role: ${group} (fault 2)`, async () => {
      const {id} = await astro.make(wider, 'ops')
      for (const verb of ['add', 'update']) {
        const refused = await astro.refused(`${group} ${verb} ${id}`, {exitCode: 2, words: ['--role is missing']})
        expect(refused.stderr).to.not.contain('already')
      }
    })

    it(`is NOT_FOUND, never success, if there is no role to remove: ${group} remove, and delete (fault 7)`, async () => {
      const {id} = await astro.make(wider, 'ops')
      const scope = group.split(' ')[0]
      await astro.refused(`${group} remove ${id}`, {exitCode: 6, words: [id]})
      await astro.refused(`${scope} token delete ${id} -f`, {exitCode: 6, words: [id]})
    })

    it(`is CONFLICT if the roles change between the read and the write, and loses no update: ${group} (fault 11)`, async () => {
      await astro.run('service role create deployer')
      const {id} = await astro.make(wider, 'ops')
      const fakeService = changingRolesMeanwhile(wider)
      const scope = group.split(' ')[0]
      const lines = [
        `${group} add ${id} -r ${role}`,
        `${group} update ${id} -r ${other}`,
        `${group} remove ${id}`,
        `${scope} token delete ${id} -f`,
        `${wider} token update ${id} -r ${wider === 'workspace' ? 'WORKSPACE_MEMBER' : 'ORGANIZATION_MEMBER'}`,
      ]
      for (const line of lines) {
        const held = astro.rolesOf(id).filter((each) => each !== 'DAG_VIEWER')
        const refused = await astro.run(line, {fakeService})
        expect(refused, refused.stderr).to.include({exitCode: 7, stdout: ''})
        expect(refused.stderr).to.contain(id).and.to.contain('changed')
        expect(astro.rolesOf(id), line).to.have.members([...held, 'DAG_VIEWER'])
        // Without a concurrent change the line succeeds. The later lines need the role that `add`
        // gives.
        if (line.includes(' add ')) await astro.json(line)
        expect(astro.rolesOf(id), line).to.include('DAG_VIEWER')
      }
    })
  }

  for (const [scope, role, current] of [
    ['deployment', 'deployer', 'DEPLOYMENT_ADMIN'],
    ['workspace', 'WORKSPACE_AUTHOR', 'WORKSPACE_OWNER'],
    ['organization', 'ORGANIZATION_MEMBER', 'ORGANIZATION_OWNER'],
  ] as const) {
    it(`renames the token even if --role names its current role: ${scope} (fault 3)`, async () => {
      const {id} = await astro.make(scope, 'old')
      expect(await astro.json(`${scope} token update ${id} -n new -r ${current}`)).to.include({
        name: 'new',
        role: current,
      })
      await astro.run('service role create deployer')
      expect(await astro.json(`${scope} token update ${id} -n newer -r ${role}`)).to.include({name: 'newer', role})
    })

    it(`does not rename if the role is wrong, and does not change the role if the name is wrong: ${scope} (fault 4)`, async () => {
      const {id} = await astro.make(scope, 'old')
      await astro.run('service role create deployer')
      await astro.refused(`${scope} token update ${id} -n new -r BAD`, {exitCode: 2, words: ['BAD']})
      await astro.refused(`${scope} token update ${id} -r ${role} -n ${'x'.repeat(257)}`, {exitCode: 2, words: ['256']})
    })

    it(`renames a token with an unknown role, and keeps that role: ${scope} (fault 5)`, async () => {
      const {id} = await astro.make(scope, 'old')
      const db = astro.database()
      db.prepare("UPDATE token_role SET role = 'ROLE_OF_TOMORROW' WHERE token_id = ?").run(id)
      db.close()
      const renamed = await astro.json(`${scope} token update ${id} -n new`)
      expect(renamed).to.include({name: 'new', role: 'ROLE_OF_TOMORROW'})
      expect(await astro.json(`${scope} token update ${id} -n newer -r ROLE_OF_TOMORROW`)).to.include({name: 'newer'})
      expect(astro.rolesOf(id)).to.deep.equal(['ROLE_OF_TOMORROW'])
    })
  }

  it('renames a token whose role astro does not accept: WORKSPACE_ACCESSOR (fault 5)', async () => {
    const {id} = await astro.make('workspace', 'old', '-r WORKSPACE_ACCESSOR')
    expect(await astro.json(`workspace token update ${id} -n new`)).to.include({
      name: 'new',
      role: 'WORKSPACE_ACCESSOR',
    })
  })

  it('never changes a token of another deployment or workspace, and answers as for an unknown id (fault 6)', async () => {
    const beta = await astro.json<{id: string}>('service workspace create beta')
    const elsewhere = await astro.json<{id: string}>(`service deployment create far --workspace-id ${beta.id}`)
    const flags = {
      deployment: `--deployment-id ${elsewhere.id}`,
      workspace: `--workspace-id ${beta.id}`,
    }
    for (const scope of ['deployment', 'workspace'] as const) {
      const here = scope === 'deployment' ? astro.deploymentId : astro.workspaceId
      const {id, token} = await astro.make(scope, 'ci', `--${scope}-id ${here}`)
      const unknownId = 'c000000000000000000000000'
      for (const verb of ['rotate -f', 'delete -f', 'update -n x', 'update -r DEPLOYMENT_ADMIN']) {
        const [word, ...rest] = verb.split(' ')
        const line = (which: string) => `${scope} token ${word} ${which} ${rest.join(' ')} ${flags[scope]}`
        const there = await astro.refused(line(id), {exitCode: 6})
        const nowhere = await astro.refused(line(unknownId), {exitCode: 6})
        expect(there.stderr.replaceAll(id, 'ID')).to.equal(nowhere.stderr.replaceAll(unknownId, 'ID'))
      }
      expect(await astro.valid(token)).to.equal(true)
    }
  })

  it('does not find a Deployment API token in workspace token delete, or take it for an Organization token (fault 8)', async () => {
    const {id} = await astro.make('deployment', 'ci')
    const refused = await astro.refused(`workspace token delete ${id} -f`, {
      exitCode: 6,
      words: [id, 'workspace default'],
    })
    expect(refused.stderr).to.not.contain('Organization')
  })

  it('lists in the workspace that --workspace-id names: workspace token organization-token list (fault 9)', async () => {
    const other = await astro.json<{id: string}>('service workspace create other')
    const {id} = await astro.make('organization', 'ops')
    await astro.json(`workspace token add ${id} -r WORKSPACE_MEMBER --workspace-id ${other.id}`)
    const list = async (workspaceId: string) =>
      (await astro.json<{name: string}[]>(`workspace token organization-token list --workspace-id ${workspaceId}`))
        .length
    expect([await list(other.id), await list(astro.workspaceId)]).to.deep.equal([1, 0])
  })

  it('uses the organization that --organization-id names, in every organization token command (fault 10)', async () => {
    const beta = await astro.json<{id: string}>('service organization create beta')
    const {id, token} = await astro.make('organization', 'ops', `--organization-id ${astro.organizationId}`)
    const there = `--organization-id ${beta.id}`
    await astro.make('organization', 'own', there)
    expect(await astro.json(`organization token list ${there}`)).to.have.lengthOf(1)
    expect(await astro.json(`organization token roles -t own ${there}`)).to.have.lengthOf(1)
    expect(await astro.json(`organization token update -t own -n mine ${there}`)).to.include({name: 'mine'})
    expect(await astro.json(`organization token rotate -t mine -f ${there}`)).to.include({name: 'mine'})
    for (const verb of ['roles', 'update -n x', 'rotate -f', 'delete -f']) {
      const [word, ...rest] = verb.split(' ')
      await astro.refused(`organization token ${word} ${id} ${rest.join(' ')} ${there}`.replace('  ', ' '), {
        exitCode: 6,
      })
    }
    expect(await astro.json(`organization token delete -t mine -f ${there}`)).to.include({ended: true})
    expect(await astro.valid(token)).to.equal(true)
  })

  for (const scope of SCOPES) {
    it(`writes no roles if only the name changes: ${scope} token update (fault 12)`, async () => {
      const {id} = await astro.make(scope, 'old')
      const calls = callsOf(await astro.run(`${scope} token update ${id} -n new --debug`))
      expect(calls.filter((call) => call.startsWith('updateTokenRoles'))).to.deep.equal([])
    })

    it(`refuses an expiration outside 1 to 3650 days instead of reading it as never: ${scope} (fault 13)`, async () => {
      for (const days of ['0', '-1', '3651', '1.5', '30h', 'soon']) {
        const line = `${scope} token create -n x -r ${scope === 'deployment' ? 'DEPLOYMENT_ADMIN' : `${scope.toUpperCase()}_OWNER`}`
        await astro.refused(`${line} -e ${days}`, {exitCode: 2, words: ['3650']})
      }
    })
  }

  it('fails on an unusable credential in the environment, instead of continuing elsewhere (fault 14)', async () => {
    for (const value of [
      '',
      'no-astro-token',
      'e30.e30.x',
      `e30.${Buffer.from('{"permissions":["x"]}').toString('base64url')}.x`,
    ]) {
      for (const line of [
        'organization token list',
        'workspace token delete x -f',
        'deployment token create -n x -r y',
      ]) {
        await astro.refused(
          line,
          {exitCode: value === '' ? 3 : 4, words: ['ASTRO_API_TOKEN']},
          {env: {ASTRO_API_TOKEN: value}},
        )
      }
    }
  })

  it('remembers no workspace and no organization from one run to the next (faults 15 and 16)', async () => {
    const other = await astro.json<{id: string}>('service workspace create other')
    await astro.make('workspace', 'there', `--workspace-id ${other.id}`)
    await astro.refused('workspace token list', {exitCode: 2, words: ['--workspace-id', 'tokenry workspace list']})
    expect(existsSync(join(astro.home, 'config'))).to.equal(false)
  })

  it('does not write ASTRO_API_TOKEN to any file (fault 17)', async () => {
    const {id, token} = await astro.make('organization', 'ops')
    const env = {ASTRO_API_TOKEN: token}
    for (const line of [
      'organization token list',
      `organization token roles ${id}`,
      `organization token update ${id} -n new`,
    ]) {
      expect(await astro.run(`${line} --context embedded`, {env})).to.include({exitCode: 0})
    }
    for (const file of readdirSync(astro.home, {recursive: true, withFileTypes: true}).filter((each) =>
      each.isFile(),
    )) {
      expect(readFileSync(join(file.parentPath, file.name), 'latin1')).to.not.contain(token.slice(80, 200))
    }
  })

  it('reads no settings from the working directory (fault 18)', async () => {
    const project = join(astro.home, 'project')
    mkdirSync(join(project, '.astro'), {recursive: true})
    writeFileSync(
      join(project, '.astro', 'config.yaml'),
      'context: localhost\ncontexts:\n  localhost:\n    token: Bearer x\nlocal:\n  core: http://127.0.0.1:1\n',
    )
    const started = process.cwd()
    try {
      process.chdir(project)
      expect(await astro.json('organization token list')).to.deep.equal([])
    } finally {
      process.chdir(started)
    }
  })

  it('works if the token in ASTRO_API_TOKEN has malformed or no permissions (fault 19)', async () => {
    const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url')
    for (const payload of [{permissions: ['nocolon']}, {permissions: []}, {permissions: null}, [], 'text', null]) {
      const env = {ASTRO_API_TOKEN: `${part({alg: 'none'})}.${part(payload)}.x`}
      const listed = await astro.run('organization token list --json --context embedded', {env})
      expect(listed, listed.stderr).to.include({exitCode: 0})
      expect(resultOf(listed)).to.deep.equal([])
    }
  })
})

/**
 * Let another user give the token a role on a DAG, after a command has read its roles and before
 * the command writes them.
 */
function changingRolesMeanwhile(wider: 'organization' | 'workspace'): (real: TokenService) => TokenService {
  return (real) => ({
    ...real,
    async replaceRoles(policy, actor, change) {
      const {organizationId, tokenId} = change
      const held = (await real.read.findToken(organizationId, 'astro', tokenId))?.roles ?? []
      const [deployment] = await real.read.listDeployments(organizationId)
      const dag = {
        entityType: 'DAG',
        entityId: `daily-${wider}`,
        deploymentId: deployment?.id ?? '',
        role: 'DAG_VIEWER',
      }
      const others = held.filter(({entityType}) => entityType !== 'DAG')
      await real.replaceRoles(policy, actor, {
        organizationId,
        tokenId,
        roles: [...others, dag],
        allow: async () => {},
      })
      return real.replaceRoles(policy, actor, change)
    },
  })
}
