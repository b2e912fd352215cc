/**
 * Return the path of a request target exactly as the client sent it. Scheme, authority, query and
 * fragment are removed; dots, repeated slashes and percent signs stay. Return null if the target
 * has no path, such as `*`.
 */
export function readPath(target: string): string | null {
  // Nearly every target: a path without query and fragment.
  if (target.startsWith('/') && !/[?#]/.test(target)) return target
  const {origin, rest} = splitTarget(target)
  const [path = ''] = rest.split(/[?#]/, 1)
  if (path.startsWith('/')) return path
  return origin !== '' && path === '' ? '/' : null
}

/**
 * Decode the percent-encoded characters of a path, except separators and `%25`, so that each
 * segment can still be decoded once. What is not UTF-8 stays as it is.
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
 * Return a target that a Request can be created of. The URL parser refuses `*` and turns a
 * backslash into a slash. Such a path is replaced by `/`, because a dialect reads the raw target.
 */
export function toRequestTarget(target: string): string {
  if (target.startsWith('/') && !target.includes('\\')) return target
  if (readPath(target) === null) return '/'
  const {origin, rest} = splitTarget(target)
  return origin.toLowerCase() + (/^[^?]*\\/.test(rest) ? rest.replace(/^[^?]*/, '/') : rest)
}

/**
 * Split a target after its authority. A backslash ends the authority, because the URL parser treats
 * it as a slash.
 */
function splitTarget(target: string): {origin: string; rest: string} {
  const [origin = ''] = /^https?:\/\/[^/?#\\]*/i.exec(target) ?? []
  return {origin, rest: target.slice(origin.length)}
}
