import {expect} from 'chai'
import {DAY_MS} from '../../../src/lib/duration.ts'
import {entityAt} from '../../../src/operations/astro/entity.ts'
import type {AstroApi, TokenScope} from '../../../src/vendors/astro/api.ts'
import type {AstroCapabilities, DetailedAstroToken} from '../../../src/vendors/astro/capabilities.ts'
import {findTokenByClaims} from '../../../src/vendors/astro/client-secrets.ts'
import {type EmbeddedAstro, embeddedAstroApi} from '../../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {
  type AstroConnection,
  type AstroTokenRecord,
  type NewAstroToken,
  toTokenRecord,
} from '../../../src/vendors/astro/token-port.ts'
import {openTestClient} from '../../support/astro-client.ts'
import {serveAstro} from '../../support/astro-server.ts'
import {createAstroTarget} from '../../support/astro-target.ts'
import {plainAstroApi} from '../../support/plain-astro-api.ts'
import {openTestService, type TestService} from '../../support/test-service.ts'
import {CAPABILITIES, COMMON_KEYS, type PortHarness, type PortRun} from '../token-port-harness.ts'
import {tokenPortSuite} from '../token-port-suite.ts'

type OnClose = (work: () => Promise<void>) => void
type AstroRun = PortRun<AstroTokenRecord, NewAstroToken>

/** One connection to the Astro API, and the capabilities of a port that it gives. */
interface Way {
  title: string
  /** `onClose` takes work for the end of the test. */
  connect(embedded: EmbeddedAstro, test: TestService, onClose: OnClose): AstroConnection | Promise<AstroConnection>
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
  {
    title: 'over the HTTP client',
    connect: connectClient,
    capabilities: [],
    agentCapabilities: [],
  },
]

/**
 * Connect as an owner of the organization, whose token is in no list: the suite begins with an
 * empty place.
 */
async function connectClient(
  embedded: EmbeddedAstro,
  {service, clock, organizationId}: TestService,
  onClose: OnClose,
): Promise<AstroConnection> {
  const now = () => clock.nowMs
  const caller = await embedded.createToken(organizationId, {
    name: 'caller',
    scope: 'ORGANIZATION',
    role: 'ORGANIZATION_OWNER',
  })
  const server = await serveAstro(service, {now})
  const client = await openTestClient(new URL(`http://127.0.0.1:${server.port}/v1`), caller.token)
  onClose(async () => {
    client.close()
    await server.stop(0)
  })
  const api: AstroApi = {
    ...client,
    async listTokens(...args) {
      const page = await client.listTokens(...args)
      const tokens = page.tokens.filter(({id}) => id !== caller.id)
      return {...page, tokens, totalCount: page.totalCount - (page.tokens.length - tokens.length)}
    },
  }
  return {api, capabilities: {findTokenBySecret: (secret) => findTokenByClaims(client, secret, now())}}
}

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
      const closing: (() => Promise<void>)[] = []
      const connection = await way.connect(embedded, test, (work) => closing.push(work))
      const target = createAstroTarget(connection, {organizationId})
      const {port, words} = entityAt(target, {scope, id, name: 'default', isSeen: true}, agents)
      return {
        port,
        words,
        owner: {type: scope, id},
        clock,
        newToken: (name, days) => ({name, description: '', role: ROLES[scope], expirationDays: days ?? null}),
        isValid: async (secret) => (await service.verify(secret)).valid,
        async use(secret) {
          await service.authenticate(ASTRO_POLICY, secret)
          await service.settle()
        },
        async close() {
          await Promise.all(closing.map((work) => work()))
          await service.close()
        },
      }
    },
  }
}

function idOf(scope: TokenScope, {deploymentId, workspaceId, organizationId}: TestService): string {
  return {DEPLOYMENT: deploymentId, WORKSPACE: workspaceId, ORGANIZATION: organizationId}[scope]
}

/** Pick some of the capabilities, each bound to the object that it comes from. */
function pick(embedded: EmbeddedAstro, names: (keyof AstroCapabilities)[]): Partial<AstroCapabilities> {
  return Object.fromEntries(
    names.map((name) => {
      const capability: unknown = embedded[name]
      return [name, typeof capability === 'function' ? capability.bind(embedded) : capability]
    }),
  )
}

