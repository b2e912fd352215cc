import type {RequestContext} from './app.ts'
import {HttpRefusal} from './failure.ts'

/** What one request can make the service hold and parse, on the one thread that answers all of them. */
export const BODY_BYTES_MAX = 262_144

/**
 * Read the whole body of a request; empty without one. Throws 413 for more than 256 KiB, 400 for a body that
 * did not arrive completely.
 */
export async function readBody(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) throw tooLarge()
  const bytes = new Uint8Array(await request.arrayBuffer().catch(cutOff))
  if (bytes.length > BODY_BYTES_MAX) throw tooLarge()
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

function tooLarge(): HttpRefusal {
  return new HttpRefusal(413, `Invalid request: the body is larger than ${BODY_BYTES_MAX} bytes`)
}

function cutOff(): never {
  throw new HttpRefusal(400, 'Invalid request: the body was cut off')
}
