import {countWords, DAY_MS} from '../../lib/duration.ts'
import type {AstroTokenRecord, NewAstroToken} from '../../vendors/astro/token-port.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'
import {listNewFields} from '../tokens/change-plan.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import {checkMint, mintToken} from '../tokens/mint-token.ts'
import {refuseBlankName} from '../tokens/refuse-blank-name.ts'
import type {CreationPlan} from './change-plan.ts'
import type {TokenEntity} from './entity.ts'
import {checkRole} from './list-roles.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import {warnOfWrongEnd} from './warn-of-end.ts'

export interface PlanOptions extends NewAstroToken {
  entity: TokenEntity
  /** Refuse a name that another token of the entity has. */
  uniqueName: boolean
}

export interface CreateOptions extends PlanOptions {
  deliver: Deliver<TokenResult>
  warn: Warn
}

/** Create a token and deliver its secret. If the delivery fails, see `mintToken`. */
export async function createToken({entity, uniqueName, deliver, warn, ...token}: CreateOptions): Promise<TokenResult> {
  return mintToken(entity, {
    token,
    uniqueName,
    isRival: isOf(entity),
    toResult: (minted) => toTokenResult(minted, entity),
    async deliver(secret, result, options) {
      await warnOfWrongEnd(result, token.expirationDays, warn)
      await deliver(secret, result, options)
    },
    warn,
  })
}

/**
 * Return what `createToken` would do, without minting. CONFLICT for a name that must be unique and
 * is taken.
 */
export async function planCreation(now: number, options: PlanOptions): Promise<CreationPlan> {
  const {entity, uniqueName, name, description, role, kind = 'STANDARD', expirationDays: days} = options
  await checkMint(entity, {name, uniqueName, isRival: isOf(entity)})
  const fields = entity.port.holdsRoles ? {role, kind, description} : {description}
  const end =
    days === null ? {lifetime: 'never', endMs: null} : {lifetime: countWords(days, 'day'), endMs: now + days * DAY_MS}
  return {
    dryRun: true,
    action: 'create',
    name,
    scope: entity.scope,
    entityId: entity.id,
    entityName: entity.name,
    changes: listNewFields(fields, end),
  }
}

function isOf(entity: TokenEntity) {
  return ({scope}: AstroTokenRecord) => scope === entity.scope
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
