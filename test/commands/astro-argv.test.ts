import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import {normaliseArgv} from '../../src/argv/normalise-argv.ts'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

interface Listed {
  id: string
  name: string
  role: string | null
  roles: {entityType: string; role: string}[]
}

/** A command line as a user of astro types it, and a check of its effect. */
type Row = [argv: string, effect: (astro: AstroHome, stdout: string) => Promise<void>]

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+\n$/

async function named(astro: AstroHome, list: string, name: string): Promise<Listed> {
  const found = (await astro.json<Listed[]>(list)).find((token) => token.name === name)
  expect(found, `${name} in ${list}`).to.be.an('object')
  return found as Listed
}

/** Check that the token is listed with this role. */
const holds =
  (list: string, name: string, role: string): Row[1] =>
  async (astro) => {
    expect((await named(astro, list, name)).role).to.equal(role)
  }

const isGone =
  (list: string, name: string): Row[1] =>
  async (astro) => {
    expect((await astro.json<Listed[]>(list)).map((token) => token.name)).to.not.include(name)
  }

/** Check that the command printed a valid token and nothing else. */
const printsToken: Row[1] = async (astro, stdout) => {
  expect(stdout).to.match(JWT)
  expect(await astro.valid(stdout)).to.equal(true)
}

const lists =
  (...names: string[]): Row[1] =>
  async (_, stdout) => {
    const [header = '', ...lines] = stdout.trimEnd().split('\n')
    expect(header).to.match(/^ID\tNAME\t/)
    expect(lines.map((line) => line.split('\t')[1])).to.have.members(names)
  }

const DEPLOYMENT: Row[] = [
  ['deployment token create --name ci --role DEPLOYMENT_ADMIN --clean-output --deployment-id D', printsToken],
  ['de to cr -n web -r DEPLOYMENT_ADMIN -d text -e 30 -c', printsToken],
  ['deployments token --deployment-id D cr -n gone -r DEPLOYMENT_ADMIN -c=true', printsToken],
  ['deployment token list --deployment-id D', lists('ci', 'web', 'gone')],
  ['de to --deployment-id=D ls', lists('ci', 'web', 'gone')],
  ['deployment token update --name web --new-name www', holds('deployment token list', 'www', 'DEPLOYMENT_ADMIN')],
  ['de to up -t www -n web -d other -r deployer', holds('deployment token list', 'web', 'deployer')],
  ['deployment token rotate --name ci --force --clean-output --deployment-id D', printsToken],
  ['de to ro -t ci -fc', printsToken],
  ['de to de -t gone -f', isGone('deployment token list', 'gone')],
  ['deployment token delete --name web --force', isGone('deployment token list', 'web')],
  [
    'deployment token organization-token add --org-token-name ops --role DEPLOYMENT_ADMIN --deployment-id D',
    holds('deployment token list', 'ops', 'DEPLOYMENT_ADMIN'),
  ],
  ['de to organization-token add -n audit -r deployer', holds('deployment token list', 'audit', 'deployer')],
  ['deployment token organization-token list --deployment-id D', lists('ops', 'audit')],
  ['de to organization-token update -n ops -r deployer', holds('deployment token list', 'ops', 'deployer')],
  [
    'deployment token --deployment-id D organization-token update --org-token-name ops --role DEPLOYMENT_ADMIN',
    holds('deployment token list', 'ops', 'DEPLOYMENT_ADMIN'),
  ],
  ['de to organization-token remove -n ops', isGone('deployment token list', 'ops')],
  ['deployment token organization-token remove --org-token-name audit', isGone('deployment token list', 'audit')],
  [
    'deployment token workspace-token add --workspace-token-name team --role DEPLOYMENT_ADMIN --deployment-id D --workspace-id W',
    holds('deployment token list', 'team', 'DEPLOYMENT_ADMIN'),
  ],
  ['de to workspace-token list', lists('team')],
  ['de to workspace-token update -n team -r deployer', holds('deployment token list', 'team', 'deployer')],
  ['de to workspace-token remove -n team --workspace-id W', isGone('deployment token list', 'team')],
  ['de to workspace-token add -n team -r deployer', holds('deployment token list', 'team', 'deployer')],
  ['de to de -t team -f', isGone('deployment token list', 'team')],
]

