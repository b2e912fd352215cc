import type {StatementResult} from '../../operations/deltastream/statement-result.ts'

/**
 * Format a result as CSV (RFC 4180): a header, CRLF after each record, quotes only where they are
 * needed. NULL is an empty field, and an empty text is `""`. A result without columns is an empty
 * text. These lines are the whole format: a library would only add a reader.
 */
export function renderResultCsv({columns, rows}: StatementResult): string {
  if (columns.length === 0) return ''
  const records = [columns.map(({name}) => name), ...rows]
  return records.map((record) => `${record.map(formatField).join(',')}\r\n`).join('')
}

function formatField(field: string | null): string {
  if (field === null) return ''
  return field === '' || /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
