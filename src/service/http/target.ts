/**
 * Return the path of a request target, exactly as the client sent it: without scheme, authority,
 * query and fragment, but with its dots, repeated slashes and percent signs. Null if the target has
 * no path, such as `*`.
 */
export function readPath(target: string): string | null {
  const {origin, rest} = splitTarget(target)
  const [path = ''] = rest.split(/[?#]/, 1)
  if (path.startsWith('/')) return path
  return origin !== '' && path === '' ? '/' : null
}

/**
 * Decode the percent-encoded characters of a path, but not those that separate its parts, and not
 * `%25`: each segment can still be decoded once. What is not UTF-8 stays as it is.
 */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path
  return path.replaceAll(/%(?![\da-f]{2})/gi, '%25').replaceAll(/(?:%[\da-f]{2})+/gi, decodeOctets)
}

function decodeOctets(octets: string): string {
  try {
    return decodeURI(octets.replaceAll('%25', '%2525'))
  } catch {
    return octets
  }
}

/**
 * Return a target that a Request can be made of. The parser of URLs refuses `*`, and turns a
 * backslash into a slash: such a path is replaced by `/`, because a dialect reads the raw target.
 */
export function toRequestTarget(target: string): string {
  if (target.startsWith('/') && !target.includes('\\')) return target
  if (readPath(target) === null) return '/'
  const {origin, rest} = splitTarget(target)
  return origin.toLowerCase() + (/^[^?]*\\/.test(rest) ? rest.replace(/^[^?]*/, '/') : rest)
}

/** The authority ends at a backslash: the parser of URLs takes it for a slash. */
function splitTarget(target: string): {origin: string; rest: string} {
  const [origin = ''] = /^https?:\/\/[^/?#\\]*/i.exec(target) ?? []
  return {origin, rest: target.slice(origin.length)}
}
