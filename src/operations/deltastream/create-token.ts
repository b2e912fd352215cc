import {countWords, DAY_MS} from '../../lib/duration.ts'
import {checkName} from '../../vendors/deltastream/sql/quote.ts'
import type {NewDeltaStreamToken} from '../../vendors/deltastream/token-port.ts'
import {listNewFields} from '../tokens/change-plan.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import {hintAtConflict} from '../tokens/hint-at-conflict.ts'
import {mintToken} from '../tokens/mint-token.ts'
import type {CreationPlan} from './change-plan.ts'
import {listRoles} from './roles.ts'
import {mintWithTimes, type TimesRead, type TokenTimes} from './token-times.ts'
import {type DeltaStreamTokens, nameTaken, noRole} from './tokens.ts'

/** A new token. The times are absent if the list of tokens could not be read. */
export interface CreatedToken extends TokenTimes {
  name: string
  role: string
  expiresInDays: number
}

export interface PlanOptions {
  tokens: DeltaStreamTokens
  token: NewDeltaStreamToken & {expiresInDays: number}
}

export interface CreateOptions extends PlanOptions {
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

/**
 * Return what `createToken` would do, without minting. NOT_FOUND for a role that the caller does
 * not have; CONFLICT for the name of another token of the caller. Tokens of other users are not
 * listed, so their names are only refused when the token is created.
 */
export async function planCreation(now: number, {tokens, token}: PlanOptions): Promise<CreationPlan> {
  const {service, words} = tokens
  const {name, role, expiresInDays: days} = token
  if (!(await listRoles(service)).some((each) => each.name === role)) throw noRole(service, role)
  await hintAtConflict(words.command('list'), refuseTaken(tokens, name))
  const end = {lifetime: countWords(days, 'day'), endMs: now + days * DAY_MS}
  return {dryRun: true, action: 'create', name, where: service.where, changes: listNewFields({role}, end)}
}

async function refuseTaken({service, port}: DeltaStreamTokens, name: string): Promise<void> {
  if ((await port.list()).some((token) => token.name === name)) throw nameTaken(service, name)
}

/** Throw INVALID for a name that no token or role can have, before a request or a question. */
export function checkNewToken({name, role}: {name?: string | undefined; role?: string | undefined}): void {
  if (name !== undefined) checkName('name', name)
  if (role !== undefined) checkName('role', role)
}
