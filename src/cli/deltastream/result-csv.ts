import type {StatementResult} from '../../operations/deltastream/statement-result.ts'
import {escapeControl} from '../../output/escape.ts'

/**
 * Format a result as CSV (RFC 4180): a header, CRLF after each record, quotes only where they are
 * needed. NULL is an empty field, and an empty text is `""`. At a terminal, control characters are
 * escaped. A result without columns is an empty text.
 */
export function renderResultCsv({columns, rows}: StatementResult, {terminal}: {terminal: boolean}): string {
  if (columns.length === 0) return ''
  const records = [columns.map(({name}) => name), ...rows]
  const show = (field: string | null) => formatField(field === null || !terminal ? field : escapeControl(field))
  return records.map((record) => `${record.map(show).join(',')}\r\n`).join('')
}

function formatField(field: string | null): string {
  if (field === null) return ''
  return field === '' || /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
