/** The value with another letter in its signature. Not at its end: few bits of the last letters count, and few values occur there. */
export function tamperedWith(token: string): string {
  const at = token.length - 20
  return `${token.slice(0, at)}${token[at] === 'x' ? 'y' : 'x'}${token.slice(at + 1)}`
}
