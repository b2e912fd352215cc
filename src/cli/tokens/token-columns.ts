import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {colourEnd, markEnd} from './ends.ts'

type Times = Pick<TokenRecord, 'createdAt' | 'expiresAt' | 'lastUsedAt' | 'lastRotatedAt'>

/** Return the columns of times of every list of tokens, in this order. */
export function timeColumns<Row extends Times>(ui: HumanView): Column<Row>[] {
  const {created, expires, marks, lastUsed, lastRotated} = nameTimeColumns<Row>(ui)
  return [created, expires, ...marks, lastUsed, lastRotated]
}

/**
 * Return these columns by name. A time that the vendor does not report is shown differently from
 * never.
 */
export function nameTimeColumns<Row extends Times>(ui: HumanView) {
  return {
    created: {header: 'CREATED', value: ({createdAt}: Row) => ui.time(createdAt), dispensable: 1},
    expires: {
      header: 'EXPIRES',
      value: ({expiresAt}: Row) => ui.time(expiresAt, 'never'),
      style: (token: Row, text: string) => colourEnd(token, text, ui),
    },
    // A script computes it from the time.
    marks: ui.terminal ? [markColumn<Row>(ui)] : [],
    lastUsed: {header: 'LAST USED', value: ({lastUsedAt}: Row) => ui.time(lastUsedAt, 'never'), dispensable: 0},
    lastRotated: {
      header: 'LAST ROTATED',
      value: ({lastRotatedAt}: Row) => ui.time(lastRotatedAt, 'never'),
      dispensable: 3,
    },
  }
}

/** Says in a word what the colour of EXPIRES says. */
function markColumn<Row extends Times>(ui: HumanView): Column<Row> {
  return {
    header: 'STATE',
    value: (token) => markEnd(token, ui.nowMs),
    style: (token, text) => colourEnd(token, text, ui),
    optional: true,
    dispensable: -1,
  }
}