const WORKSPACE: Row[] = [
  ['wo to cr -n x -r WORKSPACE_MEMBER -c', printsToken],
  [
    'workspace token create --name y --role WORKSPACE_OPERATOR --expiration 7 --clean-output --workspace-id W',
    printsToken,
  ],
  ['workspace token --workspace-id W list', lists('team', 'x', 'y')],
  ['wo to ls', lists('team', 'x', 'y')],
  ['wo to up -t x -n z -d text -r WORKSPACE_AUTHOR', holds('workspace token list', 'z', 'WORKSPACE_AUTHOR')],
  ['workspace token update --name z --role WORKSPACE_OWNER', holds('workspace token list', 'z', 'WORKSPACE_OWNER')],
  ['wo to ro -t z -f -c', printsToken],
  ['workspace token rotate --name y --force --clean-output --workspace-id W', printsToken],
  ['wo to de -ft z', isGone('workspace token list', 'z')],
  ['workspace token delete --name y --force', isGone('workspace token list', 'y')],
  [
    'workspace token add --org-token-name ops --role WORKSPACE_MEMBER --workspace-id W',
    holds('workspace token list', 'ops', 'WORKSPACE_MEMBER'),
  ],
  ['wo to add -n audit -r WORKSPACE_AUTHOR', holds('workspace token list', 'audit', 'WORKSPACE_AUTHOR')],
  ['wo to organization-token list', lists('ops', 'audit')],
  [
    'wo to organization-token update -n ops -r WORKSPACE_OWNER',
    holds('workspace token list', 'ops', 'WORKSPACE_OWNER'),
  ],
  ['wo to organization-token remove -n ops', isGone('workspace token list', 'ops')],
  [
    'workspace token organization-token add --org-token-name ops --role WORKSPACE_OPERATOR',
    holds('workspace token list', 'ops', 'WORKSPACE_OPERATOR'),
  ],
  ['workspace token delete -t ops -f', isGone('workspace token list', 'ops')],
]

const ORGANIZATION: Row[] = [
  ['org to cr -n x -r ORGANIZATION_MEMBER -c', printsToken],
  [
    'organization token create --name y --role ORGANIZATION_OWNER --expiration 3650 --clean-output --organization-id O',
    printsToken,
  ],
  ['org to --organization-id O ls', lists('ops', 'audit', 'x', 'y')],
  [
    'org to roles --verbosity warning',
    async (_, stdout) => {
      expect(stdout).to.match(/^ENTITY_TYPE\tENTITY_ID\tROLE\tDEPLOYMENT\nORGANIZATION\tc\w+\tORGANIZATION_OWNER\t\n/)
    },
  ],
  [
    'org to up -t x -n z -d text -r ORGANIZATION_BILLING_ADMIN',
    holds('organization token list', 'z', 'ORGANIZATION_BILLING_ADMIN'),
  ],
  [
    'organization token update --name z --role ORGANIZATION_MEMBER --organization-id O',
    holds('organization token list', 'z', 'ORGANIZATION_MEMBER'),
  ],
  ['org to ro -t z -f -c', printsToken],
  ['organization token rotate --name y --force --clean-output', printsToken],
  ['org to de -t z -f', isGone('organization token list', 'z')],
  ['organization token delete --name y --force', isGone('organization token list', 'y')],
]

describe('a command line of astro', () => {
  it('is tested for each of the 29 token commands', () => {
    const cli = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'))
    const ids = [...DEPLOYMENT, ...WORKSPACE, ...ORGANIZATION].map(([line]) => {
      const invocation = normaliseArgv(line.split(' '), {bin: 'tokenry', commands: cli.commands})
      return invocation.kind === 'command' ? invocation.id : invocation.kind
    })
    expect(new Set(ids)).to.have.property('size', 29)
  })

  for (const [family, rows] of Object.entries({
    deployment: DEPLOYMENT,
    workspace: WORKSPACE,
    organization: ORGANIZATION,
  })) {
    it(`has the same effect here, with long flags, short flags, aliases and group flags in any position: ${family} token`, async () => {
      const astro = await openAstroHome()
      const opsId = await prepare(astro)
      for (const [line, effect] of rows) {
        const words = line.replace(/ D\b/, ` ${astro.deploymentId}`).replace(/=D\b/, `=${astro.deploymentId}`)
        const argv = words.replace(/ W\b/, ` ${astro.workspaceId}`).replace(/ O\b/, ` ${astro.organizationId}`)
        const done = await astro.run(argv.replace('roles', `roles ${opsId}`))
        expect(done.exitCode, `${line}: ${done.stderr}`).to.equal(0)
        await effect(astro, done.stdout)
      }
    })
  }
})

/** Create the tokens of wider scopes that the lines above name. Return the id of `ops`. */
async function prepare(astro: AstroHome): Promise<string> {
  await astro.run('service role create deployer')
  const {id} = await astro.make('organization', 'ops')
  await astro.make('organization', 'audit', '-r ORGANIZATION_MEMBER')
  await astro.make('workspace', 'team')
  return id
}
