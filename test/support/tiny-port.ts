import {AppError} from '../../src/errors/app-error.ts'
import {DAY_MS} from '../../src/lib/duration.ts'
import {toRfc3339, toRfc3339OrNull} from '../../src/lib/rfc3339.ts'
import type {Actor} from '../../src/service/context.ts'
import type {TokenView} from '../../src/service/store/store.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import type {TokenPort, TokenRecord} from '../../src/vendors/token-port.ts'
import {TINY_POLICY} from './tiny-vendor.ts'

/**
 * A token of the made-up vendor. The vendor reports neither ids nor kinds, nor when a token was
 * used or rotated.
 */
export interface TinyToken extends TokenRecord {
  owner: {type: 'user'; id: string}
  createdAt: string
  expiresAt: string | null
  fragment: string
}

export interface NewTinyToken {
  name: string
  /** Null for no expiry. */
  days: number | null
}

const ACTOR: Actor = {type: 'local', id: 'tester'}

/**
 * Return the port to the tokens of a user. It has the required methods of a port and no capability.
 */
export function tinyTokenPort(
  service: TokenService,
  {organizationId, user}: {organizationId: string; user: string},
): TokenPort<TinyToken, NewTinyToken> {
  const filter = {vendor: TINY_POLICY.vendor, scope: 'USER', ownerId: user}
  async function find({name}: TinyToken): Promise<{organizationId: string; tokenId: string}> {
    const tokenId = await service.read.findTokenIdByName(organizationId, filter, name)
    if (tokenId === null) throw new AppError('NOT_FOUND', `No token ${name} of ${user}`)
    return {organizationId, tokenId}
  }
  return {
    async list() {
      const page = {offset: 0, limit: Number.MAX_SAFE_INTEGER}
      return (await service.read.listTokens(organizationId, filter, page)).map(toTinyToken)
    },
    async mint({name, days}) {
      const {secret, token} = await service.issue(TINY_POLICY, ACTOR, {
        organizationId,
        scope: 'USER',
        ownerId: user,
        kind: 'key',
        name,
        description: '',
        lifetimeMs: days === null ? null : days * DAY_MS,
        roles: [],
        uniqueName: true,
        allow: async () => {},
      })
      return {secret, token: toTinyToken(token)}
    },
    async replace(token) {
      const staged = await service.beginRotation(TINY_POLICY, ACTOR, await find(token))
      return {secret: staged.secret, token: toTinyToken(await staged.finish())}
    },
    end: async (token) => service.delete(TINY_POLICY, ACTOR, await find(token)),
  }
}

/** Return the tokens of every user, as the port to the tokens of one does. */
export async function listTinyTokens(service: TokenService, organizationId: string): Promise<TinyToken[]> {
  const page = {offset: 0, limit: Number.MAX_SAFE_INTEGER}
  return (await service.read.listTokens(organizationId, {vendor: TINY_POLICY.vendor}, page)).map(toTinyToken)
}

function toTinyToken({name, ownerId, createdAt, validUntil, fragment}: TokenView): TinyToken {
  return {
    name,
    owner: {type: 'user', id: ownerId},
    createdAt: toRfc3339(createdAt),
    expiresAt: toRfc3339OrNull(validUntil),
    fragment: fragment ?? '',
  }
}
