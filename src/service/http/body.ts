import type {RequestContext} from './dialect.ts'
import {HttpRefusal, refuseUnreadable} from './failure.ts'
import {type RequestHeaders, readHeader} from './headers.ts'

/**
 * Return the body of a request; empty if there is none. Throw 413 for more than `bytesMax` or than
 * the listener accepts, and 415 for an unsupported coding or charset.
 */
export function readBody({env}: RequestContext, bytesMax: number): Uint8Array {
  const {body, headers} = env
  if (body === null || body.length > bytesMax)
    throw new HttpRefusal(413, `Invalid request: the body is larger than ${bytesMax} bytes`)
  if (body.length > 0) refuseOtherForms(headers)
  return body
}

/** Return the body of a request as text; empty if there is none. Throw 400 if it is not UTF-8. */
export function bodyText({var: {body}}: RequestContext): string {
  try {
    return UTF8.decode(body)
  } catch {
    throw refuseUnreadable(400, 'the body is not UTF-8')
  }
}

/** One for all: to create a decoder takes longer than to read a short body. */
const UTF8 = new TextDecoder('utf-8', {fatal: true})

/**
 * Throw 415 for a body in another coding or charset. Read as plain UTF-8, it would be refused for a
 * wrong reason or have another meaning.
 */
function refuseOtherForms(headers: RequestHeaders): void {
  const contentType = readHeader(headers, 'content-type') ?? ''
  const contentEncoding = readHeader(headers, 'content-encoding') ?? ''
  if (contentEncoding === '' && (contentType === '' || contentType === 'application/json')) return
  const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase())
  if (!codings.every((coding) => coding === '' || coding === 'identity')) {
    throw new HttpRefusal(415, 'Invalid request: the only Content-Encoding of a body is identity', {
      'Accept-Encoding': 'identity',
    })
  }
  if (readCharsets(contentType).every(isUtf8)) return
  throw new HttpRefusal(415, 'Invalid request: the only charset of a body is UTF-8')
}

/**
 * A quoted value is matched as a whole, so that its content is not parsed as a parameter (RFC 9110,
 * section 5.6.6).
 */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g

function readCharsets(contentType: string): string[] {
  return [...contentType.matchAll(PARAMETER)].flatMap(([, name, quoted, bare]) =>
    name?.toLowerCase() === 'charset' ? [(quoted ?? bare ?? '').trim()] : [],
  )
}

/** Accept `utf8` too: it is not a registered name, but clients send it. */
function isUtf8(charset: string): boolean {
  return /^utf-?8$/i.test(charset)
}
