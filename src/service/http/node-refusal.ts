import {STATUS_CODES} from 'node:http'
import {type HttpRefusal, refuseUnreadable} from './failure.ts'

export type Refuse = (refusal: HttpRefusal) => Response

/**
 * Return the bytes of the response to a connection without a request, or to data that Node cannot
 * parse as one. Node does not create a ServerResponse for it, and its own response has no body.
 */
export async function refusalBytes(refuse: Refuse, refusal: HttpRefusal): Promise<string> {
  const response = refuse(refusal)
  const body = await response.text()
  const head = [
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
    ...[...response.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

/** Create the refusal of data that Node cannot parse, with the status of the problem. */
export function unreadable(status: number): HttpRefusal {
  return status === 400 ? refuseUnreadable(status) : refuseUnreadable(status, STATUS_CODES[status]?.toLowerCase())
}
