import {refuseUnreadable} from '../../../service/http/failure.ts'

/** A part of a multipart body. */
interface Part {
  /** The parameter `name` of its Content-Disposition; null without one. */
  name: string | null
  content: Uint8Array
}

/** Of one part. */
const HEADERS_BYTES_MAX = 16_384

/** Of one body. A driver sends few: the request, and a part for each attachment. */
const PARTS_MAX = 1000

const CRLF = Buffer.from('\r\n')
const END_OF_HEADERS = Buffer.from('\r\n\r\n')

/**
 * Return the parts of a multipart/form-data body (RFC 7578). Throw 400 if it is malformed.
 *
 * This accepts what the three drivers send (contracts/deltastream.md, 1.2), where other parsers
 * fail: a `;` at the end of a header, and a part with or without a file name or a content type.
 */
export function parseMultipart(bytes: Uint8Array, boundary: string): Part[] {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const marker = Buffer.from(`--${boundary}`, 'latin1')
  const parts: Part[] = []
  let delimiter = body.subarray(0, marker.length).equals(marker)
    ? readDelimiter(body, marker.length)
    : findDelimiter(body, marker, 0)
  while (delimiter && !delimiter.isLast) {
    if (parts.length === PARTS_MAX) throw refuseMultipart(`it has more than ${PARTS_MAX} parts`)
    // The line end before the headers, so that a part without headers has an empty line, too.
    const start = delimiter.end - CRLF.length
    const headersEnd = body.indexOf(END_OF_HEADERS, start)
    const next = headersEnd < 0 ? null : findDelimiter(body, marker, headersEnd + CRLF.length)
    if (!next) throw refuseMultipart('a part has no end')
    if (headersEnd - start > HEADERS_BYTES_MAX) throw refuseMultipart('the headers of a part are too long')
    const contentStart = headersEnd + END_OF_HEADERS.length
    const headers = body.toString('latin1', start, headersEnd)
    parts.push({name: readName(headers), content: body.subarray(contentStart, Math.max(contentStart, next.start))})
    delimiter = next
  }
  if (!delimiter) throw refuseMultipart('the boundary is not in it')
  return parts
}

/** Return the boundary of a Content-Type. Throw 400 if it has none. */
export function readBoundary(contentType: string): string {
  const boundary = readParameter(contentType, 'boundary')
  if (boundary) return boundary
  throw refuseMultipart('the Content-Type names no boundary')
}

interface Delimiter {
  /** Of the line end before it, which is not part of the content. */
  start: number
  /** After its line end. */
  end: number
  isLast: boolean
}

/** Return the first delimiter from `from` on. Content may hold the boundary with more after it. */
function findDelimiter(body: Buffer, marker: Buffer, from: number): Delimiter | null {
  const line = Buffer.concat([CRLF, marker])
  for (let start = body.indexOf(line, from); start >= 0; start = body.indexOf(line, start + 1)) {
    const found = readDelimiter(body, start + line.length)
    if (found) return {...found, start}
  }
  return null
}

/** Read what follows a boundary. Return null unless that makes it a delimiter. */
function readDelimiter(body: Buffer, from: number): Delimiter | null {
  if (body[from] === DASH && body[from + 1] === DASH) return {start: 0, end: from + 2, isLast: true}
  let at = from
  while (at < from + BLANKS_MAX && (body[at] === BLANK || body[at] === TAB)) at++
  return body[at] === CR && body[at + 1] === LF ? {start: 0, end: at + CRLF.length, isLast: false} : null
}

/** Blanks may follow a boundary (RFC 2046, section 5.1.1). */
const BLANKS_MAX = 100

const [TAB, LF, CR, BLANK, DASH] = Buffer.from('\t\n\r -')

function readName(headers: string): string | null {
  const [disposition = ''] = /^content-disposition:.*$/im.exec(headers) ?? []
  return readParameter(disposition, 'name')
}

/** A quoted value is matched as a whole, so that its content is not parsed as a parameter. */
const PARAMETER = /;[ \t]*([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/g

function readParameter(header: string, wanted: string): string | null {
  for (const [, name, quoted, bare] of header.matchAll(PARAMETER)) {
    if (name?.toLowerCase() === wanted) return (quoted ?? bare ?? '').trim()
  }
  return null
}

function refuseMultipart(why: string): Error {
  return refuseUnreadable(400, `the multipart body is malformed: ${why}`)
}
