import type {NewAstroToken} from '../../vendors/astro/token-port.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import {mintToken} from '../tokens/mint-token.ts'
import {refuseBlankName} from '../tokens/refuse-blank-name.ts'
import type {TokenEntity} from './entity.ts'
import {checkRole} from './list-roles.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import {warnOfWrongEnd} from './warn-of-end.ts'

export interface CreateOptions extends NewAstroToken {
  entity: TokenEntity
  /** Refuse a name that another token of the entity has. */
  uniqueName: boolean
  deliver: Deliver<TokenResult>
  warn: Warn
}

/** Create a token and deliver its secret. If the delivery fails, see `mintToken`. */
export async function createToken({entity, uniqueName, deliver, warn, ...token}: CreateOptions): Promise<TokenResult> {
  return mintToken(entity, {
    token,
    uniqueName,
    isRival: ({scope}) => scope === entity.scope,
    toResult: (minted) => toTokenResult(minted, entity),
    async deliver(secret, result, options) {
      await warnOfWrongEnd(result, token.expirationDays, warn)
      await deliver(secret, result, options)
    },
    warn,
  })
}

/**
 * Throw USAGE or INVALID for values that no token can have, before a person is asked for the rest.
 */
export async function checkNewToken(
  entity: TokenEntity,
  {name, description, role}: {name: string; description: string; role: string},
): Promise<void> {
  refuseBlankName('token', name)
  checkUpdateBody({name, description})
  if (entity.port.holdsRoles) await checkRole(entity, role)
}
