/**
 * Return the secret with a different letter in its signature. The change is not at the end, because
 * the last letters carry few bits and have few possible values.
 */
export function tamperedWith(token: string): string {
  const at = token.length - 20
  return `${token.slice(0, at)}${token[at] === 'x' ? 'y' : 'x'}${token.slice(at + 1)}`
}
