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
 * Return how many columns a text takes, for a place that cannot wait for a ruler. Sequences of
 * emoji are counted as if their parts were shown, and so may be narrower than this.
 */
export function estimateWidth(text: string): number {
  if (ONE_COLUMN_EACH.test(text)) return text.length
  // Compiled here and not at import, because few texts need it.
  const [none, two] = [new RegExp(NO_COLUMN, 'gu'), new RegExp(TWO_COLUMNS, 'gu')]
  return [...text.replace(none, '').replace(two, '  ')].length
}

const NO_COLUMN = String.raw`[\p{Mn}\p{Me}\u200d]`

/** Hangul, CJK, full-width forms, and emoji (Unicode, EastAsianWidth.txt: W and F). */
const TWO_COLUMNS = String.raw`(?!\p{RI})[\p{Emoji_Presentation}\u1100-\u115e\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]`

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
