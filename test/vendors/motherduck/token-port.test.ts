import {expect} from 'chai'
import {DAY_SECONDS} from '../../../src/lib/duration.ts'
import type {MotherDuckCapabilities} from '../../../src/vendors/motherduck/capabilities.ts'
import type {EmbeddedMotherDuck} from '../../../src/vendors/motherduck/embedded/embedded-api.ts'
import {MOTHERDUCK_POLICY} from '../../../src/vendors/motherduck/embedded/policy.ts'
import {
  type MotherDuckConnection,
  type MotherDuckTokenRecord,
  motherDuckTokenPort,
  type NewMotherDuckToken,
  toSuccessor,
} from '../../../src/vendors/motherduck/token-port.ts'
import {openTestMotherDuck} from '../../support/motherduck-client.ts'
import {openMotherDuckHttp} from '../../support/motherduck-http.ts'
import {expectFailure} from '../../support/rejection.ts'
import {answer, openScriptedServer} from '../../support/scripted-server.ts'
import {CAPABILITIES, COMMON_KEYS, type PortHarness, type PortRun} from '../token-port-harness.ts'
import {tokenPortSuite} from '../token-port-suite.ts'

type MotherDuckHttp = Awaited<ReturnType<typeof openMotherDuckHttp>>
type MotherDuckRun = PortRun<MotherDuckTokenRecord, NewMotherDuckToken>

/** One connection to the MotherDuck API, and the capabilities of a port that it gives. */
interface Way extends Pick<MotherDuckRun, 'capabilities' | 'reported' | 'replaces'> {
  title: string
  /** `onClose` takes work for the end of the test. */
  connect(http: MotherDuckHttp, onClose: (work: () => Promise<void>) => void): Promise<MotherDuckConnection>
}

/** What MotherDuck itself reports. */
const REPORTED = ['id', 'name', 'owner', 'kind', 'createdAt', 'expiresAt'] as const

const WAYS: Way[] = [
  {
    title: 'on the embedded service',
    connect: async ({owner}) => ({api: owner, capabilities: owner}),
    capabilities: CAPABILITIES,
    reported: COMMON_KEYS,
    replaces: true,
  },
  {
    title: 'with some capabilities',
    connect: async ({owner}) => ({
      api: owner,
      capabilities: pick(owner, ['listLiveTokens', 'createUniqueToken', 'beginRotation', 'listEndedTokens']),
    }),
    capabilities: ['mintUnique', 'replaceInSteps', 'listEnded'],
    reported: COMMON_KEYS,
    replaces: true,
  },
  {
    title: 'over the HTTP client',
    async connect({adminToken, listen}, onClose) {
      const server = await listen()
      const client = await openTestMotherDuck(new URL(`http://127.0.0.1:${server.port}`), adminToken.token)
      onClose(async () => {
        client.close()
        await server.stop(0)
      })
      return {api: client, capabilities: {}}
    },
    capabilities: [],
    reported: REPORTED,
    replaces: false,
  },
]

const USER = 'ci_bot'

for (const {title, connect, ...expected} of WAYS) {
  tokenPortSuite({
    title: `tokens of a MotherDuck user ${title}`,
    ...expected,
    namesUnique: false,
    async open(): Promise<PortHarness<MotherDuckTokenRecord, NewMotherDuckToken>> {
      const http = await openMotherDuckHttp({inMemory: true})
      const {service, clock, owner} = http
      await owner.createUser({username: USER})
      const closing: (() => Promise<void>)[] = []
      const connection = await connect(http, (work) => closing.push(work))
      return {
        port: motherDuckTokenPort(connection, {username: USER}),
        words: {
          noun: 'access token',
          where: 'the context test',
          command: (words) => `tokenry motherduck token ${words}`,
        },
        owner: {type: 'USER', id: USER},
        clock,
        newToken: (name, days) => newToken(name, days === undefined ? null : days * DAY_SECONDS),
        isValid: async (secret) => (await service.verify(secret)).valid,
        async use(secret) {
          await service.authenticate(MOTHERDUCK_POLICY, secret)
          await service.settle()
        },
        async close() {
          await Promise.all(closing.map((work) => work()))
          await service.close()
        },
      }
    },
  })
}

