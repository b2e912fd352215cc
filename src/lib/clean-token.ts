/**
 * Return a token that was read from outside without what editors, shells and web pages leave around it. Every place that reads
 * one uses this. White space within it stays, since then it is not one token.
 */
export function cleanToken(text: string): string {
  if (VISIBLE_AROUND.test(text)) return text
  // Made here and not at import: its Unicode properties cost a millisecond, and a token is usually clean.
  // White space of every script (a no-break space too), and characters that no one sees: a BOM, a zero-width space, a direction.
  const around = /[\p{White_Space}\p{Cf}]/u
  // Not one expression with `+$`: its time would grow with the square of the white space within the text.
  let [start, end] = [0, text.length]
  while (start < end && around.test(text.charAt(start))) start++
  while (end > start && around.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** Begins and ends with a visible character of ASCII, or is empty. */
const VISIBLE_AROUND = /^(?:[!-~](?:.*[!-~])?)?$/s
