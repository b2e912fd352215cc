import {AppError} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import type {Minted, TokenRecord} from '../../vendors/token-port.ts'
import type {Deliver, Warn} from './deliver.ts'
import {hintAtConflict} from './hint-at-conflict.ts'
import {formatKey, keyOfToken, readVerbs, type TokenAccess} from './token-access.ts'
import {explainUndelivered} from './undelivered.ts'
import {hintAtMint, wordUncertain} from './word-uncertain.ts'

export interface MintOptions<Token extends TokenRecord, NewToken, Result> {
  token: NewToken
  /** Refuse a name that another token of the place has. */
  uniqueName: boolean
  /** Which of the listed tokens count for `uniqueName`. Default: all. */
  isRival?: IsRival<Token>
  toResult(token: Token): Result
  deliver: Deliver<Result>
  warn: Warn
}

type IsRival<Token> = (token: Token) => boolean

/**
 * Mint a token and deliver its secret. If the secret cannot be delivered, the token is ended again,
 * and this throws UNDELIVERED; CANCELLED or TERMINATED if a signal came before the delivery.
 * UNCERTAIN if the token may exist and no one has its secret.
 */
export async function mintToken<Token extends TokenRecord, NewToken extends {name: string}, Result>(
  access: TokenAccess<Token, NewToken>,
  options: MintOptions<Token, NewToken, Result>,
): Promise<Result> {
  const {noun, command} = access.words
  const words = {
    message: `${article(noun)} ${noun} named ${options.token.name} may exist now`,
    hint: (when: string) => hintAtMint(access.words, options.token.name, when),
  }
  const minted = await hintAtConflict(command('list'), wordUncertain(words, mint(access, options)))
  const result = options.toResult(minted.token)
  try {
    await options.deliver(minted.secret, result, {afterSignal: 'refuse'})
  } catch (cause) {
    throw await endUndelivered(access, minted, cause)
  }
  return result
}

async function mint<Token extends TokenRecord, NewToken extends {name: string}, Result>(
  {port, words}: TokenAccess<Token, NewToken>,
  {token, uniqueName, isRival, warn}: MintOptions<Token, NewToken, Result>,
): Promise<Minted<Token>> {
  if (!uniqueName) return port.mint(token)
  if (port.mintUnique) return port.mintUnique(token)
  await refuseTaken({port, words}, {name: token.name, isRival})
  await warn(
    `${capitalise(words.where)} cannot check the name and create the token in one step: another token with this name may be created between the two`,
  )
  return port.mint(token)
}

/**
 * Check what `mintToken` would check, and mint nothing. The tokens are listed even if the name need
 * not be unique: that shows that the place exists. CONFLICT for a name that must be unique and is
 * taken.
 */
export async function checkMint<Token extends TokenRecord, NewToken extends {name: string}>(
  access: TokenAccess<Token, NewToken>,
  {name, uniqueName, isRival}: {name: string; uniqueName: boolean; isRival?: IsRival<Token>},
): Promise<void> {
  if (!uniqueName) return void (await access.port.list())
  await hintAtConflict(access.words.command('list'), refuseTaken(access, {name, isRival}))
}

async function refuseTaken<Token extends TokenRecord, NewToken>(
  {port, words}: TokenAccess<Token, NewToken>,
  {name, isRival = () => true}: {name: string; isRival?: IsRival<Token> | undefined},
): Promise<void> {
  const taken = (await port.list()).find((token) => token.name === name && isRival(token))
  if (!taken) return
  throw new AppError(
    'CONFLICT',
    `${article(words.noun)} ${words.noun} named ${name} already exists: ${keyOfToken(taken)}`,
    {
      hint: 'Choose another name',
    },
  )
}

function article(noun: string): string {
  return /^[aeiou]/i.test(noun) ? 'An' : 'A'
}

async function endUndelivered<Token extends TokenRecord, NewToken>(
  {port, words}: TokenAccess<Token, NewToken>,
  {token}: Minted<Token>,
  cause: unknown,
): Promise<AppError> {
  const {why: reason, code, details} = explainUndelivered(cause)
  const why = `The new ${words.noun} ${keyOfToken(token)} ${reason}`
  try {
    await port.end(token)
  } catch (err) {
    return new AppError('UNDELIVERED', `${why}; it could not be ended either and still works`, {
      cause: err,
      hint: `End it with: ${words.command(`${readVerbs(words).end} ${formatKey(token)} --force`)}`,
    })
  }
  return new AppError(code, `${why}; it was ended again`, {cause, ...details})
}
