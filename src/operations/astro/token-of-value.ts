import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime.ts'
import {isSignedBy} from '../../service/signing-keys.ts'
import type {TokenView} from '../../service/store/store.ts'
import type {TokenService} from '../../service/token-service.ts'
import {type DecodedToken, decodeToken} from '../../service/tokens/format.ts'
import type {Verdict} from '../../service/tokens/verify.ts'
import {ASTRO_POLICY} from '../../vendors/astro/policy.ts'

/**
 * Return what the service knows of the value in --token-file. USAGE if it is not a token or not a whole one: the token that is
 * meant may live, while NOT_FOUND is taken for "it is gone". The shape is looked at first, so that nothing is opened in vain.
 */
export async function verdictOnValue(runtime: Runtime, secret: string): Promise<Verdict> {
  const decoded = decodeToken(secret)
  if (!decoded) throw notAToken()
  const {service} = await runtime.openService()
  const verdict = await service.verify(secret)
  if (!verdict.valid && verdict.token === null) await refuseDamaged(service, {secret, decoded, verdict})
  return verdict
}

function notAToken(): AppError {
  return new AppError('USAGE', 'What is in the file is not a token', {
    hint: 'Put the whole token there, without quotes and without Bearer, or give the id of the token instead',
  })
}

interface UnknownValue {
  secret: string
  decoded: DecodedToken
  verdict: Verdict & {valid: false}
}

/**
 * A token that is there has every value that was made for it: this one is cut off, or was changed. Its claims may be what was
 * changed, and name nothing that is there: then only the signature tells.
 */
async function refuseDamaged(service: TokenService, {secret, decoded, verdict}: UnknownValue): Promise<void> {
  const token = await findNamed(service, decoded)
  if (token && token.deletedAt !== null) return
  const hint = 'Is it cut off? Put the whole token there, or give the id of the token instead'
  if (token && verdict.reason === 'unknown') {
    throw new AppError('USAGE', `The value in the file names API token ${token.id}, but is none of its values`, {hint})
  }
  const key = (await service.publicKeys()).find(({kid}) => kid === decoded.header['kid'])
  if (!key || isSignedBy(secret, key)) return
  throw new AppError('USAGE', 'The value in the file was made here, and was changed since', {hint})
}

async function findNamed(service: TokenService, {payload}: DecodedToken): Promise<TokenView | null> {
  const {org_id: organizationId, sub: tokenId} = payload
  if (typeof organizationId !== 'string' || typeof tokenId !== 'string') return null
  return service.read.findToken(organizationId, ASTRO_POLICY.vendor, tokenId)
}
