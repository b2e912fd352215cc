import {bodyLimit} from 'hono/body-limit'
import type {RequestContext} from './dialect.ts'
import {HttpRefusal, refuseUnreadable} from './failure.ts'

/** Read the whole body of a request; empty without one. */
export type ReadBody = (c: RequestContext) => Promise<Uint8Array>

/**
 * Make a reader of bodies. It throws 413 for more than `bytesMax`, 415 for a coding or a charset that
 * is not read here, 400 for a body that did not arrive completely.
 *
 * The length is checked by hono/body-limit. Three guarantees are not part of it: that a body has
 * arrived completely before a route runs, and that no more than the limit is held until then
 * (node-body.ts); and that a body that breaks off is 400, not a fault.
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
 * Whether the length says that there is nothing to check. hono/body-limit would make a stream of the
 * body before it looks at the length: a short request took a third more time.
 */
function isKnownToFit(headers: Headers, bytesMax: number): boolean {
  const length = headers.get('content-length')
  return length !== null && !headers.has('transfer-encoding') && Number(length) <= bytesMax
}

/** Return the body of a request as text, empty without one. Throws 400 for a body that is not UTF-8. */
export function bodyText({var: {body}}: RequestContext): string {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(body)
  } catch {
    throw refuseUnreadable(400, 'the body is not UTF-8')
  }
}

/** A body that is read as something else than it is would be refused for the wrong reason, or mean another text. */
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

/** A quoted value is matched as a whole, so that no part of it is taken for a parameter (RFC 9110, section 5.6.6). */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g

function readCharsets(contentType: string): string[] {
  return [...contentType.matchAll(PARAMETER)].flatMap(([, name, quoted, bare]) =>
    name?.toLowerCase() === 'charset' ? [(quoted ?? bare ?? '').trim()] : [],
  )
}

/** `utf8` is not a registered name, but clients write it. */
function isUtf8(charset: string): boolean {
  return /^utf-?8$/i.test(charset)
}

function refuseCutOff(err: unknown): never {
  throw err instanceof HttpRefusal ? err : refuseUnreadable(400, 'the body was cut off')
}
