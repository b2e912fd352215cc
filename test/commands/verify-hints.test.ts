import {expect} from 'chai'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'

describe('the hint of `token verify --valid-for`', () => {
  let at: AstroHome
  beforeEach(async () => {
    at = await openAstroHome()
    // A second organization and deployment, so that the hints must name every place.
    await at.json('service organization create other')
    await at.json(`service deployment create second --organization-id ${at.organizationId}`)
  })

  async function readHint(token: string, validFor: string): Promise<string> {
    const refused = await at.run(`token verify --json --valid-for ${validFor}`, {stdin: token})
    expect(refused).to.include({exitCode: 10, stderr: ''})
    return JSON.parse(refused.stdout).error.hint
  }

  const flags: Record<Scope, () => string> = {
    deployment: () => `--deployment-id ${at.deploymentId} --organization-id ${at.organizationId} --context embedded`,
    workspace: () => `--workspace-id ${at.workspaceId} --organization-id ${at.organizationId} --context embedded`,
    organization: () => `--organization-id ${at.organizationId} --context embedded`,
  }
  const make = (scope: Scope, more = '') => at.make(scope, 'ci', `${flags[scope]()} ${more}`.trim())
  const later = {nowMs: Date.parse('2026-12-01T12:00:00Z')}

  for (const scope of ['deployment', 'workspace', 'organization'] as const) {
    it(`has a command that rotates a ${scope} token and works as printed`, async () => {
      const {id, token} = await make(scope)
      const refused = await at.run('token verify --json --valid-for 30d', {stdin: token, ...later})
      const {hint} = JSON.parse(refused.stdout).error
      const command = `${scope} token rotate ${id} --force ${flags[scope]()}`
      expect(hint).to.equal(`Rotate it with: tokenry ${command}`)
      expect(await at.run(command, later)).to.include({exitCode: 0})
      expect(await at.valid(token)).to.equal(false)
    })

    it(`creates another ${scope} token if a rotated one would not live long enough either`, async () => {
      const {token} = await make(scope)
      const command = `${scope} token create ${flags[scope]()}`
      expect(await readHint(token, '31d')).to.match(
        /^After a rotation, it would not live that long either; .* lifetime: /,
      )
      expect(await readHint(token, '31d')).to.contain(`: tokenry ${command}`)
      expect(await readHint(token, '3650d')).to.contain(command)
    })
  }

  it('creates another agent token, because Astro cannot rotate them', async () => {
    const create = `deployment token create --agent ${flags.deployment()}`
    const {token} = await at.json<{token: string}>(`${create} -n agent -e 30`)
    expect(await readHint(token, '31d')).to.equal(`Create another one with: tokenry ${create}`)
    expect(await at.run(`${create} -n other -e 60 -c`)).to.include({exitCode: 0})
  })
})
