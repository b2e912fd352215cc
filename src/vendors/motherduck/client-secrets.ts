import {AppError} from '../../errors/app-error.ts'
import type {MotherDuckApi} from './api.ts'
import type {MotherDuckSecretFinding} from './capabilities.ts'
import {readMotherDuckClaims} from './credential.ts'

/**
 * Find the token of a secret by what the secret claims, among the tokens of its user. Only a token
 * of a tokenry installation claims its id: USAGE for one of MotherDuck. The API cannot be asked
 * whether the secret is the current one of its token: `valid` only means that the token is there.
 *
 * `issuer` is that of the token that signs in, `now` is in epoch milliseconds.
 */
export async function findTokenByClaims(
  api: Pick<MotherDuckApi, 'listTokens'>,
  secret: string,
  {issuer, now}: {issuer: string | undefined; now: number},
): Promise<MotherDuckSecretFinding> {
  const claims = readMotherDuckClaims(secret)
  if (!claims) return {state: 'malformed', token: null}
  const {tokenId, username, expiresAtMs} = claims
  if (tokenId === undefined || username === undefined) {
    throw new AppError('USAGE', 'A token of MotherDuck does not name its id', {
      hint: 'Give the id of the token instead of --token-file',
    })
  }
  if (claims.issuer !== issuer) return {state: 'not ours', token: null}
  if (expiresAtMs !== null && expiresAtMs <= now) return {state: 'expired', token: null}
  const tokens = await listIfFound(api, username)
  const isThere = tokens.some(({id}) => id === tokenId)
  return isThere ? {state: 'valid', token: {id: tokenId, username, isDeleted: false}} : {state: 'unknown', token: null}
}

/** Return no tokens for a user who does not exist. */
async function listIfFound(api: Pick<MotherDuckApi, 'listTokens'>, username: string): Promise<{id: string}[]> {
  try {
    return (await api.listTokens(username)).tokens
  } catch (err) {
    if (err instanceof AppError && err.code === 'NOT_FOUND') return []
    throw err
  }
}
