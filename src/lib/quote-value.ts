/** Longer values are cut, so that a message stays readable. */
const SHOWN_LENGTH_MAX = 64

/**
 * Return typed text in quotes, for a message. Every character that is not printable ASCII becomes
 * an escape, such as `\n` or `\u0663`. So no raw control character is printed, and a digit that
 * only looks like an ASCII digit is visible.
 */
export function quoteValue(text: string): string {
  const quoted = JSON.stringify(text.slice(0, SHOWN_LENGTH_MAX)).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > SHOWN_LENGTH_MAX ? `${quoted}… (${text.length} characters)` : quoted
}
