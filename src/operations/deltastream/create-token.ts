import {checkName} from '../../vendors/deltastream/sql/quote.ts'
import type {NewDeltaStreamToken} from '../../vendors/deltastream/token-port.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import {mintToken} from '../tokens/mint-token.ts'
import {mintWithTimes, type TimesRead, type TokenTimes} from './token-times.ts'
import type {DeltaStreamTokens} from './tokens.ts'

/** A new token. The times are absent if the list of tokens could not be read. */
export interface CreatedToken extends TokenTimes {
  name: string
  role: string
  expiresInDays: number
}

export interface CreateOptions {
  tokens: DeltaStreamTokens
  token: NewDeltaStreamToken & {expiresInDays: number}
  times: TimesRead
  deliver: Deliver<CreatedToken>
  warn: Warn
}

/** Create a token and deliver its secret. If the delivery fails, see `mintToken`. */
export async function createToken({tokens, token, times, deliver, warn}: CreateOptions): Promise<CreatedToken> {
  const {name, role, expiresInDays} = token
  return mintWithTimes<CreatedToken>({
    tokens,
    times,
    mint: (deliverThis) =>
      mintToken(tokens, {
        token,
        // No other token can have the name.
        uniqueName: false,
        toResult: () => ({name, role, expiresInDays}),
        deliver: deliverThis,
        warn,
      }),
    deliver,
    warn,
  })
}

/** Throw INVALID for a name that no token or role can have, before a request or a question. */
export function checkNewToken({name, role}: {name?: string | undefined; role?: string | undefined}): void {
  if (name !== undefined) checkName('name', name)
  if (role !== undefined) checkName('role', role)
}
