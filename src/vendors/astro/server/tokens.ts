import {subjectRoles, tokenBody} from './answer-bodies.ts'
import {
  AGENT_TOKENS_QUERY,
  CREATE_AGENT_TOKEN_BODY,
  CREATE_TOKEN_BODY,
  param,
  ROLES_BODY,
  readJson,
  readQuery,
  TOKENS_QUERY,
  UPDATE_TOKEN_BODY,
} from './request.ts'
import type {ApiRoutes} from './sign-in.ts'

/** API tokens: T1 to T7 of contracts/astro.md, 6.1. */
export const TOKEN_ROUTES: ApiRoutes = {
  '/v1/organizations/:org/tokens': {
    async GET(c, api) {
      const page = await api.listTokens(param(c, 'org'), readQuery(c, TOKENS_QUERY))
      return c.json({...page, tokens: page.tokens.map((token) => tokenBody(token))})
    },
    async POST(c, api) {
      const minted = await api.createToken(param(c, 'org'), await readJson(c, CREATE_TOKEN_BODY))
      return c.json(tokenBody(minted, minted.token))
    },
  },
  '/v1/organizations/:org/tokens/:token': {
    async GET(c, api) {
      return c.json(tokenBody(await api.getToken(param(c, 'org'), param(c, 'token'))))
    },
    async POST(c, api) {
      const body = await readJson(c, UPDATE_TOKEN_BODY)
      return c.json(tokenBody(await api.updateToken(param(c, 'org'), param(c, 'token'), body)))
    },
    async DELETE(c, api) {
      await api.deleteToken(param(c, 'org'), param(c, 'token'))
      return c.body(null, 204)
    },
  },
  '/v1/organizations/:org/tokens/:token/roles': {
    async POST(c, api) {
      const {roles} = await readJson(c, ROLES_BODY)
      await api.updateTokenRoles(param(c, 'org'), param(c, 'token'), roles)
      return c.json(subjectRoles(roles))
    },
  },
  '/v1/organizations/:org/tokens/:token/rotate': {
    async POST(c, api) {
      const minted = await api.rotateToken(param(c, 'org'), param(c, 'token'))
      return c.json(tokenBody(minted, minted.token))
    },
  },
}

/** Agent tokens: contracts/astro.md, 6.7. */
export const AGENT_TOKEN_ROUTES: ApiRoutes = {
  '/v1/organizations/:org/deployments/:deployment/agent-tokens': {
    async GET(c, api) {
      const query = readQuery(c, AGENT_TOKENS_QUERY)
      const page = await api.listAgentTokens(param(c, 'org'), param(c, 'deployment'), query)
      return c.json({...page, tokens: page.tokens.map((token) => tokenBody(token))})
    },
    async POST(c, api) {
      const body = await readJson(c, CREATE_AGENT_TOKEN_BODY)
      const minted = await api.createAgentToken(param(c, 'org'), param(c, 'deployment'), body)
      return c.json(tokenBody(minted, minted.token))
    },
  },
  '/v1/organizations/:org/deployments/:deployment/agent-tokens/:token': {
    async GET(c, api) {
      return c.json(tokenBody(await api.getAgentToken(param(c, 'org'), param(c, 'deployment'), param(c, 'token'))))
    },
    async DELETE(c, api) {
      await api.deleteAgentToken(param(c, 'org'), param(c, 'deployment'), param(c, 'token'))
      return c.body(null, 204)
    },
  },
}
