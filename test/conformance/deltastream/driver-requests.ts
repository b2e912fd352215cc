/** A statement as a driver sends it, with its context. */
export interface DriverStatement {
  statement: string
  organization?: string
  role?: string
  database?: string
  schema?: string
  store?: string
  computePool?: string
  sessionID?: string
  /** Files that it sends, by name. */
  attachments?: Record<string, Buffer>
}

/** What a driver writes on a connection: contracts/deltastream.md, sections 1.2 and 1.3. */
export interface Driver {
  title: string
  /** The request of one statement, byte for byte. `base`: the path of its URL. */
  statement(host: string, secret: string, statement: DriverStatement, base?: string): Buffer
  version(host: string, secret: string): Buffer
  /** The request for a result, with its query. */
  poll(host: string, secret: string, id: string): Buffer
  readonly boundary: string
}

const BASE = '/v2'

const GO_BOUNDARY = '3f9d2c6a1b8e7f4d5c0a9b8e7d6c5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c'

/** Keys in alphabetical order, compact, with a line end; `<`, `>` and `&` escaped. */
const GO: Driver = {
  title: 'the Go driver',
  boundary: GO_BOUNDARY,
  statement(host, secret, {attachments = {}, sessionID, ...given}, base = BASE) {
    const fields = {...given, parameters: sessionID === undefined ? {} : {sessionID}}
    const json = escapeGo(
      JSON.stringify(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))),
    )
    const body = toBody(GO_BOUNDARY, [
      ['Content-Disposition: form-data; name="request";\r\nContent-Type: application/json', Buffer.from(`${json}\n`)],
      ...toParts(attachments, (name) => [
        `Content-Disposition: form-data; name="attachments"; filename="${name}"`,
        'Content-Type: application/octet-stream',
      ]),
    ])
    return toRequest(
      `POST ${base}/statements HTTP/1.1`,
      [
        `Host: ${host}`,
        'User-Agent: Go-http-client/1.1',
        `Content-Length: ${body.length}`,
        `Authorization: Bearer ${secret}`,
        `Content-Type: multipart/form-data; boundary=${GO_BOUNDARY}`,
        'Accept-Encoding: gzip',
      ],
      body,
    )
  },
  version: (host, secret) => goGet(host, secret, '/version'),
  poll: (host, secret, id) => goGet(host, secret, `/statements/${id}?partitionID=0&timezone=UTC`),
}

function goGet(host: string, secret: string, path: string): Buffer {
  return toRequest(`GET ${BASE}${path} HTTP/1.1`, [
    `Host: ${host}`,
    'User-Agent: Go-http-client/1.1',
    `Authorization: Bearer ${secret}`,
    'Accept-Encoding: gzip',
  ])
}

function escapeGo(json: string): string {
  return json.replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${hex(character)}`)
}

const NODE_BOUNDARY = '----formdata-undici-048139265731'

/** Compact, in the order of the program; the part of the request is a file. */
const NODE: Driver = {
  title: 'the Node SDK',
  boundary: NODE_BOUNDARY,
  statement(host, secret, {attachments = {}, sessionID, ...given}, base = BASE) {
    const json = JSON.stringify({...given, parameters: {timezone: 'UTC', sessionID}})
    const body = toBody(NODE_BOUNDARY, [
      [
        'Content-Disposition: form-data; name="request"; filename="blob"\r\nContent-Type: application/json',
        Buffer.from(json),
      ],
      ...toParts(attachments, () => [
        'Content-Disposition: form-data; name="attachments"; filename="blob"',
        'Content-Type: application/octet-stream',
      ]),
    ])
    return toRequest(
      `POST ${base}/statements HTTP/1.1`,
      [
        `host: ${host}`,
        'connection: keep-alive',
        `authorization: Bearer ${secret}`,
        `content-type: multipart/form-data; boundary=${NODE_BOUNDARY}`,
        ...NODE_HEADERS,
        `content-length: ${body.length}`,
      ],
      body,
    )
  },
  version: (host, secret) => nodeGet(host, secret, '/version'),
  poll: (host, secret, id) => nodeGet(host, secret, `/statements/${id}?partitionID=0`),
}

const NODE_HEADERS = [
  'accept: */*',
  'accept-language: *',
  'sec-fetch-mode: cors',
  'user-agent: node',
  'accept-encoding: gzip, deflate',
]

function nodeGet(host: string, secret: string, path: string): Buffer {
  return toRequest(`GET ${BASE}${path} HTTP/1.1`, [
    `host: ${host}`,
    'connection: keep-alive',
    `authorization: Bearer ${secret}`,
    ...NODE_HEADERS,
  ])
}

const PYTHON_BOUNDARY = '9d1f7c2e4b6a8035d7e9f1c3b5a79086'

/** With spaces, all outside ASCII escaped; a part without a content type. */
const PYTHON: Driver = {
  title: 'the Python connector',
  boundary: PYTHON_BOUNDARY,
  statement(host, secret, {attachments = {}, sessionID = '', ...given}, base = BASE) {
    const json = dumpPython({...given, parameters: {sessionID, timezone: 'UTC'}})
    const body = toBody(PYTHON_BOUNDARY, [
      ['Content-Disposition: form-data; name="request"', Buffer.from(json)],
      ...toParts(attachments, (name) => [
        `Content-Disposition: form-data; name="attachments"; filename="${name}"`,
        'Content-Type: application/java-archive',
      ]),
    ])
    return toRequest(
      `POST ${base}/statements HTTP/1.1`,
      [
        `Host: ${host}`,
        'Accept-Encoding: identity',
        `Content-Length: ${body.length}`,
        'User-Agent: OpenAPI-Generator/1.0.0/python',
        'Accept: application/json',
        `Authorization: Bearer ${secret}`,
        `Content-Type: multipart/form-data; boundary=${PYTHON_BOUNDARY}`,
      ],
      body,
    )
  },
  version: (host, secret) => pythonGet(host, secret, '/version'),
  poll: (host, secret, id) => pythonGet(host, secret, `/statements/${id}?sessionID=&partitionID=0`),
}

function pythonGet(host: string, secret: string, path: string): Buffer {
  return toRequest(`GET ${BASE}${path} HTTP/1.1`, [
    `Host: ${host}`,
    'Accept-Encoding: identity',
    'User-Agent: OpenAPI-Generator/1.0.0/python',
    'Accept: application/json',
    `Authorization: Bearer ${secret}`,
  ])
}

/** Return JSON as `json.dumps` of Python writes it. */
function dumpPython(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value).replaceAll(/[^\0-\x7e]/g, (unit) => `\\u${hex(unit)}`)
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([key, member]) => `${dumpPython(key)}: ${dumpPython(member)}`).join(', ')}}`
}

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0')
}

type Part = [headers: string, content: Buffer]

function toParts(attachments: Record<string, Buffer>, describe: (name: string) => string[]): Part[] {
  return Object.entries(attachments).map(([name, content]) => [describe(name).join('\r\n'), content])
}

function toBody(boundary: string, parts: Part[]): Buffer {
  const pieces = parts.flatMap(([headers, content]) => [
    Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

function toRequest(line: string, headers: string[], body: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(`${[line, ...headers].join('\r\n')}\r\n\r\n`), body])
}

export const DRIVERS: readonly Driver[] = [GO, NODE, PYTHON]
