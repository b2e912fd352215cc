import {expect} from 'chai'
import fc from 'fast-check'
import {
  parseActiveAccounts,
  parseDucklings,
  parseError,
  parseMintedToken,
  parseTokens,
  parseUserName,
  parseUsersPage,
} from '../../../src/vendors/motherduck/answers.ts'

const NOW = '2026-01-05T00:00:00Z'
const MINIMAL = {id: 'id', created_ts: '2026-01-01T00:00:00Z', read_only: false, token_type: 'read_write'}
const TOKEN = {...MINIMAL, name: 'ci', description: 'deploys', expire_at: '2026-02-01T00:00:00Z'}
const USER = {
  id: 'u1',
  username: 'ann',
  email: 'ann@example.com',
  first_name: 'Ann',
  last_name: 'Lee',
  is_service_account: false,
  is_deprovisioned: false,
  roles: ['admin'],
}

const parseOne = (token: unknown) => parseTokens({tokens: [token]}).tokens[0]
const parseMinted = (body: unknown, asked = {name: 'asked'}) => parseMintedToken(body, asked, NOW)

describe('answers of MotherDuck', () => {
  describe('a token', () => {
    it('has every field that tokenry uses, and no other', () => {
      expect(parseOne({...TOKEN, unknown: 1, token: 'the.secret'})).to.deep.equal(TOKEN)
    })

    for (const none of [undefined, null, '']) {
      it(`may lack its name, description and end: ${JSON.stringify(none)}`, () => {
        const token = parseOne({...TOKEN, description: none, expire_at: none})
        expect(token).to.deep.equal({...MINIMAL, name: 'ci'})
        expect(parseOne({...MINIMAL, name: none ?? null})).to.include(MINIMAL)
      })
    }

    it('has its times in whole seconds of UTC', () => {
      const created_ts = '2026-01-01T01:00:00.123456+01:00'
      expect(parseOne({...TOKEN, created_ts})).to.include({created_ts: '2026-01-01T00:00:00Z'})
    })

    it('may be of a type that MotherDuck adds one day', () => {
      expect(parseOne({...TOKEN, token_type: 'read_embed'})).to.include({token_type: 'read_embed'})
    })

    it('is read only by its type if that is not reported', () => {
      const {read_only: _, ...rest} = TOKEN
      expect(parseOne({...rest, token_type: 'read_scaling'})).to.include({read_only: true})
      expect(parseOne(rest)).to.include({read_only: false})
    })

    for (const [field, value] of [
      ['id', undefined],
      ['id', 5],
      ['created_ts', undefined],
      ['created_ts', 'yesterday'],
      ['token_type', null],
      ['name', 5],
      ['expire_at', 'never'],
      ['read_only', 'yes'],
    ] as const) {
      it(`makes its list fail with ${field} ${JSON.stringify(value)}`, () => {
        expect(() => parseOne({...TOKEN, [field]: value})).to.throw(field)
      })
    }
  })

  describe('a minted token', () => {
    it('has its secret', () => {
      expect(parseMinted({...TOKEN, token: 'the.secret'})).to.deep.equal({...TOKEN, token: 'the.secret'})
    })

    it('has the name and the description that were asked for if they are not reported', () => {
      const minted = parseMintedToken({...MINIMAL, token: 's'}, {name: 'asked', description: 'why'}, NOW)
      expect(minted).to.deep.equal({...MINIMAL, name: 'asked', description: 'why', token: 's'})
    })

    it('is made of what was asked for if nothing but the secret can be read', () => {
      const broken = {id: 5, created_ts: 'x', expire_at: 'x', token_type: null, token: 's'}
      const asked = {name: 'asked', ttl: 3600, token_type: 'read_scaling'} as const
      for (const body of [{token: 's'}, broken]) {
        expect(parseMintedToken(body, asked, NOW)).to.deep.equal({
          id: '',
          name: 'asked',
          created_ts: NOW,
          expire_at: '2026-01-05T01:00:00Z',
          read_only: true,
          token_type: 'read_scaling',
          token: 's',
        })
      }
    })

    it('is an error only without a secret, for any other content', () => {
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...Object.keys(TOKEN)), fc.jsonValue()), (fields) => {
          expect(parseMinted({...fields, token: 'the.secret'}).token).to.equal('the.secret')
          expect(() => parseMinted({...fields, token: undefined})).to.throw('token')
        }),
      )
    })
  })

  it('with a list are errors without it, and may be empty', () => {
    for (const [parse, name] of [
      [parseTokens, 'tokens'],
      [parseActiveAccounts, 'accounts'],
      [parseUsersPage, 'users'],
    ] as const) {
      for (const body of [{}, {[name]: null}, {[name]: {}}, [], null, 'x']) expect(() => parse(body), name).to.throw()
      expect(parse({[name]: []})).to.have.deep.property(name, [])
    }
  })

  it('with users have the page that follows, if there is one', () => {
    const page = {users: [USER], total_count: 5, next_page_token: 'more'}
    expect(parseUsersPage({...page, unknown: 1})).to.deep.equal(page)
    for (const none of [undefined, null, '']) {
      expect(parseUsersPage({...page, next_page_token: none}).next_page_token).to.equal(null)
    }
    const {id, username} = USER
    expect(parseUsersPage({users: [{id, username, roles: null}]})).to.deep.equal({
      users: [
        {
          id,
          username,
          email: '',
          first_name: null,
          last_name: null,
          is_service_account: false,
          is_deprovisioned: false,
          roles: [],
        },
      ],
      total_count: 1,
      next_page_token: null,
    })
    expect(() => parseUsersPage({users: [{username}]})).to.throw('id')
    expect(() => parseUsersPage({users: [{...USER, roles: [5]}]})).to.throw('role')
  })

  it('with ducklings need the sizes and the size of the flock, and may have a size that is new', () => {
    const config = {
      read_write: {instance_size: 'tera', cooldown_seconds: 60},
      read_scaling: {instance_size: 'pulse', flock_size: 4},
    }
    expect(parseDucklings({...config, unknown: 1})).to.deep.equal(config)
    const {cooldown_seconds: _, ...noCooldown} = config.read_write
    const none = {...config.read_write, cooldown_seconds: null}
    expect(parseDucklings({...config, read_write: none}).read_write).to.deep.equal(noCooldown)
    for (const wrong of [
      {},
      {config},
      {...config, read_write: {}},
      {...config, read_scaling: {instance_size: 'pulse'}},
      {...config, read_scaling: null},
    ]) {
      expect(() => parseDucklings(wrong)).to.throw()
    }
  })

  it('with a user need the name', () => {
    expect(parseUserName({username: 'ann', more: 1})).to.deep.equal({username: 'ann'})
    for (const body of [{}, {username: null}, null, []]) expect(() => parseUserName(body)).to.throw()
  })

  it('with an error need code and message; issues may be absent or malformed', () => {
    const error = {code: 'BAD_REQUEST', message: 'Bad Request'}
    expect(parseError(error)).to.deep.equal({message: 'Bad Request', vendorCode: 'BAD_REQUEST', fieldErrors: []})
    for (const issues of [null, 'x', [null, 5, {}, {message: 5}]]) {
      expect(parseError({...error, issues})?.fieldErrors).to.deep.equal([])
    }
    for (const body of [undefined, null, 'Not Found', [], {}, {message: 'x'}, {code: 'X'}, {code: 1, message: 'x'}]) {
      expect(parseError(body)).to.equal(null)
    }
  })
})
