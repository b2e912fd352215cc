// An unsecured JWT (RFC 7519, section 6) has an empty signature.
const SHAPE = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/

export interface DecodedToken {
  header: Record<string, unknown>
  payload: Record<string, unknown>
}

/**
 * Return header and claims of a text that has the shape of a JWT, without trusting any of it; null
 * for another text.
 */
export function decodeToken(text: string): DecodedToken | null {
  const [, head, claims] = SHAPE.exec(text) ?? []
  if (head === undefined || claims === undefined) return null
  const header = decodeSegment(head)
  const payload = decodeSegment(claims)
  return header && payload ? {header, payload} : null
}

function decodeSegment(segment: string): Record<string, unknown> | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
    return isObject(content) ? content : null
  } catch {
    return null
  }
}

function isObject(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}
