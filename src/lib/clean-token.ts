/** White space of every script (a no-break space too), and characters that no one sees: a BOM, a zero-width space, a direction. */
const AROUND = /[\p{White_Space}\p{Cf}]/u

/**
 * Return a token that was read from outside without what editors, shells and web pages leave around it. Every place that reads
 * one uses this. White space within it stays, since then it is not one token.
 */
export function cleanToken(text: string): string {
  // Not one expression with `+$`: its time would grow with the square of the white space within the text.
  let [start, end] = [0, text.length]
  while (start < end && AROUND.test(text.charAt(start))) start++
  while (end > start && AROUND.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}
