import type {RequestContext} from '../../../service/http/dialect.ts'
import type {MotherDuckToken} from '../api.ts'
import {parseCreateTokenBody, parseCreateUserBody, parseDucklingsBody} from '../validate.ts'
import {readJson, readUsersQuery} from './request.ts'
import type {ApiRoutes} from './sign-in.ts'

/** The operations of contracts/motherduck.md, 4.1 to 4.10. Each success is a 200 with a body. */
export const API_ROUTES: ApiRoutes = {
  '/v1/users': {
    async GET(c, api) {
      return c.json(await api.listUsers(readUsersQuery(c)))
    },
    async POST(c, api) {
      return c.json(await api.createUser(parseCreateUserBody(readJson(c))))
    },
  },
  '/v1/users/:username': {
    async DELETE(c, api) {
      return c.json(await api.deleteUser(param(c, 'username')))
    },
  },
  '/v1/users/:username/tokens': {
    async GET(c, api) {
      const {tokens} = await api.listTokens(param(c, 'username'))
      return c.json({tokens: tokens.map(tokenBody)})
    },
    async POST(c, api) {
      const minted = await api.createToken(param(c, 'username'), parseCreateTokenBody(readJson(c)))
      return c.json({token: minted.token, ...tokenBody(minted)})
    },
  },
  '/v1/users/:username/tokens/:token': {
    async DELETE(c, api) {
      await api.deleteToken(param(c, 'username'), param(c, 'token'))
      return c.json({})
    },
  },
  '/v1/users/:username/instances': {
    async GET(c, api) {
      return c.json(await api.getDucklings(param(c, 'username')))
    },
    async PUT(c, api) {
      return c.json(await api.setDucklings(param(c, 'username'), parseDucklingsBody(readJson(c))))
    },
  },
  '/v1/active_accounts': {
    async GET(c, api) {
      return c.json(await api.listActiveAccounts())
    },
  },
}

/** Return a segment of the path. */
function param(c: RequestContext, name: 'username' | 'token'): string {
  return c.req.param(name) ?? ''
}

/** Return a token with the fields of the API only: never with its secret. */
function tokenBody({id, name, description, created_ts, expire_at, read_only, token_type}: MotherDuckToken) {
  return {id, name, description, created_ts, expire_at, read_only, token_type}
}
