import {expect} from 'chai'
import {entityAt} from '../../../src/operations/astro/entity.ts'
import type {TokenScope} from '../../../src/vendors/astro/api.ts'
import type {AstroCapabilities} from '../../../src/vendors/astro/capabilities.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../../src/vendors/astro/embedded/embedded-api.ts'
import type {AstroConnection, AstroTokenRecord, NewAstroToken} from '../../../src/vendors/astro/token-port.ts'
import {createAstroTarget} from '../../support/astro-target.ts'
import {plainAstroApi} from '../../support/plain-astro-api.ts'
import {openTestService, type TestService} from '../../support/test-service.ts'
import {CAPABILITIES, COMMON_KEYS, type PortHarness, type PortRun} from '../token-port-harness.ts'
import {tokenPortSuite} from '../token-port-suite.ts'

type AstroRun = PortRun<AstroTokenRecord, NewAstroToken>

/** How the Astro API is reached, and which capabilities of a port come of that. */
interface Way {
  title: string
  connect(embedded: EmbeddedAstro): AstroConnection
  capabilities: AstroRun['capabilities']
  /** Agent tokens can be neither rotated nor given a grace. */
  agentCapabilities: AstroRun['capabilities']
}

const WAYS: Way[] = [
  {
    title: 'on the embedded service',
    connect: (embedded) => ({api: embedded, capabilities: embedded}),
    capabilities: CAPABILITIES,
    agentCapabilities: ['mintUnique', 'endUnused', 'listEnded'],
  },
  {
    title: "with Astro's API alone, in short pages",
    connect: (embedded) => ({api: plainAstroApi(embedded, {pageMax: 2}), capabilities: {}}),
    capabilities: [],
    agentCapabilities: [],
  },
  {
    title: 'with some capabilities',
    connect: (embedded) => ({
      api: embedded,
      capabilities: pick(embedded, ['createUniqueToken', 'deleteUnusedAgentToken', 'beginRotation']),
    }),
    capabilities: ['mintUnique', 'replaceInSteps'],
    agentCapabilities: ['endUnused'],
  },
  {
    title: 'with the other capabilities',
    connect: (embedded) => ({
      api: embedded,
      capabilities: pick(embedded, [
        'deleteUnusedToken',
        'createUniqueAgentToken',
        'listLiveTokens',
        'listEndedTokens',
      ]),
    }),
    capabilities: ['endUnused', 'listEnded'],
    agentCapabilities: ['mintUnique'],
  },
]

const ROLES: Record<TokenScope, string> = {
  DEPLOYMENT: 'DEPLOYMENT_ADMIN',
  WORKSPACE: 'WORKSPACE_OWNER',
  ORGANIZATION: 'ORGANIZATION_OWNER',
}

for (const way of WAYS) {
  for (const scope of ['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION'] as const) {
    tokenPortSuite(runOf(`API tokens of a ${scope.toLowerCase()} ${way.title}`, way, {scope}))
  }
  tokenPortSuite(runOf(`agent tokens of a deployment ${way.title}`, way, {scope: 'DEPLOYMENT', agents: true}))
}

function runOf(title: string, way: Way, {scope, agents = false}: {scope: TokenScope; agents?: boolean}): AstroRun {
  return {
    title,
    capabilities: agents ? way.agentCapabilities : way.capabilities,
    reported: COMMON_KEYS,
    replaces: !agents,
    namesUnique: false,
    async open(): Promise<PortHarness<AstroTokenRecord, NewAstroToken>> {
      const test = await openTestService({inMemory: true})
      const {service, clock, organizationId} = test
      const id = idOf(scope, test)
      const embedded = embeddedAstroApi(service, {kind: 'owner', actor: {type: 'local', id: 'tester'}})
      const target = createAstroTarget(way.connect(embedded), {organizationId})
      const {port, words} = entityAt(target, {scope, id, name: 'default'}, agents)
      return {
        port,
        words,
        owner: {type: scope, id},
        clock,
        newToken: (name, days) => ({name, description: '', role: ROLES[scope], expirationDays: days ?? null}),
        isValid: async (secret) => (await service.verify(secret)).valid,
        async use(secret) {
          await service.authenticate('astro', secret)
          await service.settle()
        },
        close: () => service.close(),
      }
    },
  }
}

function idOf(scope: TokenScope, {deploymentId, workspaceId, organizationId}: TestService): string {
  return {DEPLOYMENT: deploymentId, WORKSPACE: workspaceId, ORGANIZATION: organizationId}[scope]
}

/** Some of the capabilities, each bound to where it is from. */
function pick(embedded: EmbeddedAstro, names: (keyof AstroCapabilities)[]): Partial<AstroCapabilities> {
  return Object.fromEntries(
    names.map((name) => {
      const capability: unknown = embedded[name]
      return [name, typeof capability === 'function' ? capability.bind(embedded) : capability]
    }),
  )
}

describe('the port to the API tokens of an entity', () => {
  it('lists the tokens that have a role there, whatever they belong to, or everywhere', async () => {
    const test = await openTestService({inMemory: true})
    const embedded = embeddedAstroApi(test.service, {kind: 'owner', actor: {type: 'local', id: 'tester'}})
    const {organizationId, deploymentId} = test
    for (const way of WAYS.slice(0, 2)) {
      const target = createAstroTarget(way.connect(embedded), {organizationId})
      const ports = (['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION'] as const).map((scope) => ({
        scope,
        port: entityAt(target, {scope, id: idOf(scope, test), name: 'default'}).port,
      }))
      for (const {scope, port} of ports) {
        await port.mint({name: scope, description: '', role: ROLES[scope], expirationDays: null})
        test.clock.nowMs += 1000
      }
      const [deployment, , organization] = ports
      const [wide] = (await organization?.port.list()) ?? []
      const role = {entityType: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'} as const
      if (wide) await organization?.port.writeRoles(wide, [...wide.roles, role])
      const here = (await deployment?.port.list()) ?? []
      expect(here.map(({name}) => name)).to.deep.equal(['DEPLOYMENT', 'ORGANIZATION'])
      expect(here.map((token) => [token.owner?.type, deployment?.port.isHere(token)])).to.deep.equal([
        ['DEPLOYMENT', true],
        ['ORGANIZATION', true],
      ])
      const all = (await deployment?.port.list({everywhere: true})) ?? []
      expect(all.map((token) => [token.name, deployment?.port.isHere(token)])).to.deep.equal([
        ['DEPLOYMENT', true],
        ['WORKSPACE', false],
        ['ORGANIZATION', true],
      ])
      for (const {id} of all) await embedded.deleteToken(organizationId, id)
    }
    await test.service.close()
  })
})
