/** In an error. A place may have thousands of them. */
const SHOWN_MAX = 20

/**
 * Return the texts with commas between them; of many, the first ones and how many more there are.
 */
export function listSome(texts: readonly string[]): string {
  const left = texts.length - SHOWN_MAX
  return [...texts.slice(0, SHOWN_MAX), ...(left > 0 ? [`and ${left} more`] : [])].join(', ')
}
