/**
 * Tables that hold how many live tokens there are, so that the total of a list costs the same in
 * any store. A count in the row of its key would make concurrent changes wait for each other. So
 * each change inserts what it adds, and these rows are folded into the counts from time to time
 * (token-counts.ts).
 */
export function tokenCounts(): string[] {
  const key = `vendor TEXT NOT NULL,
      entity_type TEXT NOT NULL,
      entity_id TEXT NOT NULL,
      scope TEXT NOT NULL,
      kind TEXT NOT NULL`
  return [
    // An empty entity_type is for all tokens, and any other one for those with a role on the
    // entity.
    `CREATE TABLE token_count (
      organization_id TEXT NOT NULL,
      ${key},
      count BIGINT NOT NULL,
      PRIMARY KEY (organization_id, vendor, entity_type, entity_id, scope, kind)
    )`,
    // No primary key: the rows of a change are never found again, only added up.
    `CREATE TABLE token_count_delta (
      organization_id TEXT NOT NULL,
      ${key},
      amount INTEGER NOT NULL
    )`,
    'CREATE INDEX token_count_delta_organization ON token_count_delta (organization_id)',
    ...countAllTokens(),
  ]
}

/**
 * The join of tokens with their roles, for counts. The condition on `position` is always true. With
 * it, SQLite finds the roles by their key. Without it, SQLite reads all roles of the organization
 * for each token, because the index of entities has all the columns that a count needs.
 */
export const JOIN_COUNTED_ROLES = `JOIN token_role ON token_role.organization_id = token.organization_id
  AND token_role.token_id = token.id AND token_role.position >= 0`

/** Return the statements that fill empty counts from the tokens that are there. */
export function countAllTokens(): string[] {
  const columns = 'organization_id, vendor, entity_type, entity_id, scope, kind'
  return [
    `INSERT INTO token_count (${columns}, count)
      SELECT organization_id, vendor, '', '', scope, kind, COUNT(*) FROM token
      WHERE deleted_at IS NULL GROUP BY organization_id, vendor, scope, kind`,
    `INSERT INTO token_count (${columns}, count)
      SELECT token.organization_id, token.vendor, token_role.entity_type, token_role.entity_id, token.scope, token.kind,
        COUNT(DISTINCT token.id)
      FROM token ${JOIN_COUNTED_ROLES}
      WHERE token.deleted_at IS NULL
      GROUP BY token.organization_id, token.vendor, token_role.entity_type, token_role.entity_id, token.scope, token.kind`,
  ]
}
