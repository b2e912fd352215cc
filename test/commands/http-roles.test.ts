import {expect} from 'chai'
import {openScriptedAstro, refuse, type ScriptedAstro, TOKEN} from '../support/scripted-astro.ts'
import {answer} from '../support/scripted-server.ts'

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
    expect(await astro.run(UPDATE)).to.include({exitCode: 0, stderr: ''})
    const written = astro.requests.find(({path}) => path.endsWith('/tokens/ctok/roles'))
    expect(JSON.parse(written?.body ?? '')).to.deep.equal({roles: [own, custom, dag, unknown]})
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
