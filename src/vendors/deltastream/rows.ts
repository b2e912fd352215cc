import type {ResultSet} from './api.ts'

/** A row of a result, by the names of its columns, in any case. */
export interface Row {
  /** Return a cell: null for NULL, undefined if the result has no such column. */
  find(column: string): string | null | undefined
}

/**
 * Return the rows of a result. The order of columns does not count, nor do columns that no one asks
 * for (contracts/deltastream.md, section 4). Of two columns with one name, the first counts.
 */
export function readRows({metadata, data}: ResultSet): Row[] {
  const names = metadata.columns.map(({name}) => foldName(name))
  return data.map((cells) => ({find: (column) => cells[names.indexOf(foldName(column))]}))
}

function foldName(name: string): string {
  return name.toLowerCase()
}
