import {AppError} from '../../../errors/app-error.ts'
import type {RoleRow, StoreSession, TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {Principal} from '../../principal.ts'
import {ACCOUNT_SCOPE, DELTASTREAM_POLICY, TOKEN_KIND} from './policy.ts'
import {type Caller, readCaller, requireIncluded, useRole} from './principal.ts'
import {compareCodePoints, ROLE_SCOPE} from './roles.ts'
import {noRole, noToken, SqlFailure, tokenExists} from './sql-failure.ts'

/** Of an organization, expired ones included (contracts/deltastream.md, 4.1). */
const TOKENS_MAX = 1000

const DAY_MS = 86_400_000

/** A session of a caller. */
export interface Session {
  service: TokenService
  principal: Principal
  organizationId: string
  /** The account whose tokens the caller sees. */
  accountId: string
  /** The role of the session; null for the first role of the caller. */
  roleName: string | null
}

interface NewToken {
  name: string
  role: string
  expiresInDays: number
}

/** Open a session in the first role of the caller. */
export async function openSession(service: TokenService, principal: Principal): Promise<Session> {
  return toSession({service, principal, caller: await readCaller(service, service.read, principal)}, null)
}

export function toSession(
  {service, principal, caller}: {service: TokenService; principal: Principal; caller: Caller},
  roleName: string | null,
): Session {
  const {organization, account} = caller
  return {service, principal, organizationId: organization.organizationId, accountId: account.id, roleName}
}

/** Return the current state of the caller, and the role of the session. Errors: `useRole`. */
export async function readSession(
  {service, principal, roleName}: Session,
  read: StoreSession = service.read,
): Promise<{caller: Caller; role: RoleRow}> {
  const caller = await readCaller(service, read, principal)
  return {caller, role: roleName === null ? caller.first : useRole(caller, roleName)}
}

/** Create a token and return its secret. */
export async function createToken(session: Session, {name, role, expiresInDays}: NewToken): Promise<string> {
  const {service, principal, organizationId, accountId} = session
  const {secret} = await service.issue(DELTASTREAM_POLICY, principal.actor, {
    organizationId,
    scope: ACCOUNT_SCOPE,
    ownerId: accountId,
    kind: TOKEN_KIND,
    name,
    description: '',
    lifetimeMs: expiresInDays * DAY_MS,
    roles: [{entityType: ROLE_SCOPE, entityId: accountId, deploymentId: null, role}],
    uniqueName: true,
    async allow(store) {
      const current = await readSession(session, store)
      const wanted = current.caller.roles.find(role)
      if (!wanted) throw noRole(role)
      requireIncluded(current.caller, current.role, wanted)
      await refuseTaken(store, organizationId, name)
    },
  })
  return secret
}

async function refuseTaken(store: StoreSession, organizationId: string, name: string): Promise<void> {
  const {vendor} = DELTASTREAM_POLICY
  if (await store.findTokenIdByName(organizationId, {vendor}, name)) throw tokenExists(name)
  if ((await store.countTokens(organizationId, {vendor})) < TOKENS_MAX) return
  throw new SqlFailure('53000', `the organization has ${TOKENS_MAX} API tokens, and cannot have more`)
}

/** Give a token a new secret, and return it. All older ones are refused from now on. */
export async function renewToken(session: Session, name: string): Promise<string> {
  const reference = await referToToken(session, name)
  const renewing = session.service.rotate(DELTASTREAM_POLICY, session.principal.actor, {
    ...reference,
    endAllValues: true,
  })
  return (await renewing.catch(wordGone(name))).secret
}

export async function dropToken(session: Session, name: string, guard: {unusedForMs?: number} = {}): Promise<void> {
  const reference = await referToToken(session, name)
  await session.service
    .delete(DELTASTREAM_POLICY, session.principal.actor, {...reference, ...guard})
    .catch(wordGone(name))
}

/**
 * Find a token of the caller to change. `allow` checks that in the transaction of the change: 42501
 * if the token has a role that the session's role does not include, because a new secret would pass
 * on its rights (contracts/deltastream.md, 4.2).
 */
export async function referToToken(session: Session, name: string) {
  const {organizationId, accountId} = session
  const filter = {vendor: DELTASTREAM_POLICY.vendor, scope: ACCOUNT_SCOPE, ownerId: accountId}
  const tokenId = await session.service.read.findTokenIdByName(organizationId, filter, name)
  if (!tokenId) throw noToken(name)
  return {
    organizationId,
    tokenId,
    async allow(store: StoreSession, token: TokenView) {
      const {caller, role} = await readSession(session, store)
      if (token.ownerId !== accountId) throw noToken(name)
      const own = caller.roles.find(roleOf(token))
      if (!own) throw new Error(`The role of token ${tokenId} is gone`)
      requireIncluded(caller, role, own)
    },
  }
}

/** Another request may have dropped the token since it was found. */
export function wordGone(name: string): (err: unknown) => never {
  return (err) => {
    throw err instanceof AppError && err.details.reason === 'token-missing' ? noToken(name) : err
  }
}

/** A token, with the last use of its current secret: a renewal starts it over. */
export interface ListedToken {
  token: TokenView
  /** Epoch milliseconds. */
  lastUsedAt: number | null
}

/** Return the tokens of the caller, expired ones included, ordered by name. */
export async function listTokens(session: Session): Promise<ListedToken[]> {
  // In a batch, the token may have ended itself.
  await readSession(session)
  // The request that asks is a use, too.
  await session.service.settle()
  const tokens = await readOwnTokens(session, 'live')
  return withUses(
    session.service,
    tokens.toSorted((a, b) => compareCodePoints(a.name, b.name)),
  )
}

export function readOwnTokens(
  {service, organizationId, accountId}: Session,
  show: 'live' | 'deleted',
): Promise<TokenView[]> {
  const filter = {vendor: DELTASTREAM_POLICY.vendor, scope: ACCOUNT_SCOPE, ownerId: accountId, show}
  return service.read.listTokens(organizationId, filter, {offset: 0, limit: Number.MAX_SAFE_INTEGER})
}

async function withUses({read}: TokenService, tokens: TokenView[]): Promise<ListedToken[]> {
  const [first] = tokens
  if (!first) return []
  const values = await read.listCurrentValues(
    first.organizationId,
    tokens.map(({id}) => id),
  )
  const uses = new Map(values.map(({tokenId, lastUsedAt}) => [tokenId, lastUsedAt]))
  return tokens.map((token) => ({token, lastUsedAt: uses.get(token.id) ?? null}))
}

/** A token has one role, which never changes. */
export function roleOf({roles}: TokenView): string {
  return roles[0]?.role ?? ''
}
