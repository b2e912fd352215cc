import {expect} from 'chai'
import type {MotherDuckApi} from '../../../src/vendors/motherduck/api.ts'
import {openTestMotherDuck} from '../../support/motherduck-client.ts'
import {expectFailure} from '../../support/rejection.ts'
import {
  answer,
  answerText,
  DROP,
  openScriptedServer,
  type ReceivedRequest,
  type Step,
} from '../../support/scripted-server.ts'

const SECRET = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl'
const TOKEN = {
  id: 'c1cba0f5-0a0c-4f0e-9d10-2f0b1c4b9a10',
  name: 'ci',
  description: 'deploys',
  created_ts: '2026-01-01T00:00:00Z',
  expire_at: '2026-01-02T00:00:00Z',
  read_only: false,
  token_type: 'read_write',
} as const
const MINTED = {...TOKEN, token: 'the.new.secret'}
const USER = {
  id: 'u1',
  username: 'ann',
  email: 'ann@example.com',
  first_name: 'Ann',
  last_name: null,
  is_service_account: false,
  is_deprovisioned: false,
  roles: ['admin'],
}
const DUCKLINGS = {
  read_write: {instance_size: 'jumbo', cooldown_seconds: 60},
  read_scaling: {instance_size: 'pulse', flock_size: 4},
} as const
const ACCOUNTS = {accounts: [{username: 'ann', ducklings: [{id: 'rw', type: 'read_write', status: 'active'}]}]}
const NOT_FOUND = {code: 'NOT_FOUND', message: 'Not Found'}

interface Case {
  call(api: MotherDuckApi): Promise<unknown>
  method: string
  /** Below `/v1/`. */
  path: string
  /** As on the wire. */
  body?: string
  reply: unknown
  /** Default: the reply. */
  result?: unknown
}

const CASES: Record<keyof MotherDuckApi, Case[]> = {
  createUser: [
    {
      call: (api) => api.createUser({username: 'ci_bot'}),
      method: 'POST',
      path: 'users',
      body: '{"username":"ci_bot"}',
      reply: {username: 'ci_bot'},
    },
  ],
  deleteUser: [
    {call: (api) => api.deleteUser('ci bot'), method: 'DELETE', path: 'users/ci%20bot', reply: {username: 'ci bot'}},
  ],
  listUsers: [
    {
      call: (api) => api.listUsers({limit: 1000, page_token: 'next', is_service_account: true}),
      method: 'GET',
      path: 'users?is_service_account=true&limit=1000&page_token=next',
      reply: {users: [USER], total_count: 1, next_page_token: null},
    },
  ],
  createToken: [
    {
      call: (api) =>
        api.createToken('ann', {name: 'ci', ttl: 31_536_000, token_type: 'read_scaling', description: 'ü'}),
      method: 'POST',
      path: 'users/ann/tokens',
      body: '{"name":"ci","ttl":31536000,"token_type":"read_scaling","description":"ü"}',
      reply: MINTED,
    },
    {
      call: (api) => api.createToken('ann', {name: 'ci'}),
      method: 'POST',
      path: 'users/ann/tokens',
      body: '{"name":"ci"}',
      reply: MINTED,
    },
  ],
  listTokens: [
    {call: (api) => api.listTokens('ann'), method: 'GET', path: 'users/ann/tokens', reply: {tokens: [TOKEN]}},
    {call: (api) => api.listTokens('ann'), method: 'GET', path: 'users/ann/tokens', reply: {tokens: []}},
  ],
  deleteToken: [
    {
      call: (api) => api.deleteToken('ann', TOKEN.id),
      method: 'DELETE',
      path: `users/ann/tokens/${TOKEN.id}`,
      reply: {},
      result: undefined,
    },
  ],
  getDucklings: [
    {call: (api) => api.getDucklings('ann'), method: 'GET', path: 'users/ann/instances', reply: DUCKLINGS},
  ],
  setDucklings: [
    {
      call: (api) => api.setDucklings('ann', DUCKLINGS),
      method: 'PUT',
      path: 'users/ann/instances',
      body: JSON.stringify({config: DUCKLINGS}),
      reply: DUCKLINGS,
    },
  ],
  listActiveAccounts: [
    {call: (api) => api.listActiveAccounts(), method: 'GET', path: 'active_accounts', reply: ACCOUNTS},
  ],
}

