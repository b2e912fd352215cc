import {expect} from 'chai'
import {toRfc3339} from '../../../src/lib/rfc3339.ts'
import {openTokens} from '../../../src/operations/deltastream/tokens.ts'
import {keyOfToken} from '../../../src/operations/tokens/token-access.ts'
import type {StatementLimits, StatementRequest} from '../../../src/vendors/deltastream/api.ts'
import type {DeltaStreamCapabilities} from '../../../src/vendors/deltastream/capabilities.ts'
import type {EmbeddedDeltaStream} from '../../../src/vendors/deltastream/embedded/embedded-api.ts'
import {DELTASTREAM_POLICY} from '../../../src/vendors/deltastream/embedded/policy.ts'
import {
  type DeltaStreamConnection,
  type DeltaStreamTokenPort,
  type DeltaStreamTokenRecord,
  deltaStreamTokenPort,
  type NewDeltaStreamToken,
} from '../../../src/vendors/deltastream/token-port.ts'
import type {Minted} from '../../../src/vendors/token-port.ts'
import {openTestDeltaStream} from '../../support/deltastream-client.ts'
import {type DeltaStreamHttp, openDeltaStreamHttp} from '../../support/deltastream-http.ts'
import {expectFailure} from '../../support/rejection.ts'
import {resultSet, textColumn, tokenList} from '../../support/scripted-deltastream.ts'
import {CAPABILITIES, COMMON_KEYS, type PortHarness, type PortRun} from '../token-port-harness.ts'
import {tokenPortSuite} from '../token-port-suite.ts'

type DeltaStreamRun = PortRun<DeltaStreamTokenRecord, NewDeltaStreamToken>
type Api = Omit<DeltaStreamConnection, 'session'>

/** One connection to the DeltaStream API, and the capabilities of a port that it gives. */
interface Way extends Pick<DeltaStreamRun, 'capabilities' | 'reported'> {
  title: string
  /** `onClose` takes work for the end of the test. */
  connect(http: DeltaStreamHttp, onClose: (work: () => Promise<void>) => void): Promise<Api>
}

/** What DeltaStream itself reports. */
const REPORTED = ['name', 'createdAt', 'expiresAt', 'lastUsedAt'] as const

/** Names are unique, so no mint checks for that. */
const ALL = CAPABILITIES.filter((name) => name !== 'mintUnique')

const WAYS: Way[] = [
  {
    title: 'on the embedded service',
    connect: async ({owner}) => ({api: owner, capabilities: owner}),
    capabilities: ALL,
    reported: COMMON_KEYS.filter((key) => key !== 'id'),
  },
  {
    title: 'with some capabilities',
    connect: async ({owner}) => ({api: owner, capabilities: pick(owner, ['listTokenDetails', 'beginRenewal'])}),
    capabilities: ['replaceInSteps'],
    reported: COMMON_KEYS.filter((key) => key !== 'id'),
  },
  {
    title: 'over the HTTP client',
    async connect({firstToken, listen}, onClose) {
      const server = await listen()
      const client = await openTestDeltaStream(new URL(`http://127.0.0.1:${server.port}/v2`), firstToken)
      onClose(async () => {
        client.close()
        await server.stop(0)
      })
      return {api: client, capabilities: {}}
    },
    capabilities: [],
    reported: REPORTED,
  },
]

const FIRST = 'first'

