import {expect} from 'chai'
import type {AstroApi} from '../../../src/vendors/astro/api.ts'
import {openTestClient} from '../../support/astro-client.ts'
import {expectFailure} from '../../support/rejection.ts'
import {answer, openScriptedServer, type ReceivedRequest, type Step} from '../../support/scripted-server.ts'

const SECRET = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl'

const TIMES = {createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-02T00:00:00Z'}
const PAGE = {limit: 1000, offset: 0, totalCount: 1}
const ROLE = {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId: 'dep'} as const
const TOKEN = {
  id: 'tok',
  name: 'ci',
  description: '',
  scope: 'DEPLOYMENT',
  kind: 'STANDARD',
  shortToken: 'abcdefgh',
  startAt: '2026-01-01T00:00:00Z',
  ...TIMES,
  roles: [ROLE],
}
const MINTED = {...TOKEN, token: 'the.new.secret'}
const ORGANIZATION = {id: 'org', name: 'acme', product: 'HOSTED', ...TIMES}
const WORKSPACE = {id: 'wsp', name: 'data', description: '', organizationId: 'org', ...TIMES}
const DEPLOYMENT = {
  id: 'dep',
  name: 'prod',
  workspaceId: 'wsp',
  workspaceName: 'data',
  organizationId: 'org',
  status: 'HEALTHY',
  ...TIMES,
}
const CUSTOM_ROLE = {id: 'rol', name: 'deployer', description: '', scopeType: 'DEPLOYMENT', ...TIMES}
const DEFAULT_ROLE = {name: 'DEPLOYMENT_ADMIN', description: 'All', scopeType: 'DEPLOYMENT'}
const SELF = {id: 'usr', username: 'ann@example.com', fullName: 'Ann', avatarUrl: '', status: 'ACTIVE', ...TIMES}
const BY_NAME = [{field: 'name', descending: true}] as const
const BY_CREATION = [{field: 'createdAt', descending: false}] as const

interface Case {
  call(api: AstroApi): Promise<unknown>
  method: string
  /** Below `/v1/`. */
  path: string
  body?: unknown
  reply: unknown
  /** Default: the reply. */
  result?: unknown
}

const get = (path: string, reply: unknown, call: Case['call']): Case => ({method: 'GET', path, reply, call})

const CASES: Record<keyof AstroApi, Case[]> = {
  getSelf: [get('users/self', SELF, (api) => api.getSelf())],
  listOrganizations: [
    get('organizations', {organizations: [ORGANIZATION], ...PAGE}, (api) => api.listOrganizations({})),
    get(
      'organizations?astronomerProduct=ASTRO&limit=5&offset=10&product=HOSTED&productPlan=BASIC&sorts=name%3Adesc',
      {organizations: [ORGANIZATION], ...PAGE},
      (api) =>
        api.listOrganizations({
          sorts: BY_NAME,
          offset: 10,
          limit: 5,
          product: 'HOSTED',
          productPlan: 'BASIC',
          astronomerProduct: 'ASTRO',
        }),
    ),
  ],
  getOrganization: [get('organizations/org', ORGANIZATION, (api) => api.getOrganization('org'))],
  listWorkspaces: [
    get(
      'organizations/org/workspaces?limit=1000&names=a+b&offset=0&workspaceIds=a&workspaceIds=b',
      {workspaces: [WORKSPACE], ...PAGE},
      (api) => api.listWorkspaces('org', {workspaceIds: ['a', 'b'], names: ['a b'], offset: 0, limit: 1000}),
    ),
  ],
  getWorkspace: [get('organizations/org/workspaces/wsp', WORKSPACE, (api) => api.getWorkspace('org', 'wsp'))],
  listDeployments: [
    get(
      'organizations/org/deployments?deploymentIds=dep&names=prod&workspaceIds=a&workspaceIds=b',
      {deployments: [DEPLOYMENT], ...PAGE},
      (api) => api.listDeployments('org', {deploymentIds: ['dep'], names: ['prod'], workspaceIds: ['a', 'b']}),
    ),
  ],
  getDeployment: [get('organizations/org/deployments/dep', DEPLOYMENT, (api) => api.getDeployment('org', 'dep'))],
  listRoles: [
    get(
      'organizations/org/roles?includeDefaultRoles=true&scopeTypes=DEPLOYMENT&scopeTypes=DAG',
      {roles: [CUSTOM_ROLE], defaultRoles: [DEFAULT_ROLE], ...PAGE},
      (api) => api.listRoles('org', {includeDefaultRoles: true, scopeTypes: ['DEPLOYMENT', 'DAG']}),
    ),
    get('organizations/org/roles?includeDefaultRoles=false', {roles: [], ...PAGE, totalCount: 0}, (api) =>
      api.listRoles('org', {includeDefaultRoles: false}),
    ),
  ],
  listTokens: [
    get(
      'organizations/org/tokens?deploymentId=dep&limit=1000&offset=0&sorts=createdAt%3Aasc',
      {tokens: [TOKEN], ...PAGE},
      (api) => api.listTokens('org', {deploymentId: 'dep', offset: 0, limit: 1000, sorts: BY_CREATION}),
    ),
    get(
      'organizations/org/tokens?dagId=etl&dagTags=a&dagTags=b&includeOnlyOrganizationTokens=true&kind=STANDARD&workspaceId=wsp',
      {tokens: [], ...PAGE, totalCount: 0},
      (api) =>
        api.listTokens('org', {
          workspaceId: 'wsp',
          dagId: 'etl',
          dagTags: ['a', 'b'],
          includeOnlyOrganizationTokens: true,
          kind: 'STANDARD',
        }),
    ),
  ],
  createToken: [
    {
      call: (api) =>
        api.createToken('org', {
          name: 'ci',
          description: 'ü',
          role: 'deployer',
          scope: 'DEPLOYMENT',
          entityId: 'dep',
          kind: 'DIRECT_ACCESS',
          tokenExpiryPeriodInDays: 30,
        }),
      method: 'POST',
      path: 'organizations/org/tokens',
      body: {
        name: 'ci',
        description: 'ü',
        role: 'deployer',
        scope: 'DEPLOYMENT',
        entityId: 'dep',
        kind: 'DIRECT_ACCESS',
        tokenExpiryPeriodInDays: 30,
      },
      reply: MINTED,
    },
  ],
  getToken: [get('organizations/org/tokens/tok', TOKEN, (api) => api.getToken('org', 'tok'))],
  updateToken: [
    {
      call: (api) => api.updateToken('org', 'tok', {name: 'new', description: ''}),
      method: 'POST',
      path: 'organizations/org/tokens/tok',
      body: {name: 'new', description: ''},
      reply: TOKEN,
    },
  ],
  updateTokenRoles: [
    {
      call: (api) => api.updateTokenRoles('org', 'tok', [ROLE]),
      method: 'POST',
      path: 'organizations/org/tokens/tok/roles',
      body: {roles: [ROLE]},
      reply: {organizationRole: 'ORGANIZATION_MEMBER'},
      result: undefined,
    },
  ],
  rotateToken: [
    {
      call: (api) => api.rotateToken('org', 'tok'),
      method: 'POST',
      path: 'organizations/org/tokens/tok/rotate',
      reply: MINTED,
    },
  ],
  deleteToken: [
    {
      call: (api) => api.deleteToken('org', 'tok'),
      method: 'DELETE',
      path: 'organizations/org/tokens/tok',
      reply: undefined,
    },
  ],
  listAgentTokens: [
    get(
      'organizations/org/deployments/dep/agent-tokens?limit=1000&offset=0&sorts=createdAt%3Aasc',
      {tokens: [TOKEN], ...PAGE},
      (api) => api.listAgentTokens('org', 'dep', {offset: 0, limit: 1000, sorts: BY_CREATION}),
    ),
  ],
  createAgentToken: [
    {
      call: (api) => api.createAgentToken('org', 'dep', {name: 'remote', tokenExpiryPeriodInDays: 1}),
      method: 'POST',
      path: 'organizations/org/deployments/dep/agent-tokens',
      body: {name: 'remote', tokenExpiryPeriodInDays: 1},
      reply: MINTED,
    },
  ],
  getAgentToken: [
    get('organizations/org/deployments/dep/agent-tokens/tok', TOKEN, (api) => api.getAgentToken('org', 'dep', 'tok')),
  ],
  deleteAgentToken: [
    {
      call: (api) => api.deleteAgentToken('org', 'dep', 'tok'),
      method: 'DELETE',
      path: 'organizations/org/deployments/dep/agent-tokens/tok',
      reply: undefined,
    },
  ],
}

describe('the client of the Astro API', () => {
  for (const [name, cases] of Object.entries(CASES)) {
    for (const {call, method, path, body, reply, ...more} of cases) {
      it(`${name}: ${method} ${path}`, async () => {
        const {requests, result} = await exchange([answer(reply === undefined ? 204 : 200, reply)], call)
        expect(result).to.deep.equal('result' in more ? more.result : reply)
        expect(requests.map((request) => [request.method, request.path])).to.deep.equal([[method, `/v1/${path}`]])
        const [{body: sent = '', headers} = {headers: {}}] = requests
        expect(sent === '' ? undefined : JSON.parse(sent)).to.deep.equal(body)
        expect(withoutSocket(headers)).to.deep.equal({
          accept: 'application/json',
          authorization: `Bearer ${SECRET}`,
          'user-agent': 'tokenry/0.0.0',
          'x-astro-client-identifier': 'tokenry',
          'x-astro-client-version': '0.0.0',
          'x-client-os-identifier': `${process.platform}-${process.arch}`,
          ...(method === 'GET' ? {} : {'content-length': `${Buffer.byteLength(sent)}`}),
          ...(body === undefined ? {} : {'content-type': 'application/json'}),
        })
      })
    }
  }

  it('encodes what is a part of a path, and refuses what would be another path', async () => {
    const {requests} = await exchange([answer(200, {...TOKEN, id: 'ü?#%'})], (api) => api.getToken('o/r g', 'ü?#%'))
    expect(requests[0]?.path).to.equal('/v1/organizations/o%2Fr%20g/tokens/%C3%BC%3F%23%25')
    for (const id of ['', '.', '..']) {
      const refused = exchange([answer(200, TOKEN)], (api) => api.deleteToken('org', id))
      await expectFailure(refused, 'INVALID')
    }
  })

  for (const status of [200, 201, 202, 204]) {
    it(`takes a ${status} to a delete and to a write of roles for success, no matter what is in it`, async () => {
      for (const reply of [undefined, {}, 'no object']) {
        await exchange([answer(status, status === 204 ? undefined : reply)], (api) => api.deleteToken('org', 'tok'))
        await exchange([answer(status, undefined)], (api) => api.updateTokenRoles('org', 'tok', [ROLE]))
      }
    })
  }

  it('takes a 404 to a repeated delete for success, and one to the first for NOT_FOUND', async () => {
    const gone = answer(404, {message: 'Not found', requestId: 'r', statusCode: 404})
    const {requests} = await exchange([answer(503, {message: 'Busy'}), gone], (api) => api.deleteToken('org', 'tok'))
    expect(requests).to.have.length(2)
    const err = await expectFailure(
      exchange([gone], (api) => api.deleteToken('org', 'tok')),
      'NOT_FOUND',
    )
    expect(err.details).to.include({vendor: 'astro', status: 404, requestId: 'r'})
  })

  for (const [title, call] of [
    ['a create', (api) => api.createToken('org', {name: 'ci', role: 'X', scope: 'ORGANIZATION'})],
    ['a rotation', (api) => api.rotateToken('org', 'tok')],
    ['a create of an agent token', (api) => api.createAgentToken('org', 'dep', {name: 'ci'})],
  ] as [string, Case['call']][]) {
    it(`repeats ${title} after a 429 only`, async () => {
      const busy = answer(429, {message: 'Slow down'})
      expect((await exchange([busy, busy, answer(200, MINTED)], call)).requests).to.have.length(3)
      for (const status of [500, 502, 503, 504]) {
        const requests: ReceivedRequest[] = []
        const fails = exchange([answer(status, {message: 'No'}), answer(200, MINTED)], call, requests)
        await expectFailure(fails, 'UNCERTAIN')
        expect(requests, String(status)).to.have.length(1)
      }
    })

    for (const [what, token] of [
      ['no secret', undefined],
      ['null', null],
      ['an empty secret', ''],
      ['a secret with a blank', 'the secret'],
      ['a secret with a newline at its end', 'secret\n'],
      ['a secret in two lines', 'a\nb'],
      ['a secret with a letter beyond ASCII', 'sëcret'],
      ['a secret with a control character', 'a\u001b[2J'],
      ['a number', 5],
    ] as const) {
      it(`refuses ${what} in the answer to ${title}: UNCERTAIN, without the text`, async () => {
        const err = await expectFailure(exchange([answer(200, {...MINTED, token})], call), 'UNCERTAIN')
        expect(err.message).to.contain('without the new token')
        if (typeof token === 'string' && token !== '') expect(err.message + err.details.hint).to.not.contain(token)
      })
    }

    it(`refuses an answer to ${title} that is not the token: UNCERTAIN`, async () => {
      for (const reply of [{}, {...MINTED, token: null}, [], 'the.new.secret', null]) {
        await expectFailure(exchange([answer(200, reply)], call), 'UNCERTAIN')
      }
    })
  }

  for (const [title, call, reply, code = 'UPSTREAM'] of [
    ['an organization', (api) => api.getOrganization('org'), ORGANIZATION],
    ['a workspace', (api) => api.getWorkspace('org', 'wsp'), WORKSPACE],
    ['a deployment', (api) => api.getDeployment('org', 'dep'), DEPLOYMENT],
    ['a token', (api) => api.getToken('org', 'tok'), TOKEN],
    ['an agent token', (api) => api.getAgentToken('org', 'dep', 'tok'), TOKEN],
    ['a changed token', (api) => api.updateToken('org', 'tok', {name: 'x'}), TOKEN],
    ['a rotated token', (api) => api.rotateToken('org', 'tok'), MINTED, 'UNCERTAIN'],
  ] as [string, Case['call'], object, 'UNCERTAIN'?][]) {
    it(`refuses ${title} with another id than the one that was asked for: ${code}`, async () => {
      await exchange([answer(200, reply)], call)
      for (const id of ['other', 'TOK']) {
        await expectFailure(exchange([answer(200, {...reply, id})], call), code)
      }
    })
  }

  it('keeps the words, the request id and the field errors of a refusal', async () => {
    const fieldErrors = [{field: 'name', code: 'max', message: 'Too long'}]
    const body = {message: 'Invalid request: name', requestId: 'req-1', statusCode: 400, fieldErrors}
    const fails = exchange([answer(400, body, {'X-Request-Id': 'other'})], (api) =>
      api.updateToken('org', 'tok', {name: 'x'}),
    )
    const err = await expectFailure(fails, 'INVALID')
    expect(err.message).to.equal('Invalid request: name')
    expect(err.details).to.deep.include({vendor: 'astro', status: 400, requestId: 'req-1', fieldErrors})
  })
})

/** Call the client of a server that takes these steps. */
async function exchange(
  steps: Step[],
  call: Case['call'],
  requests: ReceivedRequest[] = [],
): Promise<{requests: ReceivedRequest[]; result: unknown}> {
  const server = await openScriptedServer(steps)
  const client = await openTestClient(server.url, SECRET)
  try {
    return {result: await call(client), requests}
  } finally {
    requests.push(...server.requests)
    client.close()
    await server.close()
  }
}

/** Without the headers that Node adds. */
function withoutSocket({host, connection, ...headers}: ReceivedRequest['headers']): ReceivedRequest['headers'] {
  expect(host).to.match(/^127\.0\.0\.1:\d+$/)
  return headers
}
