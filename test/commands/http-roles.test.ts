import {expect} from 'chai'
import {openScriptedAstro, refuse, type ScriptedAstro, TOKEN} from '../support/scripted-astro.ts'
import {answer, type Step} from '../support/scripted-server.ts'

describe('the roles of a token over HTTP', () => {
  let astro: ScriptedAstro
  afterEach(() => astro.close())

  const own = {entityType: 'ORGANIZATION', entityId: 'corg', role: 'ORGANIZATION_MEMBER', since: '2020'}
  const here = {entityType: 'DEPLOYMENT', entityId: 'cdep', role: 'DEPLOYMENT_ADMIN', conditions: {from: 'vpn'}}
  const dag = {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId: 'cdep'}
  const unknown = {entityType: 'PROJECT', entityId: 'cprj', role: 'PROJECT_OWNER'}
  const custom = {...here, role: 'custom'}
  const withRoles = (...roles: object[]) => answer(200, {...TOKEN, name: 'ops', scope: 'ORGANIZATION', roles})
  const roles = refuse(403)
  const UPDATE = 'deployment token organization-token update ctok -r custom'

  it('are written back whole, with fields and entities that tokenry does not know', async () => {
    const before = withRoles(own, here, dag, unknown)
    astro = await openScriptedAstro({roles, get: [before, before, withRoles(own, custom, dag, unknown)]})
    expect(await astro.run(UPDATE)).to.include({exitCode: 0})
    const written = astro.requests.find(({path}) => path.endsWith('/tokens/ctok/roles'))
    expect(JSON.parse(written?.body ?? '')).to.deep.equal({roles: [own, custom, dag, unknown]})
  })

  for (const [title, words, what, isWritten] of [
    ['update of a role', UPDATE, ['roles'], true],
    ['remove', 'deployment token organization-token remove ctok', ['roles'], true],
    ['delete of a wider token', 'deployment token delete ctok --force', ['roles'], true],
    ['update of a name', 'organization token update ctok --new-name x', ['name or description'], true],
    [
      'update of both',
      'organization token update ctok --new-name x -r ORGANIZATION_OWNER',
      ['roles', 'name or description'],
      true,
    ],
    ['a role that it has', 'deployment token organization-token update ctok -r DEPLOYMENT_ADMIN', [], false],
    ['--dry-run', `${UPDATE} --dry-run`, [], false],
  ] as const) {
    it(`are written with a warning, because Astro cannot check and write in one step: ${title}`, async () => {
      const state = {name: 'ops', roles: [own, here]}
      const current: Step = (req, res) => answer(200, {...TOKEN, ...state, scope: 'ORGANIZATION'})(req, res)
      const write: Step = (req, res) => {
        Object.assign(state, JSON.parse(req.body))
        current(req, res)
      }
      astro = await openScriptedAstro({roles, get: current, update: write, writeRoles: write})
      const run = await astro.run(`${words} --json`)
      expect(run).to.include({exitCode: 0, stderr: ''})
      expect(JSON.parse(run.stdout).warnings).to.deep.equal(
        what.map(
          (each) =>
            `Astro (${astro.env['ASTRO_DOMAIN']}) cannot check and write in one step: if someone else changes the ${each} of the token between the two, that change is lost`,
        ),
      )
      expect(astro.requests.some(({method}) => method === 'POST')).to.equal(isWritten)
    })
  }

  it('of another client that come between the last read and the write are lost: only the warning tells', async () => {
    const state = {roles: [own, here] as object[]}
    const reads = {count: 0}
    astro = await openScriptedAstro({
      roles,
      get(req, res) {
        withRoles(...state.roles)(req, res)
        reads.count++
        if (reads.count === 2) state.roles = [...state.roles, dag]
      },
      writeRoles(req, res) {
        Object.assign(state, JSON.parse(req.body))
        answer(200, {})(req, res)
      },
    })
    const run = await astro.run(UPDATE)
    expect(run.exitCode).to.equal(0)
    expect(run.stderr).to.contain('Warning: Astro (').and.to.contain('that change is lost')
    expect(state.roles).to.deep.equal([own, custom])
  })

  it('are CONFLICT that names the one of another that is missing after the write', async () => {
    const before = withRoles(own, here, dag)
    astro = await openScriptedAstro({roles, get: [before, before, withRoles(own, custom)]})
    const run = await astro.run(`${UPDATE} --json`)
    expect(run).to.include({exitCode: 7, stderr: ''})
    expect(JSON.parse(run.stdout).error).to.include({code: 'CONFLICT', retryable: false})
    expect(JSON.parse(run.stdout).error.message).to.contain('ctok has lost DAG_VIEWER on dag etl')
  })

  it('are CONFLICT, and not written, if another client has changed them meanwhile', async () => {
    astro = await openScriptedAstro({roles, get: [withRoles(own, here), withRoles(own, here, dag)]})
    expect(await astro.run(UPDATE)).to.include({exitCode: 7, stdout: ''})
    expect(astro.calls()).to.not.include('writeRoles')
  })

  it('are never written as an empty set', async () => {
    astro = await openScriptedAstro({get: withRoles(here)})
    for (const words of ['deployment token organization-token remove ctok', 'deployment token delete ctok --force']) {
      const run = await astro.run(words)
      expect(run, words).to.include({exitCode: 2, stdout: ''})
      expect(run.stderr).to.contain('API token ctok would have no role left')
    }
    expect(astro.calls()).to.not.include('writeRoles')
  })
})
