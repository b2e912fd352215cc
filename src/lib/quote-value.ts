/** Longer values are cut, so that a message stays readable. */
const SHOWN_LENGTH_MAX = 64

/**
 * Quote what was typed for a message. Everything but printable ASCII becomes an escape, such as `\n` or `\u0663`: no control
 * character leaves raw, and a digit that only looks like an ASCII one shows what it is.
 */
export function quoteValue(text: string): string {
  const quoted = JSON.stringify(text.slice(0, SHOWN_LENGTH_MAX)).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > SHOWN_LENGTH_MAX ? `${quoted}… (${text.length} characters)` : quoted
}
