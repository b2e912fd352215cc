/**
 * A JWT, whole or cut off, wherever its header begins: `{"` in base64url. Else three segments, looked for from the begin of a word only:
 * from every character of it, the time would grow with the square of its length, and whoever sends the text chooses that.
 */
const TOKEN = /eyJ[\w-]{13,}(?:\.+[\w-]+)*|(?<![\w-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/

/** Is there something in the text that could be a token? */
export function holdsToken(text: string): boolean {
  return TOKEN.test(text)
}

/** The text with `[token]` for whatever in it could be a token. */
export function withoutTokens(text: string): string {
  return text.replaceAll(new RegExp(TOKEN, 'g'), '[token]')
}
