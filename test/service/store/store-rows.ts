import {expect} from 'chai'
import type {
  AccountRow,
  AuditRow,
  DeploymentRow,
  RoleRow,
  SigningKeyRow,
  StoreSession,
  TokenRoleRow,
  TokenRow,
  TokenValueRow,
} from '../../../src/service/store/store.ts'

export const NOW = Date.UTC(2025, 0, 1)

/** The default organization of every row. `seedStore` creates it and a second one. */
export const ORG = 'org-a'
export const OTHER_ORG = 'org-b'

/** Insert two organizations with one workspace each, and the installation. */
export async function seedStore(session: StoreSession): Promise<void> {
  const times = {createdAt: NOW, updatedAt: NOW}
  await session.insertInstallation({id: 'i-1', issuer: 'urn:tokenry:i-1', createdAt: NOW})
  for (const organizationId of [ORG, OTHER_ORG]) {
    await session.insertOrganization({
      organizationId,
      uuid: `uuid-${organizationId}`,
      name: `name-${organizationId}`,
      ...times,
    })
    await session.insertWorkspace({organizationId, id: 'ws', name: 'default', description: '', ...times})
  }
}

export function signingKey(id: string, activeFrom: number): SigningKeyRow {
  return {id, publicJwk: '{}', privateKey: 'base64', sealed: false, createdAt: NOW, activeFrom, retiredAt: null}
}

export function deploymentRow(changes: Partial<DeploymentRow> = {}): DeploymentRow {
  const times = {createdAt: NOW, updatedAt: NOW}
  return {organizationId: ORG, id: 'dep', workspaceId: 'ws', name: `name-${changes.id}`, ...times, ...changes}
}

export function roleRow(changes: Partial<RoleRow> = {}): RoleRow {
  return {
    organizationId: ORG,
    id: 'role',
    vendor: 'astro',
    scopeType: 'DEPLOYMENT',
    name: 'deployer',
    description: 'May deploy',
    parentId: null,
    createdAt: NOW,
    updatedAt: NOW,
    ...changes,
  }
}

export function accountRow(changes: Partial<AccountRow> = {}): AccountRow {
  return {
    organizationId: ORG,
    id: 'account',
    vendor: 'astro',
    name: 'Ann',
    nameKey: 'ann@example.com',
    email: 'Ann@example.com',
    kind: 'USER',
    admin: false,
    settings: null,
    createdAt: NOW,
    updatedAt: NOW,
    ...changes,
  }
}

export function tokenRow(changes: Partial<TokenRow> = {}): TokenRow {
  return {
    organizationId: ORG,
    id: 'token',
    vendor: 'astro',
    scope: 'DEPLOYMENT',
    ownerId: 'dep',
    kind: 'standard',
    name: 'ci',
    uniqueName: null,
    description: '',
    lifetimeMs: null,
    createdAt: NOW,
    createdBy: 'local:root',
    updatedAt: NOW,
    updatedBy: 'local:root',
    lastRotatedAt: null,
    deletedAt: null,
    deletedBy: null,
    revision: 1,
    fragment: null,
    validFrom: null,
    validUntil: null,
    ...changes,
  }
}

/**
 * Return four later versions of `tokenRow()`. Each differs from the one before in every column
 * except the key.
 */
export function tokenVersions(): TokenRow[] {
  const filled = (revision: number): TokenRow => {
    const unlike = `${revision}`
    return {
      organizationId: ORG,
      id: 'token',
      vendor: `vendor-${unlike}`,
      scope: `scope-${unlike}`,
      ownerId: `owner-${unlike}`,
      kind: `kind-${unlike}`,
      name: `name-${unlike}`,
      uniqueName: `unique-${unlike}`,
      description: `description-${unlike}`,
      lifetimeMs: 1000 + revision,
      createdAt: NOW + 10 * revision + 1,
      createdBy: `token:creator-${unlike}`,
      updatedAt: NOW + 10 * revision + 2,
      updatedBy: `token:updater-${unlike}`,
      lastRotatedAt: NOW + 10 * revision + 3,
      deletedAt: NOW + 10 * revision + 4,
      deletedBy: `token:deleter-${unlike}`,
      revision,
      fragment: `frag-${unlike}`,
      validFrom: NOW + 10 * revision + 5,
      validUntil: NOW + 10 * revision + 6,
    }
  }
  const times = {lifetimeMs: null, lastRotatedAt: null, deletedAt: null, validFrom: null, validUntil: null}
  const empty = {...times, uniqueName: null, deletedBy: null, fragment: null}
  return [filled(2), filled(3), {...filled(4), ...empty}, filled(5)]
}

/** Expect two rows to have the same properties, but the same value only in `keys`. */
export function expectAllDifferent<Row extends object>(row: Row, before: Row, keys: (keyof Row)[]): void {
  expect(Object.keys(row)).to.have.members(Object.keys(before))
  for (const property of Object.keys(row) as (keyof Row)[]) {
    if (keys.includes(property)) expect(row[property], String(property)).to.equal(before[property])
    else expect(row[property], String(property)).to.not.equal(before[property])
  }
}

export function tokenRole(changes: Partial<TokenRoleRow> = {}): TokenRoleRow {
  return {entityType: 'DEPLOYMENT', entityId: 'dep', deploymentId: null, role: 'DEPLOYMENT_ADMIN', ...changes}
}

/** Return a secret whose hash repeats one letter or digit: `valueRow('a')`. */
export function valueRow(digit: string, changes: Partial<TokenValueRow> = {}): TokenValueRow {
  return {
    organizationId: ORG,
    sha256: digit.repeat(64),
    tokenId: 'token',
    vendor: 'astro',
    keyId: 'tokenry-1',
    fragment: `frag-${digit}`,
    state: 'current',
    validFrom: NOW,
    validUntil: null,
    graceUntil: null,
    endedAt: null,
    endReason: null,
    lastUsedAt: null,
    ...changes,
  }
}

export function ended(row: TokenValueRow, changes: Partial<TokenValueRow> = {}): TokenValueRow {
  return {...row, state: 'ended', endedAt: NOW + 1, endReason: 'rotated', ...changes}
}

export function auditRow(changes: Partial<AuditRow> = {}): AuditRow {
  return {
    organizationId: ORG,
    id: 'audit-1',
    at: NOW,
    actorType: 'local',
    actorId: 'root',
    action: 'token.create',
    targetType: 'token',
    targetId: 'token',
    requestId: null,
    detail: '{}',
    ...changes,
  }
}
