import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {TokenService} from '../../service/token-service.ts'
import {type DecodedToken, decodeToken} from '../../service/tokens/format.ts'
import type {Verdict} from '../../service/tokens/verify.ts'
import {ASTRO_POLICY} from '../../vendors/astro/embedded/policy.ts'

/**
 * Return what the service knows of the value in --token-file. USAGE if it is not a token or not a whole one: the token that is
 * meant may live, while NOT_FOUND is taken for "it is gone". The shape is looked at first, so that nothing is opened in vain.
 */
export async function verdictOnValue(runtime: Runtime, secret: string): Promise<Verdict> {
  const decoded = decodeToken(secret)
  if (!decoded) throw notAToken()
  const {service} = await runtime.openService()
  const verdict = await service.verify(secret)
  if (!verdict.valid && verdict.reason === 'unknown') await refuseDamaged(service, decoded)
  return verdict
}

function notAToken(): AppError {
  return new AppError('USAGE', 'What is in the file is not a token', {
    hint: 'Put the whole token there, without quotes and without Bearer, or give the id of the token instead',
  })
}

/** A token that is there has every value that was made for it: this one is cut off, or was changed. */
async function refuseDamaged(service: TokenService, {payload}: DecodedToken): Promise<void> {
  const {org_id: organizationId, sub: tokenId} = payload
  if (typeof organizationId !== 'string' || typeof tokenId !== 'string') return
  const token = await service.read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
  if (!token || token.deletedAt !== null) return
  throw new AppError('USAGE', `The value in the file names API token ${tokenId}, but is none of its values`, {
    hint: 'Is it cut off? Put the whole token there, or give the id of the token instead',
  })
}
