/** A place in the source code that creates an error, in the words of the source text. */
export interface ErrorSite {
  code: string
  message: string
  /** Null if this error has no hint. */
  hint: string | null
  /** The reason of a refusal by the token service. The code that words the hint uses it. */
  reason: string | null
}

const START = 'new AppError('

/**
 * Find every `new AppError(…)` in a source text, in order. Texts lose their quotes. Everything
 * else stays as it is written.
 */
export function findErrorSites(source: string): ErrorSite[] {
  const sites: ErrorSite[] = []
  for (let at = source.indexOf(START); at !== -1; at = source.indexOf(START, at + 1)) {
    const [code = '', message = '', details = ''] = splitList(source, at + START.length)
    sites.push({code: wordsOf(code), message: wordsOf(message), hint: hintOf(details), reason: reasonOf(details)})
  }
  return sites
}

function hintOf(details: string): string | null {
  if (!details.startsWith('{')) return details === '' ? null : details
  const fields = splitList(details, 1)
  const hint = fields.find((field) => /^hint\b/.test(field))
  if (hint !== undefined) return wordsOf(hint.replace(/^hint:?\s*/, '') || 'hint')
  return fields.find((field) => /^\.\.\..*(hint|details)/s.test(field)) ?? null
}

function reasonOf(details: string): string | null {
  if (!details.startsWith('{')) return null
  const field = splitList(details, 1).find((each) => each.startsWith('reason:'))
  return field === undefined ? null : wordsOf(field.replace(/^reason:\s*/, ''))
}

/**
 * Split the list that starts here and ends at its closing bracket. Comments and line ends are
 * removed from the items.
 */
function splitList(source: string, start: number): string[] {
  const items: string[] = []
  let item = ''
  let at = start
  for (; at < source.length && !')]}'.includes(source.charAt(at)); ) {
    const end = endOfPiece(source, at)
    const piece = source.slice(at, end)
    if (piece === ',') {
      items.push(item)
      item = ''
    } else if (!piece.startsWith('//')) item += piece
    at = end
  }
  return [...items, item].map((text) => text.trim().replace(/\s*\n\s*/g, ' ')).filter((text) => text !== '')
}

/**
 * Return the position after one character, or after a whole comment, text or pair of brackets with
 * its content.
 */
function endOfPiece(source: string, at: number): number {
  const char = source.charAt(at)
  if (source.startsWith('//', at)) return source.indexOf('\n', at)
  if (char === "'" || char === '"') return endOfText(source, at, char)
  if (char === '`') return endOfTemplate(source, at)
  return '([{'.includes(char) ? endOfBrackets(source, at) : at + 1
}

function endOfBrackets(source: string, at: number): number {
  let end = at + 1
  while (end < source.length && !')]}'.includes(source.charAt(end))) end = endOfPiece(source, end)
  return end + 1
}

function endOfText(source: string, at: number, quote: string): number {
  let end = at + 1
  while (end < source.length && source.charAt(end) !== quote) end += source.charAt(end) === '\\' ? 2 : 1
  return end + 1
}

function endOfTemplate(source: string, at: number): number {
  let end = at + 1
  while (end < source.length && source.charAt(end) !== '`') {
    if (source.startsWith('${', end)) end = endOfBrackets(source, end + 1)
    else end += source.charAt(end) === '\\' ? 2 : 1
  }
  return end + 1
}

/** Return a plain text or template without its quotes. */
function wordsOf(expression: string): string {
  const quote = expression.charAt(0)
  const isWhole = '\'"`'.includes(quote) && endOfPiece(expression, 0) === expression.length
  return isWhole ? expression.slice(1, -1) : expression
}
