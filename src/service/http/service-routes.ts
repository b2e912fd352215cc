import type {TokenService} from '../token-service.ts'
import {toVerifiedToken} from '../tokens/verified-token.ts'
import {bodyText} from './body.ts'
import {type Dialect, jsonAnswer, type RequestContext} from './dialect.ts'
import {describeFailure, HttpRefusal, type StatusByCode} from './failure.ts'
import {readHeader} from './headers.ts'
import {readPath} from './target.ts'

/** A body holds one token and nothing else of length. */
const BODY_BYTES_MAX = 16_384

const STATUSES: StatusByCode = {STORE_LOST: 503, STORE_BUSY: 503, TIMEOUT: 503}

/**
 * Return the routes that the service itself has, next to those of any dialect. Their errors are
 * `{message, requestId, statusCode}` on the listener of any dialect.
 */
export function serviceRoutes(service: TokenService): Dialect {
  return {
    bodyBytesMax: BODY_BYTES_MAX,
    routes: [{path: '/verify', handlers: {POST: (c) => verify(c, service)}}],
    toRoutePath: (target) => readPath(target) ?? '',
    answerError({err, requestId}) {
      const {status, message, headers} = describeFailure(err, STATUSES)
      // These routes only read, so a client may always send the request again.
      const retry = status === 503 ? {'Retry-After': '1'} : {}
      return jsonAnswer({status, headers: {...retry, ...headers}}, {message, requestId, statusCode: status})
    },
  }
}

/**
 * Return what `token verify` returns, with 200 for any verdict. This needs no credential: it
 * reports only what the caller's token is, and nothing about any other token. It is not a use.
 */
async function verify(c: RequestContext, service: TokenService): Promise<Response> {
  const verdict = await service.verify(readToken(c))
  return c.json(toVerifiedToken(verdict, service.installation.issuer))
}

/**
 * Read the token from the body or from the header Authorization. Throw 400 for none and for two.
 */
function readToken(c: RequestContext): string {
  const header = /^bearer +(\S+) *$/i.exec(readHeader(c.env.headers, 'authorization') ?? '')?.[1]
  const text = bodyText(c)
  const given = text.trim() === '' ? header : readBody(text)
  if (given !== undefined && (header === undefined || header === given)) return given
  throw new HttpRefusal(
    400,
    given === undefined
      ? 'Invalid request: send the token as {"token": "…"}, or in the header Authorization: Bearer'
      : 'Invalid request: the header Authorization has another token than the body',
  )
}

function readBody(text: string): string | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new HttpRefusal(400, 'Invalid request: the body must be JSON, such as {"token": "…"}')
  }
  const token = Object(body)['token'] as unknown
  return typeof token === 'string' ? token.trim() : undefined
}