for (const {title, connect, ...expected} of WAYS) {
  tokenPortSuite({
    title: `tokens of DeltaStream ${title}`,
    ...expected,
    replaces: true,
    namesUnique: true,
    everyTokenEnds: true,
    replaceRestartsCreation: true,
    async open(): Promise<PortHarness<DeltaStreamTokenRecord, NewDeltaStreamToken>> {
      const http = await openDeltaStreamHttp({inMemory: true})
      const {service, clock} = http
      const closing: (() => Promise<void>)[] = []
      const connection = await connect(http, (work) => closing.push(work))
      const {port, words} = openTokens({
        ...connection,
        session: {},
        where: 'the context test',
        targetFlags: '',
        isOnlyTarget: true,
        isOwnToken: () => false,
        credential: {context: 'test', source: 'a test'},
      })
      return {
        port: withTimes(withoutFirst(port)),
        words,
        owner: {type: 'USER', id: 'owner'},
        clock,
        newToken: (name, days) => ({name, role: 'sysadmin', expiresInDays: days}),
        isValid: async (secret) => (await service.verify(secret)).valid,
        async use(secret) {
          await service.authenticate(DELTASTREAM_POLICY, secret)
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

/** The suite begins without tokens. One is needed to sign in over HTTP. */
function withoutFirst(port: DeltaStreamTokenPort): DeltaStreamTokenPort {
  return {...port, list: async () => (await port.list()).filter(({name}) => name !== FIRST)}
}

/**
 * Complete new records from the list, as operations do: the answers of DeltaStream have no times.
 */
function withTimes(port: DeltaStreamTokenPort): DeltaStreamTokenPort {
  const complete = async ({secret, token}: Minted<DeltaStreamTokenRecord>) => {
    const found = (await port.list()).find((each) => keyOfToken(each) === keyOfToken(token))
    if (!found) throw new Error(`${token.name} is not in the list`)
    return {secret, token: found}
  }
  return {
    ...port,
    mint: async (token) => complete(await port.mint(token)),
    replace: async (token) => complete(await port.replace(token)),
  }
}

/** Pick some of the capabilities, each bound to the object that it comes from. */
function pick(
  embedded: EmbeddedDeltaStream,
  names: (keyof DeltaStreamCapabilities)[],
): Partial<DeltaStreamCapabilities> {
  return Object.fromEntries(
    names.map((name) => {
      const capability: unknown = embedded[name]
      return [name, typeof capability === 'function' ? capability.bind(embedded) : capability]
    }),
  )
}

describe('the port to the tokens of DeltaStream', () => {
  /** Return a port to an API that answers each statement with this result, and what was sent. */
  function openPort(result: ReturnType<typeof resultSet>, session: DeltaStreamConnection['session'] = {}) {
    const sent: [StatementRequest, StatementLimits][] = []
    const api = {
      async run(request: StatementRequest, limits?: StatementLimits) {
        sent.push([request, limits ?? {}])
        return result
      },
      getVersion: async () => ({major: 2, minor: 0, patch: 0}),
    }
    return {sent, port: deltaStreamTokenPort({api, capabilities: {}, session})}
  }

  it('returns new records without times, which the answers do not have', async () => {
    const http = await openDeltaStreamHttp({inMemory: true})
    const port = deltaStreamTokenPort({api: http.owner, capabilities: {}, session: {}})
    const {token} = await port.mint({name: 'ci', role: 'public'})
    expect(token).to.deep.equal({name: 'ci', role: 'public', kind: 'public'})
    expect((await port.replace({name: 'ci'})).token).to.deep.equal({name: 'ci'})
    expect(await port.list()).to.deep.include({
      name: 'ci',
      createdAt: toRfc3339(http.clock.nowMs),
      expiresAt: toRfc3339(http.clock.nowMs + 90 * 86_400_000),
      lastUsedAt: null,
    })
    await http.service.close()
  })

  it('sends the places of the session with each statement, and the limit of a list', async () => {
    const session = {organization: 'acme', role: 'sysadmin', database: 'db'}
    const {port, sent} = openPort(tokenList([]), session)
    await port.listWithin(5000)
    await port.list()
    await port.end({name: 'a"b'})
    expect(sent).to.deep.equal([
      [{...session, statement: 'LIST API_TOKENS;'}, {timeoutMs: 5000}],
      [{...session, statement: 'LIST API_TOKENS;'}, {}],
      [{...session, statement: 'DROP API_TOKEN "a""b";'}, {}],
    ])
  })

  it('is UNCERTAIN after an answer without a secret', async () => {
    const {port} = openPort(resultSet([textColumn('Name')], [['ci']]))
    await expectFailure(port.mint({name: 'ci', role: 'public'}), 'UNCERTAIN')
    await expectFailure(port.replace({name: 'ci'}), 'UNCERTAIN')
  })

  for (const [what, row] of [
    ['a name', [null, null, '2026-11-20 12:00:00Z', '2026-12-20 12:00:00Z']],
    ['an end', ['ci', null, '2026-11-20 12:00:00Z', null]],
  ] as const) {
    it(`refuses a list with a token without ${what}`, async () => {
      await expectFailure(openPort(tokenList([[...row]])).port.list(), 'UPSTREAM')
    })
  }
})
