import {AppError} from '../../errors/app-error.ts'
import type {AstroToken} from '../../vendors/astro/api.ts'
import type {Deliver} from './create-token.ts'
import type {DeploymentEntity} from './open-deployment.ts'
import {type TokenResult, toTokenResult} from './token-result.ts'
import {explainUndelivered} from './undelivered.ts'

export interface RotateOptions {
  entity: DeploymentEntity
  token: AstroToken
  deliver: Deliver
}

/**
 * Give a token a new value. On the embedded service the new value is delivered first and the old one ends then: a failed delivery
 * leaves the old value as it was (UNDELIVERED), and so does a signal before it (CANCELLED, TERMINATED); a failed end after the
 * delivery is PARTIAL, with both valid.
 */
export async function rotateToken(options: RotateOptions): Promise<TokenResult> {
  refuseForeign(options)
  const {target} = options.entity
  return target.embedded ? rotateInSteps(target.embedded, options) : rotateAtOnce(options)
}

async function rotateInSteps(
  embedded: NonNullable<DeploymentEntity['target']['embedded']>,
  {entity, token, deliver}: RotateOptions,
): Promise<TokenResult> {
  const staged = await embedded.beginRotation(entity.target.organizationId, token.id)
  try {
    await deliver(staged.token.token, toTokenResult(staged.token, entity), {undoable: true})
  } catch (cause) {
    throw await undoUndelivered(staged, {entity, token}, cause)
  }
  try {
    return toTokenResult(await staged.finish(), entity)
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'CONFLICT') throw cause
    throw new AppError(
      'PARTIAL',
      `The new value of ${token.name} (${token.id}) is written out, but the old one still works`,
      {
        cause,
        hint: `End it by rotating again: ${rotationOf(token, entity)}`,
      },
    )
  }
}

/** Where the vendor ends the old value at once, nothing can be undone: the value is delivered even when a signal came. */
async function rotateAtOnce({entity, token, deliver}: RotateOptions): Promise<TokenResult> {
  const minted = await entity.target.api.rotateToken(entity.target.organizationId, token.id)
  const result = toTokenResult(minted, entity)
  try {
    await deliver(minted.token, result)
  } catch (cause) {
    throw new AppError('UNDELIVERED', `The new value of ${token.id} ${explainUndelivered(cause).why}`, {
      cause,
      hint: `The old value has ended; rotate again: ${rotationOf(token, entity)}`,
    })
  }
  return result
}

async function undoUndelivered(
  staged: {undo(): Promise<void>},
  {entity, token}: Pick<RotateOptions, 'entity' | 'token'>,
  cause: unknown,
): Promise<AppError> {
  const {why: reason, code} = explainUndelivered(cause)
  const why = `The new value of ${token.name} (${token.id}) ${reason}`
  try {
    await staged.undo()
  } catch (err) {
    return new AppError('UNDELIVERED', `${why}; it could not be ended, and the old value is still valid`, {
      cause: err,
      hint: `End it by rotating again: ${rotationOf(token, entity)}`,
    })
  }
  return new AppError(code, `${why}; the old value is still valid`, {
    cause,
    ...(code === 'UNDELIVERED'
      ? {hint: 'Run the command again with an output that can be written, such as --output FILE'}
      : {}),
  })
}

function refuseForeign({entity, token}: RotateOptions): void {
  if (token.scope === entity.scope) return
  throw new AppError('USAGE', `API token ${token.id} belongs to a wider scope (${token.scope})`, {
    hint: 'Rotate it where it belongs; a deployment can only take away its role here',
  })
}

function rotationOf(token: AstroToken, entity: DeploymentEntity): string {
  return `tokenry deployment token rotate ${token.id} --deployment-id ${entity.id} --force`
}
