import {STATUS_CODES} from 'node:http'
import {type HttpRefusal, refuseUnreadable} from './failure.ts'

export type Refuse = (refusal: HttpRefusal) => Response

/** Return the bytes of an answer to what Node cannot read as a request: it has no ServerResponse, and Node's own has no body. */
export async function refusalBytes(refuse: Refuse, status: number): Promise<string> {
  const response = refuse(unreadable(status))
  const body = await response.text()
  const head = [
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
    ...[...response.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

/** Return the refusal of what Node could not read, by the status of its fault. */
export function unreadable(status: number): HttpRefusal {
  return status === 400 ? refuseUnreadable(status) : refuseUnreadable(status, STATUS_CODES[status]?.toLowerCase())
}
