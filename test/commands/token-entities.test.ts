import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

/** A JWT of another issuer. The guard of the caller's own token sees that it is another token. */
const OF_ANOTHER_ISSUER = `${['{"alg":"none"}', '{"iss":"https://example.com"}']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.')}.c2ln`

interface Place {
  /** Flags that name it. */
  flags: string
  organizationId: string
  workspaceId: string
  deploymentId: string
}

interface Listed {
  id: string
  name: string
}

describe('with several organizations, workspaces and deployments', () => {
  let astro: AstroHome
  let here: Place
  /** Another organization, with a workspace and a deployment of its own. */
  let beta: Place
  /** Another workspace of the first organization, with a deployment. */
  let data: Place

  beforeEach(async () => {
    astro = await openAstroHome()
    const {organizationId, workspaceId, deploymentId} = astro
    const workspace = await astro.json<Listed>('service workspace create data')
    const deployment = await astro.json<Listed>(`service deployment create far --workspace-id ${workspace.id}`)
    const other = await astro.json<Listed & Place>('service organization create beta')
    here = placeOf({organizationId, workspaceId, deploymentId})
    data = placeOf({organizationId, workspaceId: workspace.id, deploymentId: deployment.id})
    beta = placeOf({organizationId: other.id, workspaceId: other.workspaceId, deploymentId: other.deploymentId})
  })

  function placeOf(ids: Omit<Place, 'flags'>): Place {
    return {...ids, flags: `--organization-id ${ids.organizationId}`}
  }

  const flagsOf = (scope: string, place: Place) =>
    ({
      deployment: `${place.flags} --deployment-id ${place.deploymentId}`,
      workspace: `${place.flags} --workspace-id ${place.workspaceId}`,
      organization: place.flags,
    })[scope] ?? ''

  const names = async (line: string) => (await astro.json<Listed[]>(line)).map(({name}) => name)

  for (const scope of ['deployment', 'workspace', 'organization'] as const) {
    it(`the flags select the right entity, before the verb and after it: ${scope} token`, async () => {
      const places = scope === 'organization' ? [here, beta] : [here, data, beta]
      for (const [index, place] of places.entries()) await astro.make(scope, `t${index}`, flagsOf(scope, place))
      for (const [index, place] of places.entries()) {
        const flags = flagsOf(scope, place)
        expect(await names(`${scope} token list ${flags}`)).to.deep.equal([`t${index}`])
        expect(await names(`${scope} token ${flags} list`)).to.deep.equal([`t${index}`])
        expect(await astro.json(`${scope} token update -t t${index} -n u${index} ${flags}`)).to.include({
          name: `u${index}`,
        })
        expect(await astro.json(`${scope} token ${flags} rotate -t u${index} -f`)).to.include({name: `u${index}`})
      }
      expect(await astro.json(`${scope} token delete -t u1 -f ${flagsOf(scope, places[1] ?? here)}`)).to.include({
        name: 'u1',
      })
      const left = [
        await names(`organization token list --all ${here.flags}`),
        await names(`organization token list --all ${beta.flags}`),
      ]
      expect(left.flat().sort()).to.deep.equal(places.map((_, index) => `u${index}`).filter((name) => name !== 'u1'))
    })

    it(`an id of another entity is answered like an unknown id, and nothing changes there: ${scope} token`, async () => {
      const {id} = await astro.make(scope, 'ci', flagsOf(scope, here))
      const unknownId = 'c000000000000000000000000'
      for (const place of scope === 'organization' ? [beta] : [data, beta]) {
        for (const line of [`update ID -n x`, 'rotate ID -f', 'delete ID -f', 'rotate ID --dry-run']) {
          const told = []
          for (const wanted of [id, unknownId]) {
            const words = `${scope} token ${line.replace('ID', wanted)} ${flagsOf(scope, place)}`
            told.push((await astro.refused(words, {exitCode: 6})).stderr.replaceAll(wanted, 'ID'))
          }
          expect(told[0]).to.equal(told[1])
        }
      }
    })

    it(`an entity that does not exist, or is of another organization, is NOT_FOUND: ${scope} token`, async () => {
      const foreign = {...beta, flags: here.flags}
      const none = {flags: '--organization-id cnone', organizationId: '', workspaceId: 'cnone', deploymentId: 'cnone'}
      for (const place of scope === 'organization' ? [none] : [foreign, none]) {
        await astro.refused(`${scope} token list ${flagsOf(scope, place)}`, {exitCode: 6})
        await astro.refused(`${scope} token delete x -f ${flagsOf(scope, place)}`, {exitCode: 6})
      }
    })

    it(`nothing is guessed in a script: the error names the flag and the list command: ${scope} token`, async () => {
      for (const line of ['list', 'create -n x -r y', 'update x -n y', 'rotate x -f', 'delete x -f']) {
        const words = ['--organization-id', 'tokenry organization list']
        await astro.refused(`${scope} token ${line}`, {exitCode: 2, words})
        if (scope === 'organization') continue
        const named = {exitCode: 2, words: [`--${scope}-id`, `tokenry ${scope} list`]}
        await astro.refused(`${scope} token ${line} ${here.flags}`, named)
      }
    })
  }

  it('the flags select the right entity in the commands for roles of wider tokens', async () => {
    for (const [index, place] of [here, beta].entries()) {
      await astro.make('organization', 'ops', place.flags)
      await astro.make('workspace', 'team', flagsOf('workspace', place))
      const deployment = flagsOf('deployment', place)
      const workspace = flagsOf('workspace', place)
      await astro.json(`deployment token organization-token add -n ops -r DEPLOYMENT_ADMIN ${deployment}`)
      await astro.json(`deployment token workspace-token add -n team -r DEPLOYMENT_ADMIN ${deployment}`)
      await astro.json(`workspace token add -n ops -r WORKSPACE_MEMBER ${workspace}`)
      expect(await names(`deployment token list ${deployment}`), String(index)).to.have.members(['ops', 'team'])
      expect(await names(`workspace token organization-token list ${workspace}`)).to.deep.equal(['ops'])
      expect(await names(`deployment token list ${flagsOf('deployment', data)}`)).to.deep.equal([])
    }
    await astro.json(`workspace token organization-token remove -n ops ${flagsOf('workspace', beta)}`)
    expect(await names(`workspace token list ${flagsOf('workspace', here)}`)).to.have.members(['ops', 'team'])
    const [foreign] = await astro.json<Listed[]>(`organization token list ${beta.flags}`)
    const line = `workspace token add ${foreign?.id} -r WORKSPACE_OWNER ${flagsOf('workspace', here)}`
    await astro.refused(line, {exitCode: 6, words: [foreign?.id ?? '']})
    const byId = `workspace token organization-token update ${foreign?.id} -r WORKSPACE_OWNER`
    await astro.refused(`${byId} ${flagsOf('workspace', here)}`, {exitCode: 6})
  })

  it('--workspace-id limits the deployments, and refuses one of another workspace', async () => {
    await astro.make('deployment', 'ci', flagsOf('deployment', data))
    expect(await names(`deployment token list ${data.flags} --workspace-id ${data.workspaceId}`)).to.deep.equal(['ci'])
    await astro.refused(`deployment token list ${flagsOf('deployment', data)} --workspace-id ${here.workspaceId}`, {
      exitCode: 6,
      words: [data.deploymentId],
    })
  })

  it('the environment names the entities if no flag does; a flag takes precedence', async () => {
    await astro.make('workspace', 'there', flagsOf('workspace', beta))
    await astro.make('workspace', 'here', flagsOf('workspace', here))
    const env = {TOKENRY_ORGANIZATION_ID: beta.organizationId, TOKENRY_WORKSPACE_ID: beta.workspaceId}
    const listed = await astro.json<Listed[]>('workspace token list', {env})
    expect(listed.map(({name}) => name)).to.deep.equal(['there'])
    const flagged = await astro.json<Listed[]>(`workspace token list ${flagsOf('workspace', here)}`, {env})
    expect(flagged.map(({name}) => name)).to.deep.equal(['here'])
    const half = {env: {TOKENRY_WORKSPACE_ID: beta.workspaceId}}
    await astro.refused(`workspace token list ${here.flags}`, {exitCode: 6, words: [beta.workspaceId]}, half)
  })

  it('every command in a hint works as printed, with organization and context if they are needed', async () => {
    const env = {ASTRO_API_TOKEN: OF_ANOTHER_ISSUER}
    const wide = await astro.make('organization', 'ops', beta.flags)
    const team = await astro.make('workspace', 'team', flagsOf('workspace', beta))
    const there = flagsOf('deployment', beta)
    await astro.json(`deployment token organization-token add -n ops -r DEPLOYMENT_ADMIN ${there}`)
    await astro.json(`workspace token rotate -t team -f --grace 1h ${flagsOf('workspace', beta)}`)
    await astro.make('workspace', 'other', flagsOf('workspace', data))
    await astro.make('deployment', 'taken', there)
    const once = await astro.make('deployment', 'once', `${there} --unique-name`)
    await astro.json(`deployment token create --agent -n taken -e 1 ${there}`)
    const empty = await astro.json<Listed>(`service workspace create empty ${here.flags}`)
    const inEmpty = `${here.flags} --workspace-id ${empty.id}`
    for (const line of [
      `deployment token create -n taken -r DEPLOYMENT_ADMIN -e 1 --unique-name ${there}`,
      `deployment token create -n taken -e 1 --unique-name --agent ${there}`,
      `deployment token update ${once.id} -n taken ${there}`,
      `deployment token create -n x -r NONE -e 1 ${there}`,
      `deployment token list ${inEmpty}`,
      `deployment token list ${here.flags} --workspace-id cnone`,
      `deployment list ${here.flags} --workspace-id cnone`,
      `deployment token delete cnone -f ${there}`,
      `deployment token update -t none -n x ${there}`,
      `deployment token delete ${team.id} --dry-run ${beta.flags} --deployment-id cnone`,
      `workspace token list ${here.flags}`,
      `deployment token rotate ${wide.id} -f ${there}`,
      `deployment token update ${wide.id} -n x ${there}`,
      `workspace token rotate -t team -f ${flagsOf('workspace', beta)}`,
      `workspace token update cnone -n x ${flagsOf('workspace', data)}`,
    ]) {
      const refused = await astro.run(`${line} --context embedded`, {env})
      expect(refused.exitCode, line).to.be.greaterThan(1)
      const [, command = ''] = /tokenry ((?:(?![;:]).)+)/.exec(refused.stderr.trimEnd().split('\n').at(-1) ?? '') ?? []
      const followed = await astro.run(command, {env})
      expect(followed.exitCode, `${line}: ${command}: ${followed.stderr}`).to.equal(0)
    }
  })

  it('the error for a role in use has a command that lists its tokens, also if ASTRO_API_TOKEN is set', async () => {
    await astro.json(`service role create deployer ${beta.flags}`)
    await astro.json(`deployment token create -n ci -r deployer -e 1 ${flagsOf('deployment', beta)}`)
    const {stderr} = await astro.refused(`service role delete deployer -f ${beta.flags}`, {exitCode: 7})
    const [, command = ''] = /tokenry (.+)/.exec(stderr) ?? []
    const followed = await astro.run(command, {env: {ASTRO_API_TOKEN: OF_ANOTHER_ISSUER}})
    expect(followed.exitCode, command).to.equal(0)
    expect(followed.stdout).to.contain('deployer')
    const again = await astro.refused(`service role create deployer ${beta.flags}`, {exitCode: 7})
    expect(again.stderr).to.contain(`tokenry service role list ${beta.flags}`)
  })

  it('a workspace without a deployment is named in the error, from a flag and from the environment', async () => {
    const {id} = await astro.json<Listed>(`service workspace create empty ${here.flags}`)
    const words = [`in workspace ${id}`, `tokenry service deployment create NAME --workspace-id ${id} ${here.flags}`]
    await astro.refused(`deployment token list ${here.flags} --workspace-id ${id}`, {exitCode: 6, words})
    await astro.refused(`deployment token list ${here.flags}`, {exitCode: 6, words}, {env: {TOKENRY_WORKSPACE_ID: id}})
    const env = {TOKENRY_WORKSPACE_ID: data.workspaceId}
    const listed = await astro.json<Listed[]>(`deployment list ${here.flags}`, {env})
    expect(listed.map(({name}) => name)).to.deep.equal(['far'])
    for (const line of ['deployment list', 'deployment token list']) {
      const unknown = {exitCode: 6, words: ['No workspace nope', `tokenry workspace list ${here.flags}`]}
      await astro.refused(`${line} ${here.flags}`, unknown, {env: {TOKENRY_WORKSPACE_ID: 'nope'}})
    }
  })

  it('a variable with an unknown id is named as the reason', async () => {
    for (const [line, variable] of [
      ['deployment token list', 'TOKENRY_DEPLOYMENT_ID'],
      ['workspace token list', 'TOKENRY_WORKSPACE_ID'],
    ] as const) {
      const words = [`cnone, which ${variable} names`]
      await astro.refused(`${line} ${here.flags}`, {exitCode: 6, words}, {env: {[variable]: 'cnone'}})
    }
  })

  it('the secret of a token identifies its entity, in every scope', async () => {
    for (const scope of ['deployment', 'workspace', 'organization']) {
      const {id, token} = await astro.make(scope as 'deployment', 'ci', flagsOf(scope, beta))
      const file = join(astro.home, `${scope}.txt`)
      writeFileSync(file, token, {mode: 0o600})
      expect(await astro.json(`${scope} token delete --token-file ${file} -f`)).to.include({id, ended: true})
    }
  })

  it('deployment list, workspace list, organization list and role list show the contents of the named entity', async () => {
    await astro.json(`service role create deployer ${beta.flags}`)
    expect(await names('organization list')).to.have.members(['default', 'beta'])
    expect(await names(`workspace list ${here.flags}`)).to.have.members(['default', 'data'])
    expect(await names(`workspace list ${beta.flags}`)).to.have.lengthOf(1)
    expect(await names(`deployment list ${here.flags}`)).to.have.members(['default', 'far'])
    expect(await names(`deployment list ${here.flags} --workspace-id ${data.workspaceId}`)).to.deep.equal(['far'])
    expect(await names(`role list ${beta.flags}`)).to.include('deployer')
    expect(await names(`role list ${here.flags}`)).to.not.include('deployer')
    for (const line of ['workspace list', 'deployment list', 'role list']) {
      await astro.refused(line, {exitCode: 2, words: ['--organization-id']})
      await astro.refused(`${line} --organization-id cnone`, {exitCode: 6, words: ['cnone']})
    }
    await astro.refused(`deployment list ${here.flags} --workspace-id ${beta.workspaceId}`, {exitCode: 6})
    await astro.refused(`deployment token list ${here.flags} --workspace-id cnone`, {exitCode: 6, words: ['cnone']})
  })

  it('deployment list and workspace list name an empty entity, and succeed', async () => {
    const empty = await astro.json<Listed>(`service workspace create empty ${here.flags}`)
    const listed = await astro.run(`deployment list ${here.flags} --workspace-id ${empty.id}`)
    expect(listed).to.include({exitCode: 0, stdout: 'ID\tNAME\tWORKSPACE\tCREATED\n'})
    expect(listed.stderr).to.contain(`workspace ${empty.id}`).and.to.contain('tokenry service deployment create')
    await astro.run(`service workspace delete ${beta.workspaceId} -f ${beta.flags}`)
    const none = await astro.run(`workspace list ${beta.flags}`)
    expect(none.exitCode).to.equal(0)
    expect(none.stderr).to.contain('organization beta').and.to.contain('tokenry service workspace create')
  })
})
