import {expect} from 'chai'
import fc from 'fast-check'
import {
  parseDeployment,
  parseDeploymentsPage,
  parseError,
  parseMintedToken,
  parseOrganization,
  parseOrganizationsPage,
  parseRolesPage,
  parseSelf,
  parseToken,
  parseTokensPage,
  parseWorkspace,
  parseWorkspacesPage,
} from '../../../src/vendors/astro/answers.ts'

type Parse = (body: unknown) => unknown

const TIMES = {createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-02T00:00:00Z'}
const MINIMAL = {
  id: 'tok',
  name: 'ci',
  scope: 'DEPLOYMENT',
  startAt: '2026-01-01T00:00:00Z',
  ...TIMES,
}
const TOKEN = {
  ...MINIMAL,
  description: 'deploys',
  kind: 'DIRECT_ACCESS',
  shortToken: 'abcdefgh',
  endAt: '2026-02-01T00:00:00Z',
  expiryPeriodInDays: 31,
  lastRotatedAt: '2026-01-03T00:00:00Z',
  lastUsedAt: '2026-01-04T00:00:00Z',
  createdBy: {id: 'usr', subjectType: 'USER', fullName: 'Ann', username: 'ann@example.com'},
  updatedBy: {id: 'bot', subjectType: 'SERVICEKEY', apiTokenName: 'bot'},
  roles: [{entityType: 'DEPLOYMENT', entityId: 'dep', role: 'DEPLOYMENT_ADMIN'}],
}
const ENTITY = {id: 'ent', name: 'one', ...TIMES}
const DEPLOYMENT = {...ENTITY, workspaceId: 'wsp', workspaceName: 'data', organizationId: 'org', status: 'HEALTHY'}
const ROLE = {...ENTITY, description: 'May', scopeType: 'DEPLOYMENT'}
const SELF = {id: 'usr', username: 'ann@example.com', fullName: 'Ann'}

describe('answers of Astro', () => {
  describe('a token', () => {
    it('has every field that tokenry uses, and no other', () => {
      const more = {unknown: 1, revision: 5, token: 'the.secret', permissions: ['x']}
      expect(parseToken({...TOKEN, ...more})).to.deep.equal(TOKEN)
    })

    for (const none of [undefined, null]) {
      it(`may lack what is optional: ${none}`, () => {
        const optional = Object.keys(TOKEN).filter((key) => !(key in MINIMAL))
        const without = {...TOKEN, ...Object.fromEntries(optional.map((key) => [key, none]))}
        expect(parseToken(without)).to.deep.equal({
          ...MINIMAL,
          description: '',
          kind: 'STANDARD',
          shortToken: '',
          roles: [],
        })
      })
    }

    it('keeps a kind that Astro adds one day', () => {
      expect(parseToken({...TOKEN, kind: 'EPHEMERAL'})).to.include({kind: 'EPHEMERAL'})
    })

    it('keeps each field of a role, and the order of the roles', () => {
      const roles = [
        {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId: 'dep', expiresAt: {unknown: [null]}},
        {entityType: 'TASK', entityId: 'added one day', role: 'TASK_VIEWER'},
        {entityType: 'DAG_TAG', entityId: 'nightly', role: 'DAG_AUTHOR', deploymentId: 'dep'},
        ...TOKEN.roles,
      ]
      expect(parseToken({...TOKEN, roles}).roles).to.deep.equal(roles)
    })

    for (const [given, wanted] of [
      ['2026-01-01T02:30:00+02:30', '2026-01-01T00:00:00Z'],
      ['2025-12-31T19:00:00-05:00', '2026-01-01T00:00:00Z'],
      ['2026-01-01T00:00:00.123456789Z', '2026-01-01T00:00:00Z'],
      ['2026-01-01T00:00:00.999Z', '2026-01-01T00:00:00Z'],
    ] as const) {
      it(`has times in UTC, in whole seconds: ${given}`, () => {
        const names = ['startAt', 'createdAt', 'updatedAt', 'endAt', 'lastUsedAt', 'lastRotatedAt'] as const
        const parsed = parseToken({...TOKEN, ...Object.fromEntries(names.map((name) => [name, given]))})
        for (const name of names) expect(parsed[name], name).to.equal(wanted)
      })
    }
  })

  describe('an answer that is not what Astro describes is refused, and the error names the field', () => {
    const cases: [parse: Parse, good: object, required: string[], wrong: [field: string, ...values: unknown[]][]][] = [
      [
        parseToken,
        TOKEN,
        ['id', 'name', 'scope', 'startAt', 'createdAt', 'updatedAt'],
        [
          ['id', 5, [], {}],
          ['name', false],
          ['description', 5],
          ['scope', 1, []],
          ['kind', 5],
          ['shortToken', ['a']],
          ['startAt', 'yesterday', '', 1_790_000_000, '2026-13-01T00:00:00Z', '2026-01-01'],
          ['endAt', 'never', 0],
          ['lastUsedAt', ''],
          ['expiryPeriodInDays', '30', true],
          ['endAt', '9999-12-31T23:59:59-23:59'],
          ['createdBy', 'Ann', {fullName: 'Ann'}, {id: 'usr', fullName: 5}],
          ['roles', {}, 'none', [null], [{}], [{entityType: 5, entityId: 'x', role: 'y'}]],
        ],
      ],
      [parseMinted, {...TOKEN, token: 'secret'}, ['token'], [['token', '', ' a', 'a ', 'a\tb', 5]]],
      [parseOrganization, {...ENTITY, product: 'HOSTED'}, ['id', 'name', 'createdAt'], [['product', 5]]],
      [parseWorkspace, {...ENTITY, description: ''}, ['id', 'name', 'createdAt', 'updatedAt'], [['description', 5]]],
      [
        parseDeployment,
        DEPLOYMENT,
        ['id', 'name', 'workspaceId', 'createdAt'],
        [
          ['workspaceName', 5],
          ['organizationId', 5],
          ['status', 5],
        ],
      ],
      [parseSelf, SELF, ['id', 'username'], [['fullName', 5]]],
      [parseTokensPage, page({tokens: [TOKEN]}), ['tokens', 'totalCount'], pageFaults('tokens')],
      [parseOrganizationsPage, page({organizations: [ENTITY]}), ['organizations'], pageFaults('organizations')],
      [parseWorkspacesPage, page({workspaces: [ENTITY]}), ['workspaces'], pageFaults('workspaces')],
      [parseDeploymentsPage, page({deployments: [DEPLOYMENT]}), ['deployments'], pageFaults('deployments')],
      [
        parseRolesPage,
        page({roles: [ROLE], defaultRoles: [{name: 'R', scopeType: 'DAG'}]}),
        ['roles', 'totalCount'],
        [...pageFaults('roles'), ['defaultRoles', 'R', [{name: 'R'}]], ['roles', [{...ROLE, description: 5}]]],
      ],
    ]
    for (const [parse, good, required, wrong] of cases) {
      it(parse.name, () => {
        expect(() => parse(good)).to.not.throw()
        for (const body of [undefined, null, [], 'text', 5, true]) expect(() => parse(body)).to.throw('not an object')
        for (const field of required) {
          expect(() => parse(withField(good, field, undefined)), field).to.throw(field)
          expect(() => parse(withField(good, field, null)), field).to.throw(field)
        }
        for (const [field, ...values] of wrong) {
          for (const value of values) {
            expect(() => parse(withField(good, field, value)), `${field} ${JSON.stringify(value)}`).to.throw()
          }
        }
      })
    }
  })

  it('give a page that does not echo limit and offset what it holds', () => {
    expect(parseTokensPage({tokens: [TOKEN], totalCount: 7})).to.deep.equal({
      tokens: [TOKEN],
      limit: 1,
      offset: 0,
      totalCount: 7,
    })
  })

  it('give roles without a description an empty one, and no built-in roles if there are none', () => {
    const {description, ...role} = ROLE
    const defaultRoles = [{name: 'R', scopeType: 'DAG', permissions: ['x'], description: null}]
    expect(parseRolesPage(page({roles: [role, {...role, description: null}], defaultRoles}))).to.deep.include({
      roles: [
        {...role, description: ''},
        {...role, description: ''},
      ],
      defaultRoles: [{name: 'R', scopeType: 'DAG', description: ''}],
    })
    expect(parseRolesPage(page({roles: []}))).to.not.have.property('defaultRoles')
    expect(parseRolesPage(page({roles: [], defaultRoles: null}))).to.deep.include({defaultRoles: []})
  })

  it('give a workspace without a description an empty one, and keep no null of an organization', () => {
    expect(parseWorkspace({...ENTITY, description: null})).to.include({description: ''})
    expect(parseOrganization({...ENTITY, product: null})).to.include({product: undefined})
    expect(parseOrganization({...ENTITY, product: 'NEW'})).to.include({product: 'NEW'})
  })

  describe('an error body', () => {
    it('gives message, request id and field errors, and nothing else', () => {
      const body = {
        message: 'Invalid request: name',
        requestId: 'req',
        statusCode: 400,
        fieldErrors: [{field: 'name', code: 'max', message: 'Too long', extra: 1}, {}],
      }
      expect(parseError(body)).to.deep.equal({
        message: 'Invalid request: name',
        requestId: 'req',
        fieldErrors: [
          {field: 'name', code: 'max', message: 'Too long'},
          {field: '', code: '', message: ''},
        ],
      })
      expect(parseError({message: '', requestId: '', statusCode: 500, fieldErrors: null})).to.deep.equal({
        message: '',
        requestId: '',
        fieldErrors: [],
      })
    })

    const required = {message: 'No', requestId: 'req', statusCode: 404}

    it('is not one without message, request id and status, which a gateway does not all send', () => {
      for (const body of [undefined, null, 'text', [], {}, {error: 'x'}, {message: 'Not Found'}]) {
        expect(parseError(body), JSON.stringify(body)).to.equal(null)
      }
      for (const [field, ...wrong] of [
        ['message', undefined, null, {text: 'x'}],
        ['requestId', undefined, null, 5],
        ['statusCode', undefined, null, '404', 404.5],
      ] as const) {
        for (const value of wrong) {
          expect(parseError(withField(required, field, value)), `${field} ${value}`).to.equal(null)
        }
      }
    })

    it('keeps its message if its field errors are not what Astro describes', () => {
      for (const fieldErrors of ['x', [null], [{field: 5}]]) {
        expect(parseError({...required, fieldErrors}), JSON.stringify(fieldErrors)).to.include({message: 'No'})
      }
    })
  })

  describe('a token that was minted', () => {
    it('is delivered with what is known of it, even if other fields cannot be read', () => {
      for (const field of Object.keys(TOKEN)) {
        for (const value of [undefined, 5, {}, 'x'.repeat(3), [null], true]) {
          const minted = parseMinted({...TOKEN, token: 'secret', [field]: value})
          expect(minted.token, field).to.equal('secret')
          expect(minted.id, field).to.be.a('string').that.is.not.equal('')
        }
      }
      expect(parseMinted({token: 'secret'})).to.deep.equal({
        id: 'known',
        name: 'known',
        description: '',
        scope: 'WORKSPACE',
        kind: 'STANDARD',
        shortToken: '',
        startAt: KNOWN.now,
        createdAt: KNOWN.now,
        updatedAt: KNOWN.now,
        roles: [],
        token: 'secret',
      })
    })
  })

  it('have roles that can be written again, or are refused', () => {
    const deep = (depth: number): unknown => (depth === 0 ? 1 : {a: deep(depth - 1)})
    const role = {entityType: 'DEPLOYMENT', entityId: 'x', role: 'y'}
    expect(parseToken({...TOKEN, roles: [{...role, more: deep(10)}]}).roles[0]).to.have.property('more')
    expect(() => parseToken({...TOKEN, roles: [{...role, more: deep(30)}]})).to.throw('too deep')
  })

  it('have a number of days with which a time can be computed, or none', () => {
    for (const days of [1e10, -1, 0, 1.5]) {
      expect(parseToken({...TOKEN, expiryPeriodInDays: days})).to.not.have.property('expiryPeriodInDays')
    }
  })

  it('are either parsed or refused with a plain Error, no matter what they are', () => {
    const parsers: Parse[] = [parseToken, parseMinted, parseDeployment, parseTokensPage, parseRolesPage, parseSelf]
    const changed = fc.tuple(fc.constantFrom(...Object.keys(TOKEN)), fc.jsonValue())
    fc.assert(
      fc.property(fc.jsonValue(), changed, (body, [field, value]) => {
        for (const parse of parsers) {
          for (const each of [body, withField(TOKEN, field, value), {tokens: [body], totalCount: 1}]) {
            try {
              parse(each)
            } catch (err) {
              expect(Object.getPrototypeOf(err)).to.equal(Error.prototype)
            }
          }
        }
        parseError(body)
      }),
      {numRuns: 300},
    )
  })
})

const KNOWN = {id: 'known', name: 'known', scope: 'WORKSPACE', now: '2026-01-01T00:00:00Z'} as const

function parseMinted(body: unknown) {
  return parseMintedToken(body, KNOWN)
}

function withField(good: object, field: string, value: unknown): object {
  return {...good, [field]: value}
}

function page(items: object): object {
  return {...items, limit: 1000, offset: 0, totalCount: 1}
}

function pageFaults(name: string): [string, ...unknown[]][] {
  return [
    [name, {}, 'none', [null], [{}]],
    ['totalCount', -1, '1', [], {}],
    ['limit', '1000'],
    ['offset', 'x'],
  ]
}
