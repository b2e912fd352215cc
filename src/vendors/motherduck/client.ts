import {toRfc3339} from '../../lib/rfc3339.ts'
import {
  type HttpClient,
  type HttpMachine,
  type HttpTarget,
  type HttpVendor,
  openHttpClient,
  type Query,
} from '../http.ts'
import {
  parseActiveAccounts,
  parseDucklings,
  parseError,
  parseMintedToken,
  parseTokens,
  parseUserName,
  parseUsersPage,
} from './answers.ts'
import type {MotherDuckApi} from './api.ts'
import {checkUsername, parseCreateTokenBody, parseCreateUserBody, parseDucklingsConfig} from './validate.ts'

/** Of the program, for `User-Agent`. */
interface ClientOptions {
  version: string
}

/**
 * Open the MotherDuck REST API over HTTP (contracts/motherduck.md, sections 1 to 4).
 * `target.baseUrl` has no `/v1` at its end. What MotherDuck would refuse is INVALID before anything
 * is sent. Other errors: see `HttpClient.send`.
 */
export async function openMotherDuckClient(
  target: HttpTarget,
  machine: HttpMachine,
  {version}: ClientOptions,
): Promise<MotherDuckApi & {close(): void}> {
  const http = await openHttpClient(describeVendor(version), target, machine)
  return {...userCalls(http), ...tokenCalls(http), ...ducklingCalls(http), close: http.close}
}

function describeVendor(version: string): HttpVendor {
  return {
    name: 'motherduck',
    title: 'MotherDuck',
    headers: {'User-Agent': `tokenry/${version}`},
    refusesBusyMint: true,
    // MotherDuck documents no limit.
    perSecondMax: {},
    readError: parseError,
  }
}

type UserCalls = Pick<MotherDuckApi, 'createUser' | 'deleteUser' | 'listUsers' | 'listActiveAccounts'>

function userCalls({send}: HttpClient): UserCalls {
  return {
    async createUser(given) {
      const call = {method: 'POST', path: ['v1', 'users'], body: parseCreateUserBody(given)} as const
      // Not a secret. But if the answer is lost, the user may exist, and a second try would fail.
      return send({...call, mints: true, minted: 'the new user', read: parseUserName})
    },
    deleteUser: async (username) =>
      // A repeated DELETE may find the user gone, and has no answer then.
      send({method: 'DELETE', path: userPath(username), read: (body) => (body ? parseUserName(body) : {username})}),
    listUsers: (query) =>
      send({method: 'GET', path: ['v1', 'users'], query: {...query} as Query, read: parseUsersPage}),
    listActiveAccounts: () => send({method: 'GET', path: ['v1', 'active_accounts'], read: parseActiveAccounts}),
  }
}

type TokenCalls = Pick<MotherDuckApi, 'createToken' | 'listTokens' | 'deleteToken'>

function tokenCalls({send}: HttpClient): TokenCalls {
  return {
    async createToken(username, given) {
      const body = parseCreateTokenBody(given)
      const read = (answer: unknown) => parseMintedToken(answer, body, toRfc3339(Date.now()))
      return send({method: 'POST', path: userPath(username, 'tokens'), body, mints: true, read})
    },
    listTokens: async (username) => send({method: 'GET', path: userPath(username, 'tokens'), read: parseTokens}),
    deleteToken: async (username, id) =>
      send({method: 'DELETE', path: userPath(username, 'tokens', id), read: ignoreAnswer}),
  }
}

type DucklingCalls = Pick<MotherDuckApi, 'getDucklings' | 'setDucklings'>

function ducklingCalls({send}: HttpClient): DucklingCalls {
  return {
    getDucklings: async (username) =>
      send({method: 'GET', path: userPath(username, 'instances'), read: parseDucklings}),
    async setDucklings(username, given) {
      const body = {config: parseDucklingsConfig(given)}
      return send({method: 'PUT', path: userPath(username, 'instances'), body, read: parseDucklings})
    },
  }
}

/** Return the segments below the base URL. INVALID for a user that cannot be one segment. */
function userPath(username: string, ...rest: string[]): string[] {
  checkUsername(username)
  return ['v1', 'users', username, ...rest]
}

/** What tells nothing that is needed is not looked at. */
function ignoreAnswer(): void {}
