/** Return whether DEBUG is `tokenry:*`, `*` or a list that has one of them. */
export function isDebugging(env: Record<string, string | undefined>): boolean {
  return (env['DEBUG'] ?? '').split(/[\s,]+/).some((pattern) => pattern === '*' || pattern.startsWith('tokenry'))
}

/** Return the stack of an error and of every cause below it. */
export function privateDetails(err: unknown): string {
  const lines: string[] = []
  for (
    let current: unknown = err;
    current !== undefined;
    current = current instanceof Error ? current.cause : undefined
  ) {
    lines.push(current instanceof Error ? (current.stack ?? current.message) : String(current))
  }
  return lines.join('\ncaused by: ')
}
