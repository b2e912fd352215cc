/** A place in the sources where an error is made, as the source text says it. */
export interface ErrorSite {
  code: string
  message: string
  /** Null: this error says nothing of what to do. */
  hint: string | null
  /** Of a refusal of the token service, for the code that words its hint. */
  reason: string | null
}

const START = 'new AppError('

/** Every `new AppError(…)` of a source text, in order. Texts lose their quotes, anything else stays as it is written. */
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

/** The items of a list from here to the bracket that closes it, without their comments and line ends. */
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

/** Past one character, or past a whole comment, text or pair of brackets with what is in it. */
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

/** A plain text or template without its quotes. */
function wordsOf(expression: string): string {
  const quote = expression.charAt(0)
  const isWhole = '\'"`'.includes(quote) && endOfPiece(expression, 0) === expression.length
  return isWhole ? expression.slice(1, -1) : expression
}
