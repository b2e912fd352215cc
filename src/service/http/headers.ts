/**
 * The headers of a request, by name in lower case. The values of a repeated one are joined by a
 * comma. Node has them already. To create the Headers of a Request takes 4 µs.
 */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

/** Return a header; undefined if the request does not have it. `name` is in lower case. */
export function readHeader(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.join(', ')
}
