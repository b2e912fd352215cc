/**
 * A JWT, whole or cut off, wherever its header begins: `{"` in base64url. Else three segments, looked for from the begin of a word only:
 * from every character of it, the time would grow with the square of its length, and whoever sends the text chooses that.
 */
const TOKEN = /eyJ[\w-]{13,}(?:\.+[\w-]+)*|(?<![\w-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/

/**
 * What may be a part of a token that has none of its dots, such as its signature: longer than an id of 24 random bytes, which has
 * 32 characters. What is shorter than this leaves more of a signature unknown (53 characters) than anyone can guess.
 */
const PART = /[\w-]{33,}/g

/** White space between long pieces, as a wrapped line leaves it. Between short ones it separates the words of a description. */
const WRAP = /(?<=[\w-]{10})\s+(?=[\w-]{10})/g

/** Return whether something in the text could be a token or a part of one, also if white space has got into that part. */
export function holdsToken(text: string): boolean {
  return TOKEN.test(text) || holdsPart(text) || holdsPart(text.replaceAll(WRAP, ''))
}

/** Return the text with `[token]` for what in it could be a token or a part of one. */
export function withoutTokens(text: string): string {
  return text
    .replaceAll(new RegExp(TOKEN, 'g'), '[token]')
    .replaceAll(PART, (part) => (looksRandom(part) ? '[token]' : part))
}

function holdsPart(text: string): boolean {
  return (text.match(PART) ?? []).some(looksRandom)
}

/**
 * Tell random base64url from what people and programs call things. Upper case, lower case and digits alternate in it without a
 * reason. Not so in a UUID or a hash (one case), in words with dashes between them, or in CamelCase, where a capital stands before
 * lower case. The shares are set so that one signature in 100 000 is missed, and no name in test/lib/token-shape.test.ts is found.
 */
function looksRandom(part: string): boolean {
  const letters = part.replaceAll(/[_-]/g, '')
  if (part.length - letters.length > part.length / 7) return false
  const share = (pattern: RegExp) => (letters.match(pattern)?.length ?? 0) / letters.length
  return (
    share(/[a-z]/g) > 1 / 8 &&
    share(/[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g) > 0.35 &&
    share(/[A-Z](?=[A-Z\d])|\d(?=[A-Z])/g) > 0.06
  )
}
