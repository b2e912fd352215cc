/**
 * Numbered migrations, version 1 first; they only go forward, and one that was released is never changed. The SQL is what
 * SQLite and PostgreSQL have in common: times are epoch milliseconds, booleans 0 and 1. Keys, foreign keys and unique indexes
 * begin with organization_id (design.md, section 5); the exceptions are the tables of `foundation`, vendor_seed, and the key and
 * the name of organization.
 */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [...foundation(), ...directory(), ...rolesAndAccounts(), ...tokens(), ...tokenValues(), ...trail()],
  severalOrganizations(),
  readByKey(),
]

export const SCHEMA_VERSION = MIGRATIONS.length

function foundation(): string[] {
  return [
    `CREATE TABLE migration (
      version INTEGER NOT NULL PRIMARY KEY,
      applied_at BIGINT NOT NULL
    )`,
    // Whoever migrates locks this row first, where the engine has no lock on the whole database.
    `CREATE TABLE migration_lock (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1))`,
    `INSERT INTO migration_lock (id) VALUES (1)`,
    // only_one keeps a second installation out of a store.
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
    // name_key is the name as the vendor compares it, for instance folded to lower case.
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
    // Two indexes, so that the rows a page skips are skipped without reading them; scope for the list of one scope.
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
    // position counts the values of a token as they are minted, because two may be minted in one millisecond. was_current
    // tells a value that was once in force from one that was never delivered. The lengths keep a secret out of both columns.
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
    // No foreign keys: the trail outlives what it tells of.
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
    // The row of a deleted organization stays for its tokens, of which a verification tells what became; its name is free again.
    'ALTER TABLE organization ADD COLUMN deleted_at BIGINT',
    'CREATE UNIQUE INDEX organization_name ON organization (name) WHERE deleted_at IS NULL',
    'CREATE UNIQUE INDEX workspace_name ON workspace (organization_id, name)',
    'CREATE UNIQUE INDEX deployment_name ON deployment (organization_id, name)',
    // With kind, for the lists of one.
    'DROP INDEX token_live',
    `CREATE INDEX token_live ON token (organization_id, vendor, created_at, id, scope, kind) WHERE deleted_at IS NULL`,
    // The tokens of an entity that hold no role on it, too. Some stores of version 1 have this index: a few builds made it there.
    `CREATE INDEX IF NOT EXISTS token_owner ON token (organization_id, vendor, owner_id, created_at, id) WHERE deleted_at IS NULL`,
  ]
}

/** What is asked for is found by its key, however much the store holds and however often a token was rotated. */
function readByKey(): string[] {
  return [
    `CREATE TABLE vendor_seed (
      vendor TEXT NOT NULL PRIMARY KEY,
      seeded_at BIGINT NOT NULL
    )`,
    ...tokensKnowTheirSecrets(),
    // With deleted_at, so that a count reads nothing but the index.
    'DROP INDEX token_live',
    `CREATE INDEX token_live ON token (organization_id, vendor, created_at, id, scope, kind, deleted_at)
      WHERE deleted_at IS NULL`,
    'CREATE INDEX workspace_created ON workspace (organization_id, created_at, id)',
    'CREATE INDEX deployment_created ON deployment (organization_id, created_at, id)',
    'CREATE INDEX deployment_workspace ON deployment (organization_id, workspace_id, created_at, id)',
    // What nothing has used.
    'DROP INDEX audit_unsealed',
    'ALTER TABLE audit DROP COLUMN seal_seq',
    'DROP TABLE audit_seal',
    'ALTER TABLE role DROP COLUMN permissions',
  ]
}

/** What a token shows of its secrets is kept in its row, so that those that have ended need not be read. */
function tokensKnowTheirSecrets(): string[] {
  const ofToken =
    'FROM token_value WHERE token_value.organization_id = token.organization_id AND token_value.token_id = token.id'
  // The secret in force; once every one is ended, the one that was in force last. No secret was in force after the one that is.
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
    // What a rotation reads. Most tokens have one such secret, no matter what their past.
    `CREATE INDEX token_value_live ON token_value (organization_id, token_id, position) WHERE state <> 'ended'`,
    // What a list looks up for every token: in an index that is nearly empty, that is quick.
    `CREATE INDEX token_value_open ON token_value (organization_id, token_id, state, valid_from, grace_until)
      WHERE state IN ('pending', 'grace')`,
  ]
}
