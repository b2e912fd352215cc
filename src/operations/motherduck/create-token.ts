import {countWords, SECOND_MS} from '../../lib/duration.ts'
import type {NewMotherDuckToken} from '../../vendors/motherduck/token-port.ts'
import {parseCreateTokenBody} from '../../vendors/motherduck/validate.ts'
import {listNewFields} from '../tokens/change-plan.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import {checkMint, mintToken} from '../tokens/mint-token.ts'
import {refuseBlankName} from '../tokens/refuse-blank-name.ts'
import type {CreationPlan} from './change-plan.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import type {TokenUser} from './user.ts'

export interface PlanOptions {
  user: TokenUser
  token: NewMotherDuckToken
  /** Refuse a name that another token of the user has. */
  uniqueName: boolean
}

export interface CreateOptions extends PlanOptions {
  deliver: Deliver<TokenResult>
  warn: Warn
}

/** Create a token and deliver its secret. If the delivery fails, see `mintToken`. */
export async function createToken({user, ...options}: CreateOptions): Promise<TokenResult> {
  return mintToken(user, {...options, toResult: toTokenResult})
}

/**
 * Return what `createToken` would do, without minting. NOT_FOUND for a user who does not exist;
 * CONFLICT for a name that must be unique and is taken.
 */
export async function planCreation(now: number, {user, token, uniqueName}: PlanOptions): Promise<CreationPlan> {
  const {name, kind: type, description, ttlSeconds} = token
  await checkMint(user, {name, uniqueName})
  const end =
    ttlSeconds === null
      ? {lifetime: 'never', endMs: null}
      : {lifetime: countWords(ttlSeconds, 'second'), endMs: now + ttlSeconds * SECOND_MS}
  const changes = listNewFields({type, description}, end)
  return {dryRun: true, action: 'create', name, username: user.username, changes}
}

/**
 * Throw USAGE for a blank name and INVALID for a name or a description that no token can have,
 * before a request and before a person is asked for the rest.
 */
export function checkTokenTexts({name, description}: {name: string; description: string}): void {
  refuseBlankName('token', name)
  parseCreateTokenBody({name, description})
}