function newToken(name: string, ttlSeconds: number | null = null): NewMotherDuckToken {
  return {name, description: '', kind: 'read_write', ttlSeconds}
}

/** Pick some of the capabilities, each bound to the object that it comes from. */
function pick(embedded: EmbeddedMotherDuck, names: (keyof MotherDuckCapabilities)[]): Partial<MotherDuckCapabilities> {
  return Object.fromEntries(
    names.map((name) => {
      const capability: unknown = embedded[name]
      return [name, typeof capability === 'function' ? capability.bind(embedded) : capability]
    }),
  )
}

describe('what replaces a MotherDuck token', () => {
  const OLD: MotherDuckTokenRecord = {
    id: 'old',
    name: 'ci',
    username: USER,
    owner: {type: 'USER', id: USER},
    description: 'deploys',
    kind: 'read_scaling',
    createdAt: '2026-01-01T00:00:00Z',
    expiresAt: '2026-01-01T01:00:00Z',
    lifetimeSeconds: 3600,
  }

  it('has the name, type, description and lifetime of the old one, or another lifetime', () => {
    const same = {name: 'ci', description: 'deploys', kind: 'read_scaling'}
    expect(toSuccessor(OLD)).to.deep.equal({...same, ttlSeconds: 3600})
    expect(toSuccessor(OLD, 600)).to.deep.equal({...same, ttlSeconds: 600})
    expect(toSuccessor(OLD, null)).to.deep.equal({...same, ttlSeconds: null})
    expect(toSuccessor({...OLD, lifetimeSeconds: null})).to.deep.equal({...same, ttlSeconds: null})
  })

  it('has a lifetime within the limits', () => {
    expect(toSuccessor({...OLD, lifetimeSeconds: 299}).ttlSeconds).to.equal(300)
    expect(toSuccessor({...OLD, lifetimeSeconds: 31_536_001}).ttlSeconds).to.equal(31_536_000)
  })

  const MINTED = {token: 'secret', id: 'new', created_ts: '2026-01-01T00:00:00Z', token_type: 'read_write'}

  it('gets a suffix if MotherDuck refuses the name with a 400, once, and within the limit of names', async () => {
    const refused = answer(400, {code: 'BAD_REQUEST', message: 'Bad Request'})
    for (const [name, start] of [
      ['ci', 'ci-'],
      ['🦆'.repeat(255), `${'🦆'.repeat(246)}-`],
    ] as const) {
      const server = await openScriptedServer([refused, answer(200, MINTED), refused])
      const client = await openTestMotherDuck(new URL('/', server.url), 'secret')
      const port = motherDuckTokenPort({api: client, capabilities: {}}, {username: USER})
      const {token} = await port.mintSuccessor(newToken(name))
      const names = server.requests.map(({body}) => JSON.parse(body).name)
      expect(names).to.deep.equal([name, token.name])
      expect(token.name.startsWith(start)).to.equal(true)
      expect([...token.name]).to.have.length([...start].length + 8)
      await expectFailure(port.mintSuccessor(newToken(name)), 'INVALID')
      expect(server.requests).to.have.length(4)
      client.close()
      await server.close()
    }
  })

  it('is not asked for again after any other refusal', async () => {
    for (const [status, code] of [
      [403, 'FORBIDDEN'],
      [404, 'NOT_FOUND'],
      [500, 'UNCERTAIN'],
    ] as const) {
      const server = await openScriptedServer([answer(status, {code: 'X', message: 'No'})])
      const client = await openTestMotherDuck(new URL('/', server.url), 'secret')
      const port = motherDuckTokenPort({api: client, capabilities: {}}, {username: USER})
      await expectFailure(port.mintSuccessor(newToken('ci')), code)
      expect(server.requests).to.have.length(1)
      client.close()
      await server.close()
    }
  })
})
