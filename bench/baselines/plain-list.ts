// The smallest program that lists the tokens of a store as `deployment token list --json` does: one
// statement, one object for each token, one text.
import {writeSync} from 'node:fs'
import {DatabaseSync} from 'node:sqlite'

type Cell = string | number | null

const db = new DatabaseSync(process.env['BENCH_STORE'] ?? '', {readOnly: true})
const statement =
  db.prepare(`SELECT token.id, token.name, token.description, token.scope, token.kind, token.created_at, token.created_by,
    token.updated_at, token.last_rotated_at, token_value.fragment, token_value.valid_until, token_value.last_used_at,
    token_role.entity_type, token_role.entity_id, token_role.role
  FROM token
  JOIN token_value ON token_value.organization_id = token.organization_id AND token_value.token_id = token.id
  JOIN token_role ON token_role.organization_id = token.organization_id AND token_role.token_id = token.id
  WHERE token.deleted_at IS NULL AND token_value.state = 'current' ORDER BY token.created_at, token.id`)
statement.setReturnArrays(true)
const rows = statement.all() as unknown as Cell[][]
const text = JSON.stringify({schemaVersion: 1, ok: true, result: rows.map(toResult), warnings: []})
const bytes = Buffer.from(`${text}\n`)
let written = 0
while (written < bytes.length) written += writeSync(1, bytes, written)

function toResult(cells: Cell[]) {
  const [id, name, description, scope, kind, createdAt, createdBy, updatedAt, rotatedAt, fragment, validUntil, usedAt] =
    cells
  const [entityType, entityId, role] = cells.slice(12)
  return {
    id,
    name,
    description,
    scope,
    kind,
    entityId,
    role,
    roles: [{entityType, entityId, role}],
    shortToken: fragment,
    createdAt: toTime(createdAt),
    createdBy: String(createdBy).split(':')[1],
    updatedAt: toTime(updatedAt),
    expiresAt: toTime(validUntil),
    lastUsedAt: toTime(usedAt),
    lastRotatedAt: toTime(rotatedAt),
    unfinishedRotationAt: null,
    graceUntil: null,
    endedAt: null,
  }
}

function toTime(epochMs: Cell | undefined): string | null {
  return typeof epochMs === 'number' ? `${new Date(epochMs).toISOString().slice(0, -5)}Z` : null
}
