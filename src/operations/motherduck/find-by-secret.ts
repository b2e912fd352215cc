import {AppError} from '../../errors/app-error.ts'
import type {MotherDuckSecretFinding} from '../../vendors/motherduck/capabilities.ts'
import {findBySecret, hintAtState, refuseNotAToken} from '../tokens/find-by-secret.ts'
import type {MotherDuckService} from './connect.ts'

/** The token that a command is about, as the user named it. */
export interface WantedToken {
  /** The argument: an id or, if no token has it, a name. */
  idOrName?: string | undefined
  /** From --name. */
  name?: string | undefined
  /** From --token-file. */
  secret?: string | undefined
}

/**
 * Return the live token that the secret in --token-file belongs to; null without a secret. USAGE
 * for what is not a token, or a damaged one. NOT_FOUND if the secret does not work; with
 * `details.gone` if its token is certainly gone.
 */
export async function findWantedBySecret(
  {capabilities, where, targetFlags}: MotherDuckService,
  wanted: WantedToken,
): Promise<{id: string; username: string} | null> {
  const {secret} = wanted
  if (secret === undefined) return null
  refuseNotAToken(secret)
  const find = capabilities.findTokenBySecret?.bind(capabilities)
  const finding = await findBySecret({find, noun: 'token', where}, secret)
  if (finding.state === 'valid' && finding.token) return finding.token
  throw new AppError('NOT_FOUND', `The file does not hold the secret of a token here (${finding.state})`, {
    hint: hintAtState(finding.state, `See the tokens with: tokenry motherduck token list --all-users${targetFlags}`),
    ...(isGone(finding, wanted) ? {gone: {wanted: finding.token?.id ?? null}} : {}),
  })
}

/**
 * Return whether the token of this secret, which does not work, is gone. MotherDuck does not list
 * an expired one. If the secret was only rotated, its token is there. If an id or a name is given
 * too, it may belong to a token that is there.
 */
function isGone({state, token}: MotherDuckSecretFinding, {idOrName, name}: WantedToken): boolean {
  if (name !== undefined || (idOrName !== undefined && idOrName !== token?.id)) return false
  return token?.isDeleted === true || state === 'expired' || state === 'unknown'
}
