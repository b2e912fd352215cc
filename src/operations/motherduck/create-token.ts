import type {NewMotherDuckToken} from '../../vendors/motherduck/token-port.ts'
import {parseCreateTokenBody} from '../../vendors/motherduck/validate.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import {mintToken} from '../tokens/mint-token.ts'
import {refuseBlankName} from '../tokens/refuse-blank-name.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import type {TokenUser} from './user.ts'

export interface CreateOptions {
  user: TokenUser
  token: NewMotherDuckToken
  /** Refuse a name that another token of the user has. */
  uniqueName: boolean
  deliver: Deliver<TokenResult>
  warn: Warn
}

/** Create a token and deliver its secret. If the delivery fails, see `mintToken`. */
export async function createToken({user, ...options}: CreateOptions): Promise<TokenResult> {
  return mintToken(user, {...options, toResult: toTokenResult})
}

/**
 * Throw USAGE for a blank name and INVALID for a name or a description that no token can have,
 * before a request and before a person is asked for the rest.
 */
export function checkTokenTexts({name, description}: {name: string; description: string}): void {
  refuseBlankName('token', name)
  parseCreateTokenBody({name, description})
}
