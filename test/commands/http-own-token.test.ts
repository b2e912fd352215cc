import {expect} from 'chai'
import {credential, openScriptedAstro, refuse, type ScriptedAstro, TOKEN} from '../support/scripted-astro.ts'
import {answer} from '../support/scripted-server.ts'

const LINES = ['deployment token delete ctok --force', 'deployment token rotate ctok --force -c']

describe('the token in ASTRO_API_TOKEN, over HTTP', () => {
  let astro: ScriptedAstro
  beforeEach(async () => {
    astro = await openScriptedAstro()
  })
  afterEach(() => astro.close())

  const permissions = ['organizationId:corg']
  const run = (line: string, claims: object) =>
    astro.run(line, {env: {ASTRO_API_TOKEN: credential({apiTokenId: undefined, permissions, ...claims})}})

  for (const [title, claims] of [
    ['its claim', {apiTokenId: 'ctok', sub: 'other'}],
    ['its permissions', {permissions: [...permissions, 'apiTokenId:ctok'], sub: 'other'}],
    ['its subject', {sub: 'ctok'}],
  ] as const) {
    it(`is not deleted by accident if it is known by ${title}`, async () => {
      const refused = await run('deployment token delete ctok --force', claims)
      expect(refused).to.include({exitCode: 2, stdout: ''})
      expect(refused.stderr).to.contain('--self')
      expect(astro.calls()).to.not.include('delete')
      expect(await run('deployment token delete ctok --force --self', claims)).to.include({exitCode: 0})
    })
  }

  it('ends nothing if it does not name itself: the check fails closed', async () => {
    for (const claims of [{}, {apiTokenId: '', sub: ''}, {apiTokenId: 5, sub: 5}]) {
      for (const line of LINES) {
        const refused = await run(line, claims)
        expect(refused, line).to.include({exitCode: 3, stdout: ''})
        expect(refused.stderr).to.contain('does not name itself').and.to.contain('ASTRO_API_TOKEN')
      }
    }
    expect(astro.calls()).to.not.include('delete').and.to.not.include('rotate')
    expect(await run('deployment token list', {})).to.include({exitCode: 0})
    expect(await run('deployment token delete ctok --force --self', {})).to.include({exitCode: 0})
  })

  it('of a person does not stop a delete', async () => {
    expect(await run('deployment token delete ctok --force', {sub: 'auth0|ann'})).to.include({exitCode: 0})
  })
})

describe('an answer of Astro about another token', () => {
  const other = answer(200, {...TOKEN, id: 'cother'})

  for (const line of [
    ...LINES,
    'deployment token update ctok --new-name x',
    'deployment token delete --agent ctok --force',
    'deployment token organization-token remove ctok',
  ]) {
    it(`is UPSTREAM, and nothing is changed: ${line}`, async () => {
      const astro = await openScriptedAstro({get: other})
      const result = await astro.run(line)
      const methods = astro.requests.map(({method}) => method)
      await astro.close()
      expect(result).to.include({exitCode: 8, stdout: ''})
      expect(methods).to.not.include('DELETE').and.to.not.include('POST')
    })
  }
})

describe('a deployment that must not be listed', () => {
  it('does not send an empty workspace id: workspace-token add asks for --workspace-id', async () => {
    const token = {...TOKEN, scope: 'WORKSPACE', roles: [{entityType: 'WORKSPACE', entityId: 'cwsp', role: 'X'}]}
    const astro = await openScriptedAstro({deployments: refuse(403), get: answer(200, token)})
    const line = 'deployment token workspace-token add ctok -r DEPLOYMENT_ADMIN --deployment-id cdep'
    const refused = await astro.run(line)
    const paths = astro.requests.map(({path}) => path)
    const named = await astro.run(`${line} --workspace-id cwsp --dry-run`)
    await astro.close()
    expect(refused).to.include({exitCode: 2, stdout: ''})
    expect(refused.stderr).to.contain('in which workspace deployment cdep is').and.to.contain('--workspace-id')
    expect(paths.filter((path) => path.includes('workspaceIds='))).to.deep.equal([])
    expect(named).to.include({exitCode: 0})
  })

  it('is not taken from an empty permission: no empty id is sent', async () => {
    const permissions = ['organizationId:', 'workspaceId:', 'deploymentId:', 'apiTokenId:cme']
    const astro = await openScriptedAstro()
    const result = await astro.run('deployment token list', {env: {ASTRO_API_TOKEN: credential({permissions})}})
    const paths = astro.requests.map(({path}) => path)
    await astro.close()
    expect(result).to.include({exitCode: 0})
    for (const path of paths) expect(path).to.not.match(/Ids?=(&|$)/)
  })
})
