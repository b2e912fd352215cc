/**
 * The default ignorable code points of Unicode: bidi marks, embeddings, overrides and isolates,
 * zero-width characters, fillers, tags, variation selectors, and unassigned code points that are
 * reserved for such characters. This is the inside of a character class for a regular expression
 * with `u`. It lists numbers, because a Unicode property costs milliseconds at the start of a
 * command.
 */
const IGNORABLE = String.raw`\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`

/**
 * Characters that a reader cannot see or that would move the cursor: the ignorable ones, C0, DEL,
 * C1, separators, interlinear annotation, lone surrogates.
 */
export const INVISIBLE = String.raw`\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\ufffb${IGNORABLE}`

/**
 * U+0085 is white space for Unicode, but not for `\s`. U+2800, the empty Braille pattern, is blank
 * only for readers.
 */
const BLANK = new RegExp(String.raw`^[\s\x85\u2800${IGNORABLE}]*$`, 'u')

/**
 * Return whether a reader sees nothing of this text: it is empty, or holds only white space and
 * ignorable characters.
 */
export function isBlank(text: string): boolean {
  // Nearly every name has a visible ASCII character, and compiling BLANK is slow.
  return !/[!-~]/.test(text) && BLANK.test(text)
}
