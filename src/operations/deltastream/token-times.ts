import {AppError} from '../../errors/app-error.ts'
import type {DeltaStreamTokenRecord} from '../../vendors/deltastream/token-port.ts'
import type {Deliver, Warn} from '../tokens/deliver.ts'
import type {DeltaStreamTokens} from './tokens.ts'

/** From the list of tokens: the answers to CREATE and RENEW have no times. */
export interface TokenTimes {
  createdAt?: string
  expiresAt?: string
}

/**
 * When to read the times of a new secret: before the delivery, if the times are a part of it; after
 * it, so that nothing delays the secret; or never, if no one sees them.
 */
export type TimesRead = 'before' | 'after' | 'never'

/** How long a secret may wait for its times, in milliseconds. */
const WAIT_MS = 5000

interface MintWithTimes<Result> {
  tokens: DeltaStreamTokens
  times: TimesRead
  /** Mint, and pass the secret to this `deliver`. */
  mint(deliver: Deliver<Result>): Promise<Result>
  deliver: Deliver<Result & TokenTimes>
  warn: Warn
}

/** Mint a secret, and add the times of its token to the result. */
export async function mintWithTimes<Result extends {name: string} & TokenTimes>({
  tokens,
  times,
  mint,
  deliver,
  warn,
}: MintWithTimes<Result>): Promise<Result> {
  const complete = (result: Result) => addTimes(tokens, result, warn)
  if (times !== 'before') {
    const result = await mint(deliver)
    return times === 'after' ? complete(result) : result
  }
  let completed: Result | undefined
  const result = await mint(async (secret, given, options) => {
    completed = await complete(given)
    await deliver(secret, completed, options)
  })
  return completed ?? result
}

/** A list that fails must not fail the command: the secret exists already. */
async function addTimes<Result extends {name: string} & TokenTimes>(
  {port}: DeltaStreamTokens,
  result: Result,
  warn: Warn,
): Promise<Result> {
  if (result.createdAt !== undefined && result.expiresAt !== undefined) return result
  try {
    const token = (await port.listWithin(WAIT_MS)).find(({name}) => name === result.name)
    if (token) return {...result, ...readTimes(token)}
    await warn(`The times of ${result.name} are unknown: it is not in the list of tokens`)
  } catch (err) {
    if (!(err instanceof AppError)) throw err
    await warn(`The times of ${result.name} are unknown, because the tokens cannot be listed: ${err.message}`)
  }
  return result
}

export function readTimes({createdAt, expiresAt}: DeltaStreamTokenRecord): TokenTimes {
  return {...(createdAt === undefined ? {} : {createdAt}), ...(expiresAt ? {expiresAt} : {})}
}
