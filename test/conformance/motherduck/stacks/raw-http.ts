import {expect} from 'chai'
import * as z from 'zod'
import {AppError} from '../../../../src/errors/app-error.ts'
import type {ErrorCode} from '../../../../src/errors/exit-codes.ts'
import type {MotherDuckApi} from '../../../../src/vendors/motherduck/api.ts'
import type {MotherDuckHttp} from '../../../support/motherduck-http.ts'
import {ACTIVE_ACCOUNTS, DUCKLINGS, EMPTY, ERROR, MINTED_TOKEN, TOKENS, USERNAME, USERS_PAGE} from '../answers.ts'
import type {MotherDuckStack} from '../suite/target.ts'

/** Requests as a client writes them that has read only the published description of the API. */
export const RAW_HTTP: MotherDuckStack = {title: 'raw HTTP', connect: rawHttpApi}

function rawHttpApi(service: MotherDuckHttp, secret: string): MotherDuckApi {
  async function send<Result>(method: string, path: string, schema: z.ZodType, body?: unknown): Promise<Result> {
    const answer = await service.call(method, path, {as: secret, ...(body === undefined ? {} : {body})})
    expect(answer.headers.get('content-type'), path).to.equal('application/json')
    if (answer.status !== 200) throw toError(answer.status, answer.body)
    const {success, error} = schema.safeParse(answer.body)
    if (!success) throw new Error(`${method} ${path}: ${z.prettifyError(error)}`)
    return answer.body
  }
  return {
    createUser: (body) => send('POST', '/v1/users', USERNAME, body),
    deleteUser: (username) => send('DELETE', of(username), USERNAME),
    listUsers: (query) => send('GET', `/v1/users${written(query)}`, USERS_PAGE),
    createToken: (username, body) => send('POST', of(username, 'tokens'), MINTED_TOKEN, body),
    listTokens: (username) => send('GET', of(username, 'tokens'), TOKENS),
    async deleteToken(username, tokenId) {
      await send('DELETE', of(username, 'tokens', tokenId), EMPTY)
    },
    getDucklings: (username) => send('GET', of(username, 'instances'), DUCKLINGS),
    setDucklings: (username, config) => send('PUT', of(username, 'instances'), DUCKLINGS, {config}),
    listActiveAccounts: () => send('GET', '/v1/active_accounts', ACTIVE_ACCOUNTS),
  }
}

function of(...segments: string[]): string {
  return ['/v1/users', ...segments.map(encodeURIComponent)].join('/')
}

function written(query: object): string {
  const parameters = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return parameters.size === 0 ? '' : `?${parameters}`
}

const CODES: Record<number, ErrorCode> = {400: 'INVALID', 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 404: 'NOT_FOUND'}

const WORDS: Record<number, {code: string; message: string}> = {
  400: {code: 'BAD_REQUEST', message: 'Bad Request'},
  401: {code: 'UNAUTHORIZED', message: 'Invalid Credentials'},
  403: {code: 'FORBIDDEN', message: 'Unauthorized'},
  404: {code: 'NOT_FOUND', message: 'Not Found'},
}

function toError(status: number, body: unknown): AppError {
  const {code, message, issues = []} = ERROR.parse(body)
  expect({code, message}).to.deep.equal(WORDS[status])
  return new AppError(CODES[status] ?? 'INTERNAL', [message, ...issues.map((issue) => issue.message)].join('; '), {
    hint: 'It is the service that refuses',
  })
}
