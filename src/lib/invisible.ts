/**
 * What Unicode calls default ignorable code points: bidi marks, embeddings, overrides and isolates, zero-width characters, fillers,
 * tags, variation selectors; unassigned ones that are kept for such characters too. The inside of a class in a regular expression
 * with `u`, by their numbers, because looking a Unicode property up costs milliseconds at the start of a command.
 */
const IGNORABLE = String.raw`\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`

/** What a reader cannot see, or what would move the cursor: with C0, DEL, C1, separators, interlinear annotation, lone surrogates. */
export const INVISIBLE = String.raw`\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\ufffb${IGNORABLE}`

/** U+0085 is white space for Unicode alone; U+2800, the empty pattern of Braille, for readers alone. */
const BLANK = new RegExp(String.raw`^[\s\x85\u2800${IGNORABLE}]*$`, 'u')

/** Would a reader see nothing of this text: is it empty, or made of white space and ignorable characters alone? */
export function isBlank(text: string): boolean {
  // Nearly every name has a visible character of ASCII, and BLANK takes long to compile.
  return !/[!-~]/.test(text) && BLANK.test(text)
}
