import type {HumanView} from '../../output/human-view.ts'
import type {Column} from '../../output/table.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {colourEnd, markEnd} from './ends.ts'

type Times = Pick<TokenRecord, 'createdAt' | 'expiresAt' | 'lastUsedAt' | 'lastRotatedAt'>

/**
 * Return the columns of times of every list of tokens, in this order. A time that the vendor does
 * not report is shown differently from never.
 */
export function timeColumns<Row extends Times>(ui: HumanView): Column<Row>[] {
  return [
    {header: 'CREATED', value: ({createdAt}) => ui.time(createdAt), dispensable: 1},
    {
      header: 'EXPIRES',
      value: ({expiresAt}) => ui.time(expiresAt, 'never'),
      style: (token, text) => colourEnd(token, text, ui),
    },
    // A script computes it from the time.
    ...(ui.terminal ? [markColumn<Row>(ui)] : []),
    {header: 'LAST USED', value: ({lastUsedAt}) => ui.time(lastUsedAt, 'never'), dispensable: 0},
    {header: 'LAST ROTATED', value: ({lastRotatedAt}) => ui.time(lastRotatedAt, 'never'), dispensable: 3},
  ]
}

/** Says in a word what the colour of EXPIRES says. */
function markColumn<Row extends Times>(ui: HumanView): Column<Row> {
  return {
    header: 'STATE',
    value: (token) => markEnd(token, ui.nowMs),
    style: (token, text) => colourEnd(token, text, ui),
    optional: true,
  }
}