describe('the port to the API tokens of an entity', () => {
  it('lists the tokens that have a role there, no matter who their owner is, or everywhere', async () => {
    const test = await openTestService({inMemory: true})
    const embedded = embeddedAstroApi(test.service, {kind: 'owner', actor: {type: 'local', id: 'tester'}})
    const {organizationId, deploymentId} = test
    const closing: (() => Promise<void>)[] = []
    for (const way of WAYS.filter(({capabilities}) => [0, CAPABILITIES.length].includes(capabilities.length))) {
      const connection = await way.connect(embedded, test, (work) => closing.push(work))
      const target = createAstroTarget(connection, {organizationId})
      const ports = (['DEPLOYMENT', 'WORKSPACE', 'ORGANIZATION'] as const).map((scope) => ({
        scope,
        port: entityAt(target, {scope, id: idOf(scope, test), name: 'default', isSeen: true}).port,
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
      for (const {id} of all) {
        await embedded.deleteToken(organizationId, id)
        test.clock.nowMs += 1000
      }
      const endedNames = async (everywhere: boolean) =>
        (await deployment?.port.listEnded?.({everywhere}))?.slice(-3).map(({name}) => name)
      const reported = way.capabilities.includes('listEnded')
      expect(await endedNames(true)).to.deep.equal(reported ? all.map(({name}) => name) : undefined)
      expect(await endedNames(false)).to.deep.equal(reported ? here.map(({name}) => name) : undefined)
    }
    await Promise.all(closing.map((work) => work()))
    await test.service.close()
  })
})

describe('the record of an Astro token', () => {
  const TOKEN: DetailedAstroToken = {
    id: 'tok',
    name: 'ci',
    description: 'deploys',
    scope: 'WORKSPACE',
    kind: 'DIRECT_ACCESS',
    shortToken: 'abcdefgh',
    startAt: '2026-02-01T00:00:00Z',
    endAt: '2026-05-01T00:00:00Z',
    expiryPeriodInDays: 90,
    lastRotatedAt: '2026-03-01T00:00:00Z',
    lastUsedAt: '2026-04-01T00:00:00Z',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-06-01T00:00:00Z',
    createdBy: {id: 'usr', fullName: 'Ada'},
    updatedBy: {id: 'other', fullName: 'Bob'},
    roles: [
      {entityType: 'DEPLOYMENT', entityId: 'dep', role: 'DEPLOYMENT_ADMIN'},
      {entityType: 'WORKSPACE', entityId: 'wsp', role: 'WORKSPACE_OWNER'},
    ],
  }
  const RECORD = {
    id: 'tok',
    name: 'ci',
    owner: {type: 'WORKSPACE', id: 'wsp'},
    description: 'deploys',
    scope: 'WORKSPACE',
    kind: 'DIRECT_ACCESS',
    roles: TOKEN.roles,
    fragment: 'abcdefgh',
    createdAt: '2026-01-01T00:00:00Z',
    createdBy: 'Ada',
    updatedAt: '2026-06-01T00:00:00Z',
    expiresAt: '2026-05-01T00:00:00Z',
    lastUsedAt: '2026-04-01T00:00:00Z',
    lastRotatedAt: '2026-03-01T00:00:00Z',
    lifetimeMs: 90 * DAY_MS,
  }

  it("has every used field of Astro's answer, and no key for anything beyond it", () => {
    expect(toTokenRecord(TOKEN)).to.deep.equal(RECORD)
  })

  it("has the reported fields beyond Astro's answer, null too", () => {
    const details = {
      revision: 7,
      graceUntil: '2026-07-01T00:00:00Z',
      unfinishedRotationAt: '2026-08-01T00:00:00Z',
    }
    const none = {revision: 1, graceUntil: null, unfinishedRotationAt: null}
    expect(toTokenRecord({...TOKEN, ...details})).to.deep.equal({...RECORD, ...details})
    expect(toTokenRecord({...TOKEN, ...none})).to.deep.equal({...RECORD, ...none})
  })

  it('has null for a time that never was and for an expiry that never comes', () => {
    const {endAt, expiryPeriodInDays, lastRotatedAt, lastUsedAt, createdBy, ...rest} = TOKEN
    const never = {expiresAt: null, lastUsedAt: null, lastRotatedAt: null, lifetimeMs: null, createdBy: null}
    expect(toTokenRecord(rest)).to.deep.equal({...RECORD, ...never})
    const byToken = toTokenRecord({...TOKEN, createdBy: {id: 'maker', apiTokenName: 'bot'}})
    expect(byToken.createdBy).to.equal('bot')
  })
})
