import {countAllTokens} from '../../src/service/store/sql/schema-counts.ts'

/** How much to add to a new store. */
export interface StoreSize {
  tokens: number
  /** Each workspace has one deployment. */
  workspaces: number
}

export interface FilledPlace {
  organizationId: string
  /**
   * The owner of every token, and the place of its role (default: the tokens are distributed over
   * the new deployments).
   */
  deploymentId?: string
  keyId: string
  nowMs: number
}

/**
 * Fill a store with a few statements of SQLite, because a hundred thousand calls of the service
 * would take minutes. The secrets of these tokens do not exist.
 */
export async function fillStore(
  run: (sql: string, params: (string | number | null)[]) => unknown,
  {tokens, workspaces}: StoreSize,
  {organizationId, deploymentId, keyId, nowMs}: FilledPlace,
): Promise<void> {
  await run(
    `INSERT INTO workspace (organization_id, id, name, description, created_at, updated_at)
      ${numbers()} SELECT ?, ${idText('cw')}, 'workspace ' || i, '', ?, ? FROM n`,
    [workspaces, organizationId, nowMs, nowMs],
  )
  await run(
    `INSERT INTO deployment (organization_id, id, workspace_id, name, created_at, updated_at)
      ${numbers()} SELECT ?, ${idText('cd')}, ${idText('cw')}, 'deployment ' || i, ?, ? FROM n`,
    [workspaces, organizationId, nowMs, nowMs],
  )
  await run(
    `INSERT INTO token (organization_id, id, vendor, scope, owner_id, kind, name, description, created_at, created_by,
        updated_at, updated_by, revision, fragment, valid_from)
      ${numbers()} SELECT ?, ${idText('ct')}, 'astro', 'DEPLOYMENT', COALESCE(?, ${idText('cd', '1 + i % CAST(? AS INTEGER)')}), 'STANDARD',
        'token ' || i, 'Filled in', ? + i, 'local:bench', ? + i, 'local:bench', 1, substr('0000000' || i, -8), ? FROM n`,
    [tokens, organizationId, deploymentId ?? null, workspaces, nowMs, nowMs, nowMs],
  )
  await run(
    `INSERT INTO token_role (organization_id, token_id, position, entity_type, entity_id, role)
      SELECT organization_id, id, 0, 'DEPLOYMENT', owner_id, 'DEPLOYMENT_ADMIN' FROM token
      WHERE created_by = 'local:bench'`,
    [],
  )
  await run(
    `INSERT INTO token_value (organization_id, sha256, token_id, position, vendor, key_id, fragment, state, was_current,
        valid_from)
      SELECT organization_id, lower(hex(randomblob(32))), id, 1, 'astro', ?, fragment, 'current', 1, valid_from FROM token
      WHERE created_by = 'local:bench'`,
    [keyId],
  )
  for (const table of ['token_count', 'token_count_delta']) await run(`DELETE FROM ${table}`, [])
  for (const sql of countAllTokens()) await run(sql, [])
}

/**
 * Add this many ended secrets to a token. Each was current once and was used. They sort before the
 * current secret.
 */
export async function addEndedSecrets(
  run: (sql: string, params: (string | number | null)[]) => unknown,
  count: number,
  {organizationId, tokenId, keyId, nowMs}: {organizationId: string; tokenId: string; keyId: string; nowMs: number},
): Promise<void> {
  await run(
    `INSERT INTO token_value (organization_id, sha256, token_id, position, vendor, key_id, fragment, state, was_current,
        valid_from, ended_at, end_reason, last_used_at)
      ${numbers()} SELECT ?, lower(hex(randomblob(32))), ?, -i, 'astro', ?, substr('0000000' || i, -8), 'ended', 1, ?, ?,
        'rotated', ? FROM n`,
    [count, organizationId, tokenId, keyId, nowMs, nowMs, nowMs],
  )
}

/** `cd00000000000000000000001`: the id of the first added deployment. */
export const FIRST_DEPLOYMENT_ID = `cd${'1'.padStart(23, '0')}`

/** `cw00000000000000000000001`: the id of the workspace of this deployment. */
export const FIRST_WORKSPACE_ID = `cw${'1'.padStart(23, '0')}`

/** Return an SQL expression for an id that ends with a number. */
function idText(prefix: string, number = 'i'): string {
  return `'${prefix}' || substr('${'0'.repeat(23)}' || (${number}), -23)`
}

/** Return an SQL clause with the numbers from 1 to the first parameter, as the table n. */
function numbers(): string {
  return 'WITH RECURSIVE up (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM up WHERE i < ?), n AS (SELECT i FROM up WHERE i > 0)'
}
