import {type ResultSet, TOKEN_COLUMN} from '../../vendors/deltastream/api.ts'

/** What one statement returned. Each cell is text, also of a number, or null. */
export interface StatementResult {
  columns: {name: string; type: string}[]
  /** Times with a zone are RFC 3339 in UTC; all other cells are as the service sent them. */
  rows: (string | null)[][]
  /** The file with the secret that the statement returned. Then there is no column for it. */
  file?: string
}

/**
 * Return the columns and rows of an answer. A row has a cell for each column, also a missing one.
 */
export function toStatementResult({metadata, data}: Pick<ResultSet, 'metadata' | 'data'>): StatementResult {
  const columns = metadata.columns.map(({name, type}) => ({name, type}))
  const rows = data.map((row) =>
    columns.map(({type}, at) => {
      const cell = row[at] ?? null
      return cell !== null && isTimeType(type) ? toRfc3339Cell(cell) : cell
    }),
  )
  return {columns, rows}
}

/** Return the result without the column of the secret. */
export function withoutSecret({columns, rows}: StatementResult): StatementResult {
  const keep = (_: unknown, at: number) => columns[at]?.name.toLowerCase() !== TOKEN_COLUMN.toLowerCase()
  return {columns: columns.filter(keep), rows: rows.map((row) => row.filter(keep))}
}

/** Return whether cells of this type are times: `TIMESTAMP`, `TIMESTAMP_LTZ(3)`, `TIMESTAMP_TZ`. */
export function isTimeType(type: string): boolean {
  return /^timestamp(_l?tz)?(\(\d+\))?$/i.test(type)
}

/**
 * The forms in which DeltaStream writes a time with a zone: `2024-07-11 20:37:17.5Z`, `… +0200`,
 * `…T…+02:00`, `… +0000 UTC`.
 */
const ZONED_TIME =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,9})? ?(?:Z|([+-])(\d{2}):?(\d{2})(?: [A-Z+-][\w+-]{0,5})?)$/

/**
 * Return a time with a zone as RFC 3339, with its fraction of a second, or null for the year 1,
 * with which some versions of DeltaStream mean that it never came. Any other text is returned
 * unchanged.
 */
function toRfc3339Cell(text: string): string | null {
  const [, date, time, fraction = '', sign = '+', hours = '0', minutes = '0'] = ZONED_TIME.exec(text) ?? []
  const localMs = Date.parse(`${date}T${time}Z`)
  if (Number.isNaN(localMs)) return text
  if (date?.startsWith('0001-')) return null
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  const digits = fraction.replace(/\.?0*$/, '')
  return `${new Date(localMs - offsetMs).toISOString().slice(0, 19)}${digits}Z`
}
