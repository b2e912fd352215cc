import {deletionTable} from './deletions.ts'
import {tokenCounts} from './schema-counts.ts'

/**
 * The numbered migrations; the first one makes version 1. They only go forward, and a released one
 * never changes. The SQL is the part that SQLite and PostgreSQL share. Times are epoch
 * milliseconds, and booleans are 0 and 1.
 *
 * Keys, foreign keys and unique indexes begin with organization_id (design.md, section 5). The
 * exceptions are the tables of `foundation`, the table vendor_seed, and the key and name of an
 * organization.
 */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [...foundation(), ...directory(), ...rolesAndAccounts(), ...tokens(), ...tokenValues(), ...trail()],
  severalOrganizations(),
  readByKey(),
  ['ALTER TABLE account ADD COLUMN settings TEXT'],
  [...tokenCounts(), ...deletionTable()],
]

export const SCHEMA_VERSION = MIGRATIONS.length

function foundation(): string[] {
  return [
    `CREATE TABLE migration (
      version INTEGER NOT NULL PRIMARY KEY,
      applied_at BIGINT NOT NULL
    )`,
    // If the engine cannot lock the whole database, a migration locks this row first.
    `CREATE TABLE migration_lock (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1))`,
    `INSERT INTO migration_lock (id) VALUES (1)`,
    // only_one prevents a second installation in one store.
    `CREATE TABLE installation (
      id TEXT NOT NULL PRIMARY KEY,
      issuer TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      only_one INTEGER NOT NULL DEFAULT 1 UNIQUE CHECK (only_one = 1)
    )`,
    `CREATE TABLE signing_key (
      id TEXT NOT NULL PRIMARY KEY,
      public_jwk TEXT NOT NULL,
      private_key TEXT NOT NULL,
      sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
      created_at BIGINT NOT NULL,
      active_from BIGINT NOT NULL,
      retired_at BIGINT
    )`,
  ]
}

