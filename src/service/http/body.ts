import {bodyLimit} from 'hono/body-limit'
import type {RequestContext} from './dialect.ts'
import {HttpRefusal, refuseUnreadable} from './failure.ts'

/** Read the whole body of a request; empty if there is none. */
export type ReadBody = (c: RequestContext) => Promise<Uint8Array>

/**
 * Create a reader of bodies. It throws 413 for more than `bytesMax`, 415 for an unsupported coding
 * or charset, and 400 for an incomplete body.
 *
 * hono/body-limit checks the length. This module and node-body.ts add three guarantees. A route
 * runs only after the complete body has arrived. No more than the limit is kept in memory until
 * then. A body that breaks off is 400, not a fault.
 */
export function createBodyReader(bytesMax: number): ReadBody {
  const limit = bodyLimit({
    maxSize: bytesMax,
    onError: () => {
      throw new HttpRefusal(413, `Invalid request: the body is larger than ${bytesMax} bytes`)
    },
  })
  return async (c) => {
    const {headers} = c.req.raw
    let bytes = new Uint8Array()
    const read = async () => {
      bytes = new Uint8Array(await c.req.raw.arrayBuffer())
    }
    await (isKnownToFit(headers, bytesMax) ? read() : limit(c, read)).catch(refuseCutOff)
    if (bytes.length > 0) refuseOtherForms(headers)
    return bytes
  }
}

/**
 * Return whether the headers prove that the body fits. hono/body-limit creates a stream of the body
 * before it checks the length, which makes a short request a third slower.
 */
function isKnownToFit(headers: Headers, bytesMax: number): boolean {
  const length = headers.get('content-length')
  return length !== null && !headers.has('transfer-encoding') && Number(length) <= bytesMax
}

/** Return the body of a request as text; empty if there is none. Throw 400 if it is not UTF-8. */
export function bodyText({var: {body}}: RequestContext): string {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(body)
  } catch {
    throw refuseUnreadable(400, 'the body is not UTF-8')
  }
}

/**
 * Throw 415 for a body in another coding or charset. Read as plain UTF-8, it would be refused for a
 * wrong reason or have another meaning.
 */
function refuseOtherForms(headers: Headers): void {
  const codings = (headers.get('content-encoding') ?? '').split(',').map((coding) => coding.trim().toLowerCase())
  if (!codings.every((coding) => coding === '' || coding === 'identity')) {
    throw new HttpRefusal(415, 'Invalid request: the only Content-Encoding of a body is identity', {
      'Accept-Encoding': 'identity',
    })
  }
  if (readCharsets(headers.get('content-type') ?? '').every(isUtf8)) return
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

function refuseCutOff(err: unknown): never {
  throw err instanceof HttpRefusal ? err : refuseUnreadable(400, 'the body was cut off')
}
