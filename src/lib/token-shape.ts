/**
 * A JWT, whole or cut off, at any position: its header begins with `eyJ`, which is `{"` in
 * base64url. Otherwise three segments, searched only from the start of a word. If the search began
 * at every character, its time would grow with the square of the length, which the sender of the
 * text chooses.
 */
const TOKEN = /eyJ[\w-]{13,}(?:\.+[\w-]+)*|(?<![\w-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/

/**
 * A possible part of a token without its dots, such as the signature. It is longer than an id of 24
 * random bytes, which has 32 characters. A shorter part of a signature leaves more than 53
 * characters unknown, which no one can guess.
 */
const PART = /[\w-]{33,}/g

/**
 * White space between long pieces, as in a wrapped line. Between short pieces, it separates the
 * words of a description.
 */
const WRAP = /(?<=[\w-]{10})\s+(?=[\w-]{10})/g

/**
 * Return whether something in the text could be a token or a part of one. White space inside that
 * part does not hide it.
 */
export function holdsToken(text: string): boolean {
  return TOKEN.test(text) || holdsPart(text) || holdsPart(text.replaceAll(WRAP, ''))
}

/**
 * Return the text with `[token]` instead of everything that could be a token or a part of one. A
 * token that white space splits into short pieces is not replaced: only `holdsToken` finds it.
 */
export function withoutTokens(text: string): string {
  return text
    .replaceAll(new RegExp(TOKEN, 'g'), '[token]')
    .replaceAll(PART, (part) => (looksRandom(part) ? '[token]' : part))
}

function holdsPart(text: string): boolean {
  return (text.match(PART) ?? []).some(looksRandom)
}

/**
 * Return whether a part is random base64url, and not a name that people or programs choose. In
 * random text, upper case, lower case and digits alternate without a pattern. The limits are set so
 * that one signature in 100 000 is missed, and no name in test/lib/token-shape.test.ts is found.
 */
function looksRandom(part: string): boolean {
  const letters = part.replaceAll(/[_-]/g, '')
  const share = (pattern: RegExp) => (letters.match(pattern)?.length ?? 0) / letters.length
  const lowerCase = share(/[a-z]/g)
  const changesOfKind = share(/[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g)
  const capitalsNotBeforeLowerCase = share(/[A-Z](?=[A-Z\d])|\d(?=[A-Z])/g)

  const isWordsWithDashes = part.length - letters.length > part.length / 7
  // A UUID, a hash or a constant has one case.
  const isOneCase = lowerCase <= 1 / 8 || changesOfKind <= 0.35
  // In CamelCase, lower case follows each capital.
  const isCamelCase = capitalsNotBeforeLowerCase <= 0.06
  return !isWordsWithDashes && !isOneCase && !isCamelCase
}
