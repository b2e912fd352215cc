const SEGMENT = /^[A-Za-z0-9_-]+$/

export interface DecodedToken {
  header: Record<string, unknown>
  payload: Record<string, unknown>
}

/**
 * Return header and claims of a text that has the shape of a JWT, without trusting any of it; null
 * for another text.
 */
export function decodeToken(text: string): DecodedToken | null {
  const segments = text.split('.')
  // An unsecured JWT (RFC 7519, section 6) has an empty signature.
  if (
    segments.length !== 3 ||
    !segments.every((segment, index) => SEGMENT.test(segment) || (index === 2 && segment === ''))
  )
    return null
  const header = decodeSegment(segments[0])
  const payload = decodeSegment(segments[1])
  return header && payload ? {header, payload} : null
}

function decodeSegment(segment: string | undefined): Record<string, unknown> | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(segment ?? '', 'base64url').toString('utf8'))
    return isObject(content) ? content : null
  } catch {
    return null
  }
}

function isObject(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}
