import type {RequestContext} from '../../../service/http/dialect.ts'
import {refuseUnreadable} from '../../../service/http/failure.ts'
import {readHeader} from '../../../service/http/headers.ts'
import type {StatementRequest} from '../api.ts'
import {parseMultipart, readBoundary} from './multipart.ts'

/** The largest JSON of a request, also as a part of a larger body. */
const JSON_BYTES_MAX = 1_048_576

/** Characters. */
const SESSION_ID_MAX = 256

const PLACES = ['organization', 'role', 'database', 'schema', 'store', 'computePool'] as const

/**
 * Return the request of `POST /statements`, sent as JSON or as multipart/form-data. Throw 400 for
 * anything else (contracts/deltastream.md, 1.2). Attachments are ignored.
 */
export function readStatementRequest(c: RequestContext): StatementRequest {
  return toStatementRequest(parseJson(readJsonBytes(c)))
}

function readJsonBytes({env, var: {body}}: RequestContext): Uint8Array {
  const contentType = readHeader(env.headers, 'content-type') ?? ''
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === 'application/json') return body
  if (mediaType !== 'multipart/form-data') {
    throw refuseUnreadable(400, 'the Content-Type must be application/json or multipart/form-data')
  }
  const parts = parseMultipart(body, readBoundary(contentType)).filter(({name}) => name === 'request')
  const [part] = parts
  if (!part || parts.length > 1) throw refuseUnreadable(400, `it has ${parts.length} parts named request, not one`)
  return part.content
}

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > JSON_BYTES_MAX) {
    throw refuseUnreadable(400, `the JSON is larger than ${JSON_BYTES_MAX} bytes`)
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    throw refuseUnreadable(400, 'the JSON is not UTF-8')
  }
  try {
    return JSON.parse(text)
  } catch {
    throw refuseUnreadable(400, 'it is not JSON')
  }
}

/** Unknown fields are ignored. The time zone is accepted: times are in UTC (section 1.3). */
function toStatementRequest(json: unknown): StatementRequest {
  const fields = toFields(json)
  if (!fields) throw refuseUnreadable(400, 'the JSON is not an object')
  const {statement} = fields
  if (typeof statement !== 'string') throw refuseUnreadable(400, 'statement is missing or not a text')
  const places = PLACES.flatMap((name) => {
    const value = readOptionalText(fields, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  checkParameters(fields['parameters'])
  return {statement, ...Object.fromEntries(places)}
}

function checkParameters(value: unknown): void {
  if (value === undefined || value === null) return
  const parameters = toFields(value)
  if (!parameters) throw refuseUnreadable(400, 'parameters is not an object')
  readOptionalText(parameters, 'timezone')
  checkSessionId(readOptionalText(parameters, 'sessionID'))
}

/** Throw 400 for a label of a session that is too long. Nothing is stored by it. */
export function checkSessionId(sessionId: string | undefined): void {
  if (sessionId === undefined || sessionId.length <= SESSION_ID_MAX) return
  throw refuseUnreadable(400, `sessionID is longer than ${SESSION_ID_MAX} characters`)
}

/** Null counts as absent. */
function readOptionalText(fields: Record<string, unknown>, name: string): string | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw refuseUnreadable(400, `${name} is not a text`)
}

function toFields(value: unknown): Record<string, unknown> | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : null
}
