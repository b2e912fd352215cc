/**
 * Return a token without the white space and invisible characters that editors, shells and web
 * pages leave around it. Every place that reads a token from outside uses this. White space inside
 * it stays, because then the text is not one token.
 */
export function cleanToken(text: string): string {
  if (VISIBLE_AROUND.test(text)) return text
  // White space of every script (also a no-break space) and invisible characters: a BOM, a
  // zero-width space, a direction mark. Compiled here and not at import, because the Unicode
  // properties cost a millisecond and a token is usually clean.
  const around = /[\p{White_Space}\p{Cf}]/u
  // Not one expression with `+$`: its time would grow with the square of the white space inside.
  let [start, end] = [0, text.length]
  while (start < end && around.test(text.charAt(start))) start++
  while (end > start && around.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** Matches a text that is empty, or begins and ends with a visible ASCII character. */
const VISIBLE_AROUND = /^(?:[!-~](?:.*[!-~])?)?$/s
