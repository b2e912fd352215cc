import {AppError} from '../../errors/app-error.ts'
import type {AstroMintedToken, CreateTokenBody} from '../../vendors/astro/api.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'
import {readTokens} from './list-tokens.ts'
import type {DeploymentEntity} from './open-deployment.ts'
import {checkRole} from './roles.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import {explainUndelivered} from './undelivered.ts'

/**
 * Hands a secret over to whoever asked for it; rejects when that failed. `undoable` says that the caller can undo what it made:
 * then it is also refused, with CANCELLED or TERMINATED, once a signal has come.
 */
export type Deliver = (secret: string, result: TokenResult, options?: {undoable: boolean}) => Promise<void>

export interface CreateOptions {
  entity: DeploymentEntity
  name: string
  description: string
  role: string
  /** Whole days, 1 to 3650; null for never. */
  expirationDays: number | null
  /** Refuse the name when a token of the deployment bears it. */
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
  entity: DeploymentEntity,
  {name, description, role}: {name: string; description: string; role: string},
): Promise<void> {
  checkUpdateBody({name, description})
  await checkRole(entity.target, role)
}

async function mint(options: CreateOptions): Promise<AstroMintedToken> {
  const {entity, name, description, role, expirationDays, uniqueName} = options
  const {api, embedded, organizationId} = entity.target
  const body: CreateTokenBody = {
    name,
    description,
    role,
    scope: entity.scope,
    entityId: entity.id,
    ...(expirationDays === null ? {} : {tokenExpiryPeriodInDays: expirationDays}),
  }
  if (embedded) return embedded.createToken(organizationId, body, {uniqueName})
  // No vendor can do this in one step: the look and the create are two.
  if (uniqueName) await refuseTakenName(entity, name)
  return api.createToken(organizationId, body)
}

async function refuseTakenName(entity: DeploymentEntity, name: string): Promise<void> {
  const taken = (await readTokens(entity)).find((token) => token.name === name)
  if (taken) {
    throw new AppError('CONFLICT', `An API token named ${name} exists already: ${taken.id}`, {
      hint: `Choose another name, or give that token a new value: tokenry deployment token rotate ${taken.id} --deployment-id ${entity.id}`,
    })
  }
}

async function endUndelivered(entity: DeploymentEntity, minted: AstroMintedToken, cause: unknown): Promise<AppError> {
  const {api, organizationId} = entity.target
  const {why: reason, code} = explainUndelivered(cause)
  const why = `The new API token ${minted.id} ${reason}`
  try {
    await api.deleteToken(organizationId, minted.id)
  } catch (err) {
    return new AppError('UNDELIVERED', `${why}; it could not be ended either and still works`, {
      cause: err,
      hint: `End it with: tokenry deployment token delete ${minted.id} --deployment-id ${entity.id} --force`,
    })
  }
  return new AppError(code, `${why}; it was ended again`, {
    cause,
    ...(code === 'UNDELIVERED'
      ? {hint: 'Run the command again with an output that can be written, such as --output FILE'}
      : {}),
  })
}
