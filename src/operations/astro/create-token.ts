import {AppError} from '../../errors/app-error.ts'
import type {AstroMintedToken, TokenKind} from '../../vendors/astro/api.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'
import {hintAtConflict} from '../hint-at-conflict.ts'
import {refuseBlankName} from '../refuse-blank-name.ts'
import {commandFor, type TokenEntity} from './entity.ts'
import {checkRole} from './list-roles.ts'
import {tokenCalls} from './token-calls.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import {explainUndelivered} from './undelivered.ts'

/**
 * Hands a secret over to whoever asked for it; rejects when that failed. `undoable` says that the caller can undo what it made:
 * then it is also refused, with CANCELLED or TERMINATED, once a signal has come.
 */
export type Deliver = (secret: string, result: TokenResult, options?: {undoable: boolean}) => Promise<void>

export interface CreateOptions {
  entity: TokenEntity
  name: string
  description: string
  /** Empty for an agent token, which holds none. */
  role: string
  kind?: TokenKind | undefined
  /** Whole days, as many as Astro allows; null for never. */
  expirationDays: number | null
  /** Refuse the name when a token of the entity bears it. */
  uniqueName: boolean
  deliver: Deliver
}

/**
 * Create a token and deliver its value. A value that cannot be delivered is ended again: UNDELIVERED, or CANCELLED or TERMINATED
 * when a signal came before it was.
 */
export async function createToken(options: CreateOptions): Promise<TokenResult> {
  const {entity, deliver} = options
  const minted = await mint(options)
  const result = toTokenResult(minted, entity)
  try {
    await deliver(minted.token, result, {undoable: true})
  } catch (cause) {
    throw await endUndelivered(entity, minted, cause)
  }
  return result
}

/** USAGE or INVALID for what no token could be made with; before a person is asked for the rest. */
export async function checkNewToken(
  entity: TokenEntity,
  {name, description, role}: {name: string; description: string; role: string},
): Promise<void> {
  refuseBlankName('token', name)
  checkUpdateBody({name, description})
  if (!entity.agents) await checkRole(entity, role)
}

async function mint(options: CreateOptions): Promise<AstroMintedToken> {
  const {entity, uniqueName, name} = options
  // The embedded service does this in one step. No vendor can: there the look and the create are two.
  if (uniqueName && !entity.target.embedded) await refuseTakenName(entity, name)
  return hintAtConflict(commandFor(entity, 'list'), tokenCalls(entity).create(options))
}

async function refuseTakenName(entity: TokenEntity, name: string): Promise<void> {
  const taken = (await tokenCalls(entity).list()).find((token) => token.name === name && token.scope === entity.scope)
  if (taken) {
    throw new AppError('CONFLICT', `An API token named ${name} exists already: ${taken.id}`, {
      hint: `Choose another name; see them with: ${commandFor(entity, 'list')}`,
    })
  }
}

async function endUndelivered(entity: TokenEntity, minted: AstroMintedToken, cause: unknown): Promise<AppError> {
  const {why: reason, code, details} = explainUndelivered(cause)
  const why = `The new API token ${minted.id} ${reason}`
  try {
    await tokenCalls(entity).delete(minted.id)
  } catch (err) {
    return new AppError('UNDELIVERED', `${why}; it could not be ended either and still works`, {
      cause: err,
      hint: `End it with: ${commandFor(entity, `delete ${minted.id} --force`)}`,
    })
  }
  return new AppError(code, `${why}; it was ended again`, {cause, ...details})
}
