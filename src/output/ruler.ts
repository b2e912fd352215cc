/** Measures texts without control characters as a terminal shows them. */
export interface Ruler {
  /** Return how many columns of the terminal the text takes. */
  measure(text: string): number
  /** Return what a reader sees as single characters. */
  characters(text: string): Iterable<string>
}

/**
 * Latin, Greek, Cyrillic and their punctuation: every character takes one column, independent of
 * its neighbours.
 */
export const ONE_COLUMN_EACH =
  /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f\u2010-\u2027]*$/

/**
 * Return a ruler for these texts. string-width is loaded only for a text beyond the common
 * alphabets: it took 100 ms here at its first use (Intl.Segmenter and the expression for emoji).
 */
export async function chooseRuler(lines: string[][]): Promise<Ruler> {
  if (lines.every((line) => line.every((text) => ONE_COLUMN_EACH.test(text)))) {
    return {measure: (text) => text.length, characters: (text) => text}
  }
  const {default: stringWidth} = await import('string-width')
  const segmenter = new Intl.Segmenter()
  return {
    measure: (text) => (ONE_COLUMN_EACH.test(text) ? text.length : stringWidth(text)),
    *characters(text) {
      for (const {segment} of segmenter.segment(text)) yield segment
    },
  }
}
