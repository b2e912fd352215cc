import type {StoreSession, TokenValueRow, ValueState} from '../store.ts'
import type {SqlConnection} from './engine.ts'
import {createInList, readInChunks} from './in-list.ts'
import {placeholders, selectList, type Table, toParams} from './table.ts'

/** The methods for the secrets of a token, which are stored by hash. */
export function valueMethods(connection: SqlConnection) {
  return {
    async insertValue(row) {
      const columns = Object.values(TOKEN_VALUE.columns)
      const nextPosition = `(SELECT COALESCE(MAX(position), 0) + 1 FROM token_value
        WHERE organization_id = ? AND token_id = ?)`
      const sql = `INSERT INTO token_value (${columns.join(', ')}, was_current, position)
        VALUES (${placeholders(columns.length)}, ?, ${nextPosition})`
      const wasCurrent = isInForce(row.state) ? 1 : 0
      await connection.run(sql, [...toParams(TOKEN_VALUE, row), wasCurrent, row.organizationId, row.tokenId])
    },
    listValues(organizationId, tokenId, {live} = {live: false}) {
      const sql = `SELECT ${selectList(TOKEN_VALUE)} FROM token_value
        WHERE organization_id = ? AND token_id = ? ${live ? `AND ${IS_LIVE}` : ''} ORDER BY position`
      return connection.all(sql, [organizationId, tokenId])
    },
    listCurrentValues(organizationId, keys) {
      return readInChunks(keys, (tokenIds) => {
        const wanted = createInList('token_id', tokenIds)
        const sql = `SELECT ${selectList(TOKEN_VALUE)} FROM token_value
          WHERE organization_id = ? AND ${wanted.sql} AND state = 'current'`
        return connection.all(sql, [organizationId, ...wanted.params])
      })
    },
    async updateValue(row) {
      const sql = `UPDATE token_value
        SET state = ?, valid_from = ?, valid_until = ?, grace_until = ?, ended_at = ?, end_reason = ?
          ${isInForce(row.state) ? ', was_current = 1' : ''}
        WHERE organization_id = ? AND sha256 = ?`
      const written = [row.state, row.validFrom, row.validUntil, row.graceUntil, row.endedAt, row.endReason]
      const changed = await connection.run(sql, [...written, row.organizationId, row.sha256])
      // Otherwise a missing secret would look like one that was ended.
      if (changed === 0) throw new Error(`Token ${row.tokenId} has no such secret`)
    },
    touchValue(organizationId, sha256, usedAt, unlessUsedSince) {
      return connection.transaction(async (tx) => {
        const sql = `UPDATE token_value SET last_used_at = ? WHERE organization_id = ? AND sha256 = ?
          AND (last_used_at IS NULL OR last_used_at < ?) RETURNING token_id AS "tokenId"`
        const [touched] = await tx.all<{tokenId: string}>(sql, [usedAt, organizationId, sha256, unlessUsedSince])
        if (!touched) return
        const ofToken = `UPDATE token SET last_used_at = ? WHERE organization_id = ? AND id = ?
          AND (last_used_at IS NULL OR last_used_at < ?)`
        await tx.run(ofToken, [usedAt, organizationId, touched.tokenId, usedAt])
      })
    },
  } satisfies Partial<StoreSession>
}

// Exactly as in the indexes token_value_live and token_value_open, because SQLite compares the text
// of the expressions.
export const IS_LIVE = `token_value.state <> 'ended'`
/** Live, but not the secret in force. */
export const IS_OPEN = `token_value.state IN ('pending', 'grace')`

export const TOKEN_VALUE: Table<TokenValueRow> = {
  name: 'token_value',
  columns: {
    organizationId: 'organization_id',
    sha256: 'sha256',
    tokenId: 'token_id',
    vendor: 'vendor',
    keyId: 'key_id',
    fragment: 'fragment',
    state: 'state',
    validFrom: 'valid_from',
    validUntil: 'valid_until',
    graceUntil: 'grace_until',
    endedAt: 'ended_at',
    endReason: 'end_reason',
    lastUsedAt: 'last_used_at',
  },
}

/**
 * Return whether a secret in this state is or was in force. A secret in grace was current before.
 */
function isInForce(state: ValueState): boolean {
  return state === 'current' || state === 'grace'
}
