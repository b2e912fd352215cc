import {HttpRefusal} from './failure.ts'

/** What one request can make the service hold and parse, on the one thread that answers all of them. */
const BODY_BYTES_MAX = 262_144

/** The body of a request as text, empty without one. 413 for more than 256 KiB, 400 for what is not UTF-8. */
export async function readBodyText(request: Request): Promise<string> {
  const length = request.headers.get('content-length')
  if (Number(length ?? 0) > BODY_BYTES_MAX) throw tooLarge()
  const bytes = length === null ? await readStream(request) : await request.arrayBuffer().catch(cutOff)
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    throw new HttpRefusal(400, 'Invalid request: the body is not UTF-8')
  }
}

/** Nobody said how long it is: stop reading where it becomes too long. */
async function readStream({body}: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body?.getReader()
  while (reader) {
    const {done, value} = await reader.read().catch(cutOff)
    if (done) break
    length += value.length
    if (length > BODY_BYTES_MAX) {
      await reader.cancel().catch(() => {})
      throw tooLarge()
    }
    chunks.push(value)
  }
  return Buffer.concat(chunks)
}

function tooLarge(): HttpRefusal {
  return new HttpRefusal(413, `Invalid request: the body is larger than ${BODY_BYTES_MAX} bytes`)
}

function cutOff(): never {
  throw new HttpRefusal(400, 'Invalid request: the body was cut off')
}