function directory(): string[] {
  return [
    `CREATE TABLE organization (
      organization_id TEXT NOT NULL PRIMARY KEY,
      uuid TEXT NOT NULL,
      name TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
    `CREATE TABLE workspace (
      organization_id TEXT NOT NULL REFERENCES organization (organization_id),
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (organization_id, id)
    )`,
    `CREATE TABLE deployment (
      organization_id TEXT NOT NULL,
      id TEXT NOT NULL,
      workspace_id TEXT NOT NULL,
      name TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (organization_id, id),
      FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace (organization_id, id)
    )`,
  ]
}

function rolesAndAccounts(): string[] {
  return [
    `CREATE TABLE role (
      organization_id TEXT NOT NULL REFERENCES organization (organization_id),
      id TEXT NOT NULL,
      vendor TEXT NOT NULL,
      scope_type TEXT NOT NULL,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      permissions TEXT NOT NULL DEFAULT '[]',
      parent_id TEXT,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (organization_id, id),
      UNIQUE (organization_id, vendor, scope_type, name),
      FOREIGN KEY (organization_id, parent_id) REFERENCES role (organization_id, id)
    )`,
    // name_key is the name as the vendor compares it, for example in lower case.
    `CREATE TABLE account (
      organization_id TEXT NOT NULL REFERENCES organization (organization_id),
      id TEXT NOT NULL,
      vendor TEXT NOT NULL,
      name TEXT NOT NULL,
      name_key TEXT NOT NULL,
      email TEXT,
      kind TEXT NOT NULL,
      admin INTEGER NOT NULL CHECK (admin IN (0, 1)),
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (organization_id, id),
      UNIQUE (organization_id, vendor, name_key)
    )`,
  ]
}

function tokens(): string[] {
  return [
    `CREATE TABLE token (
      organization_id TEXT NOT NULL REFERENCES organization (organization_id),
      id TEXT NOT NULL,
      vendor TEXT NOT NULL,
      scope TEXT NOT NULL,
      owner_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      unique_name TEXT,
      description TEXT NOT NULL,
      lifetime_ms BIGINT,
      created_at BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      updated_at BIGINT NOT NULL,
      updated_by TEXT NOT NULL,
      last_rotated_at BIGINT,
      deleted_at BIGINT,
      deleted_by TEXT,
      revision INTEGER NOT NULL,
      PRIMARY KEY (organization_id, id),
      UNIQUE (organization_id, vendor, unique_name)
    )`,
    // One index for live and one for deleted tokens, so that a page skips rows without reading
    // them. The first one has scope, for the list of one scope.
    `CREATE INDEX token_live ON token (organization_id, vendor, created_at, id, scope) WHERE deleted_at IS NULL`,
    `CREATE INDEX token_deleted ON token (organization_id, vendor, created_at, id) WHERE deleted_at IS NOT NULL`,
    `CREATE INDEX token_name ON token (organization_id, vendor, name, created_at, id) WHERE deleted_at IS NULL`,
    `CREATE TABLE token_role (
      organization_id TEXT NOT NULL,
      token_id TEXT NOT NULL,
      position INTEGER NOT NULL,
      entity_type TEXT NOT NULL,
      entity_id TEXT NOT NULL,
      deployment_id TEXT,
      role TEXT NOT NULL,
      PRIMARY KEY (organization_id, token_id, position),
      FOREIGN KEY (organization_id, token_id) REFERENCES token (organization_id, id)
    )`,
    `CREATE INDEX token_role_entity ON token_role (organization_id, entity_type, entity_id, token_id)`,
  ]
}

function tokenValues(): string[] {
  return [
    // position numbers the secrets of a token in the order they were minted, because two can be
    // minted in the same millisecond. was_current distinguishes a secret that was once in force
    // from one that was never delivered. The length checks prevent a secret in the columns sha256
    // and fragment.
    `CREATE TABLE token_value (
      organization_id TEXT NOT NULL,
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
      token_id TEXT NOT NULL,
      position INTEGER NOT NULL,
      vendor TEXT NOT NULL,
      key_id TEXT NOT NULL,
      fragment TEXT NOT NULL CHECK (length(fragment) <= 8),
      state TEXT NOT NULL CHECK (state IN ('pending', 'current', 'grace', 'ended')),
      was_current INTEGER NOT NULL CHECK (was_current IN (0, 1)),
      valid_from BIGINT NOT NULL,
      valid_until BIGINT,
      grace_until BIGINT,
      ended_at BIGINT,
      end_reason TEXT,
      last_used_at BIGINT,
      PRIMARY KEY (organization_id, sha256),
      UNIQUE (organization_id, token_id, position),
      FOREIGN KEY (organization_id, token_id) REFERENCES token (organization_id, id),
      CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
      CHECK (state <> 'grace' OR grace_until IS NOT NULL)
    )`,
    `CREATE UNIQUE INDEX token_value_current ON token_value (organization_id, token_id) WHERE state = 'current'`,
  ]
}

function trail(): string[] {
  return [
    // No foreign keys, because an audit row stays when its target is deleted.
    `CREATE TABLE audit (
      organization_id TEXT NOT NULL,
      id TEXT NOT NULL,
      at BIGINT NOT NULL,
      actor_type TEXT NOT NULL,
      actor_id TEXT NOT NULL,
      action TEXT NOT NULL,
      target_type TEXT NOT NULL,
      target_id TEXT NOT NULL,
      request_id TEXT,
      detail TEXT NOT NULL,
      seal_seq BIGINT,
      PRIMARY KEY (organization_id, id)
    )`,
    `CREATE INDEX audit_unsealed ON audit (organization_id, at, id) WHERE seal_seq IS NULL`,
    `CREATE TABLE audit_seal (
      organization_id TEXT NOT NULL,
      seq BIGINT NOT NULL,
      first_id TEXT NOT NULL,
      last_id TEXT NOT NULL,
      count INTEGER NOT NULL,
      previous_hash TEXT NOT NULL,
      hash TEXT NOT NULL,
      at BIGINT NOT NULL,
      PRIMARY KEY (organization_id, seq)
    )`,
  ]
}

function severalOrganizations(): string[] {
  return [
    // The row of a deleted organization stays, because a verification still reports why its tokens
    // ended. Its name can be used again.
    'ALTER TABLE organization ADD COLUMN deleted_at BIGINT',
    'CREATE UNIQUE INDEX organization_name ON organization (name) WHERE deleted_at IS NULL',
    'CREATE UNIQUE INDEX workspace_name ON workspace (organization_id, name)',
    'CREATE UNIQUE INDEX deployment_name ON deployment (organization_id, name)',
    // With kind, for the list of one kind.
    'DROP INDEX token_live',
    `CREATE INDEX token_live ON token (organization_id, vendor, created_at, id, scope, kind) WHERE deleted_at IS NULL`,
    // Also for the tokens of an entity that have no role on it. IF NOT EXISTS, because a few builds
    // made this index in stores of version 1.
    `CREATE INDEX IF NOT EXISTS token_owner ON token (organization_id, vendor, owner_id, created_at, id) WHERE deleted_at IS NULL`,
  ]
}

/**
 * Find every row by a key, so that the cost does not grow with the store or with the rotations of a
 * token.
 */
function readByKey(): string[] {
  return [
    `CREATE TABLE vendor_seed (
      vendor TEXT NOT NULL PRIMARY KEY,
      seeded_at BIGINT NOT NULL
    )`,
    ...copySecretsToTokens(),
    // With deleted_at, so that a count reads only the index.
    'DROP INDEX token_live',
    `CREATE INDEX token_live ON token (organization_id, vendor, created_at, id, scope, kind, deleted_at)
      WHERE deleted_at IS NULL`,
    'CREATE INDEX workspace_created ON workspace (organization_id, created_at, id)',
    'CREATE INDEX deployment_created ON deployment (organization_id, created_at, id)',
    'CREATE INDEX deployment_workspace ON deployment (organization_id, workspace_id, created_at, id)',
    // Never used.
    'DROP INDEX audit_unsealed',
    'ALTER TABLE audit DROP COLUMN seal_seq',
    'DROP TABLE audit_seal',
    'ALTER TABLE role DROP COLUMN permissions',
  ]
}

/**
 * Copy what a list shows of a secret into the row of its token. A list then does not read ended
 * secrets.
 */
function copySecretsToTokens(): string[] {
  const ofToken =
    'FROM token_value WHERE token_value.organization_id = token.organization_id AND token_value.token_id = token.id'
  // The secret in force, or, if all have ended, the last one that was. No secret was in force after
  // the current one.
  const shown = `${ofToken} AND was_current = 1 ORDER BY position DESC LIMIT 1`
  return [
    'ALTER TABLE token ADD COLUMN fragment TEXT CHECK (length(fragment) <= 8)',
    'ALTER TABLE token ADD COLUMN valid_from BIGINT',
    'ALTER TABLE token ADD COLUMN valid_until BIGINT',
    'ALTER TABLE token ADD COLUMN last_used_at BIGINT',
    `UPDATE token SET
      fragment = (SELECT fragment ${shown}),
      valid_from = (SELECT valid_from ${shown}),
      valid_until = (SELECT valid_until ${shown}),
      last_used_at = (SELECT MAX(last_used_at) ${ofToken})`,
    // For a rotation. Most tokens have one live secret, however often they were rotated.
    `CREATE INDEX token_value_live ON token_value (organization_id, token_id, position) WHERE state <> 'ended'`,
    // For a list, which looks this up for every token. The lookup is fast, because the index is
    // nearly empty.
    `CREATE INDEX token_value_open ON token_value (organization_id, token_id, state, valid_from, grace_until)
      WHERE state IN ('pending', 'grace')`,
  ]
}