describe('the client of the MotherDuck API', () => {
  for (const [name, cases] of Object.entries(CASES)) {
    for (const {call, method, path, body = '', reply, ...more} of cases) {
      it(`${name}: ${method} ${path} ${body}`.trim(), async () => {
        const {requests, result} = await exchange([answer(200, reply)], call)
        expect(result).to.deep.equal('result' in more ? more.result : reply)
        expect(requests.map((request) => [request.method, request.path, request.body])).to.deep.equal([
          [method, `/v1/${path}`, body],
        ])
        const {host: _host, connection: _connection, ...headers} = requests[0]?.headers ?? {}
        expect(headers).to.deep.equal({
          accept: 'application/json',
          authorization: `Bearer ${SECRET}`,
          'user-agent': 'tokenry/0.0.0',
          ...(method === 'GET' ? {} : {'content-length': `${Buffer.byteLength(body)}`}),
          ...(body === '' ? {} : {'content-type': 'application/json'}),
        })
      })
    }
  }

  it('encodes a user as one segment of the path', async () => {
    const {requests} = await exchange([answer(200, {tokens: []})], (api) => api.listTokens('a/b ü?#%\\'))
    expect(requests[0]?.path).to.equal('/v1/users/a%2Fb%20%C3%BC%3F%23%25%5C/tokens')
  })

  describe('sends nothing that would be another path or that MotherDuck would refuse', () => {
    const long = 'x'.repeat(256)
    for (const [title, call] of [
      ...['', '.', '..', long, 'a\0', '\ud800'].flatMap((user): [string, Case['call']][] => [
        [`a list for the user ${JSON.stringify(user.slice(0, 5))}`, (api) => api.listTokens(user)],
        [`a delete of the user ${JSON.stringify(user.slice(0, 5))}`, (api) => api.deleteUser(user)],
      ]),
      ...['', '.', '..'].map((id): [string, Case['call']] => [
        `a delete of the token ${JSON.stringify(id)}`,
        (api) => api.deleteToken('ann', id),
      ]),
      ['a lifetime that is too short', (api) => api.createToken('ann', {name: 'ci', ttl: 299})],
      ['a reserved name', (api) => api.createToken('ann', {name: 'MotherDuck Extension'})],
      ['a service account with two letters', (api) => api.createUser({username: 'ab'})],
      [
        'a cooldown of a pulse',
        (api) => api.setDucklings('ann', {...DUCKLINGS, read_write: {instance_size: 'pulse', cooldown_seconds: 60}}),
      ],
    ] as [string, Case['call']][]) {
      it(title, async () => {
        const requests: ReceivedRequest[] = []
        await expectFailure(exchange([answer(200, {})], call, requests), 'INVALID')
        expect(requests).to.deep.equal([])
      })
    }
  })

  it('is CONFIG for a 404 in plain text, and NOT_FOUND only for one with a code', async () => {
    const list: Case['call'] = (api) => api.listTokens('ann')
    for (const step of [
      answerText(404, 'Not Found'),
      answer(404, {message: 'Not Found'}),
      answer(404, {}),
      answer(404, undefined),
    ]) {
      const {details} = await expectFailure(exchange([step], list), 'CONFIG')
      expect(details.hint).to.contain('MOTHERDUCK_API_BASE_URL')
    }
    const {details, message} = await expectFailure(exchange([answer(404, NOT_FOUND)], list), 'NOT_FOUND')
    expect([message, details.vendorCode, details.status]).to.deep.equal(['Not Found', 'NOT_FOUND', 404])
  })

  for (const [status, code, vendorCode] of [
    [400, 'INVALID', 'BAD_REQUEST'],
    [401, 'UNAUTHENTICATED', 'UNAUTHORIZED'],
    [403, 'FORBIDDEN', 'FORBIDDEN'],
    [500, 'UPSTREAM', 'INTERNAL_SERVER_ERROR'],
  ] as const) {
    it(`is ${code} for a ${status}, with its code and issues`, async () => {
      const issues = [{message: 'the first'}, {message: 'the second'}, {}, null]
      const refused = exchange([answer(status, {code: vendorCode, message: 'No', issues})], (api) =>
        api.getDucklings('ann'),
      )
      const err = await expectFailure(refused, code)
      expect(err.message).to.equal('No: the first: the second')
      expect(err.details).to.deep.include({
        vendor: 'motherduck',
        status,
        vendorCode,
        fieldErrors: ['the first', 'the second'].map((message) => ({field: '', code: '', message})),
      })
    })
  }

  for (const [title, call, repeats] of [
    ['the list of tokens', (api) => api.listTokens('ann'), true],
    ['a delete of a token', (api) => api.deleteToken('ann', 'x'), true],
    ['a delete of a user', (api) => api.deleteUser('ann'), true],
    ['a write of ducklings', (api) => api.setDucklings('ann', DUCKLINGS), false],
  ] as [string, Case['call'], boolean][]) {
    it(`is UPSTREAM, worth a retry, if ${title} fails`, async () => {
      for (const step of [answerText(502, '<html>'), DROP]) {
        const requests: ReceivedRequest[] = []
        await expectFailure(exchange([step], call, requests), 'UPSTREAM')
        expect(requests).to.have.length(repeats ? 4 : 1)
      }
    })
  }

  it('takes a 404 to a repeated delete for success, but not one in plain text', async () => {
    const busy = answer(503, {})
    const remove: Case['call'] = (api) => api.deleteUser('ann')
    expect((await exchange([busy, answer(404, NOT_FOUND)], remove)).result).to.deep.equal({username: 'ann'})
    await expectFailure(exchange([busy, answerText(404, 'Not Found')], remove), 'CONFIG')
    await expectFailure(exchange([answer(404, NOT_FOUND)], remove), 'NOT_FOUND')
  })

  for (const [title, call, reply] of [
    ['a token', (api) => api.createToken('ann', {name: 'ci'}), MINTED],
    ['a user', (api) => api.createUser({username: 'ci_bot'}), {username: 'ci_bot'}],
  ] as [string, Case['call'], unknown][]) {
    it(`repeats the creation of ${title} after a 429, and nothing else that may have been carried out`, async () => {
      const busy = answer(429, {code: 'RATE_LIMITED', message: 'Slow down'}, {'Retry-After': '1'})
      expect((await exchange([busy, busy, answer(200, reply)], call)).requests).to.have.length(3)
      for (const step of [answer(500, {}), answerText(502, ''), answer(504, {}), DROP]) {
        const requests: ReceivedRequest[] = []
        await expectFailure(exchange([step, answer(200, reply)], call, requests), 'UNCERTAIN')
        expect(requests).to.have.length(1)
      }
    })

    it(`is UNCERTAIN if a 200 lacks the new ${title.slice(2)}`, async () => {
      for (const step of [answerText(200, '<html>'), answer(200, {}), answer(200, []), answer(200, undefined)]) {
        const {message} = await expectFailure(exchange([step], call), 'UNCERTAIN')
        expect(message).to.contain(`without the new ${title.slice(2)}`)
      }
    })
  }

  for (const token of [null, '', 'the secret', 'a\nb', 'sëcret', 'a\u001b[2J', 5]) {
    it(`is UNCERTAIN without the text if the secret is ${JSON.stringify(token)}`, async () => {
      const create: Case['call'] = (api) => api.createToken('ann', {name: 'ci'})
      const err = await expectFailure(exchange([answer(200, {...MINTED, token})], create), 'UNCERTAIN')
      if (typeof token === 'string' && token !== '') expect(err.message + err.details.hint).to.not.contain(token)
    })
  }

  it('follows no redirect', async () => {
    for (const status of [301, 302, 307, 308]) {
      const requests: ReceivedRequest[] = []
      const moved = answer(status, {}, {Location: '/v1/users/bob'})
      await expectFailure(
        exchange([moved], (api) => api.deleteUser('ann'), requests),
        'CONFIG',
      )
      expect(requests).to.have.length(1)
    }
  })

  it('is UPSTREAM for a 200 with HTML', async () => {
    await expectFailure(
      exchange([answerText(200, '<html>')], (api) => api.listTokens('ann')),
      'UPSTREAM',
    )
  })
})

/** Call the client of a server that takes these steps. */
async function exchange(
  steps: Step[],
  call: Case['call'],
  requests: ReceivedRequest[] = [],
): Promise<{requests: ReceivedRequest[]; result: unknown}> {
  const server = await openScriptedServer(steps)
  const client = await openTestMotherDuck(new URL('/', server.url), SECRET)
  try {
    return {result: await call(client), requests}
  } finally {
    requests.push(...server.requests)
    client.close()
    await server.close()
  }
}
