import type {RequestContext} from './app.ts'
import {HttpRefusal} from './failure.ts'

/** What one request can make the service hold and parse, on the one thread that answers all of them. */
export const BODY_BYTES_MAX = 262_144

/**
 * Read the whole body of a request; empty without one. Throws 413 for more than 256 KiB, 415 for a coding or a charset that is not
 * read here, 400 for a body that did not arrive completely.
 */
export async function readBody(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) throw tooLarge()
  const bytes = new Uint8Array(await request.arrayBuffer().catch(cutOff))
  if (bytes.length > BODY_BYTES_MAX) throw tooLarge()
  if (bytes.length > 0) refuseOtherForms(request.headers)
  return bytes
}

/** Return the body of a request as text, empty without one. Throws 400 for a body that is not UTF-8. */
export function bodyText({var: {body}}: RequestContext): string {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(body)
  } catch {
    throw new HttpRefusal(400, 'Invalid request: the body is not UTF-8')
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
  if (charsetsOf(headers.get('content-type') ?? '').every(isUtf8)) return
  throw new HttpRefusal(415, 'Invalid request: the only charset of a body is UTF-8')
}

/** A quoted value is matched as a whole, so that no part of it is taken for a parameter (RFC 9110, section 5.6.6). */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g

function charsetsOf(contentType: string): string[] {
  return [...contentType.matchAll(PARAMETER)].flatMap(([, name, quoted, bare]) =>
    name?.toLowerCase() === 'charset' ? [(quoted ?? bare ?? '').trim()] : [],
  )
}

/** `utf8` is no registered name, but clients write it. */
function isUtf8(charset: string): boolean {
  return /^utf-?8$/i.test(charset)
}

function tooLarge(): HttpRefusal {
  return new HttpRefusal(413, `Invalid request: the body is larger than ${BODY_BYTES_MAX} bytes`)
}

function cutOff(): never {
  throw new HttpRefusal(400, 'Invalid request: the body was cut off')
}
