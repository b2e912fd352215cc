/** Return the length in code points, as databases and readers count. */
export function measureLength(text: string): number {
  return [...text].length
}

/** Continues a sentence that begins with the name of a field. */
export const NOT_STORABLE = 'must hold neither NUL nor half a surrogate pair'

/**
 * Return whether a store returns the text unchanged. PostgreSQL stores no NUL, and half a surrogate
 * pair has no UTF-8 form.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
