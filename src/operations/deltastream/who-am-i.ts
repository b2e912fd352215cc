import {SECOND_MS} from '../../lib/duration.ts'
import {decodeToken} from '../../lib/jwt.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {ApiVersion, SessionPlaces} from '../../vendors/deltastream/api.ts'
import type {DeltaStreamService} from './connect.ts'

/** Who a command acts as, as far as the token says. */
export interface DeltaStreamIdentity {
  /** Null if a variable leads to DeltaStream itself. */
  context: string | null
  /** Null for the embedded service. */
  url: string | null
  /** What the token comes from; null for the owner of the embedded store, who needs none. */
  credential: string | null
  /** The places that the context names. */
  session: Omit<SessionPlaces, 'computePool'>
  /**
   * What the token says of itself, which is not proven. A claim that it does not have is absent.
   */
  claims: {role?: string; issuer?: string; subject?: string; issuedAt?: string; expiresAt?: string}
  /** Of the API, which has accepted the token. Absent without --check. */
  version?: ApiVersion
}

/** Return who a command acts as. With `check`, ask the API: UNAUTHENTICATED for a bad token. */
export async function identify(service: DeltaStreamService, {check}: {check: boolean}): Promise<DeltaStreamIdentity> {
  const {credential, session, api} = service
  const {context, url = null, source, secret} = credential
  return {
    context,
    url,
    credential: secret === undefined ? null : source,
    session,
    claims: secret === undefined ? {} : readClaims(secret),
    ...(check ? {version: await api.getVersion()} : {}),
  }
}

/** Only claims that hold no secret. DeltaStream does not document its own claims. */
function readClaims(secret: string): DeltaStreamIdentity['claims'] {
  const payload = decodeToken(secret)?.payload
  if (!payload) return {}
  const {role, iss, sub, iat, exp} = payload
  return {
    ...(typeof role === 'string' ? {role} : {}),
    ...(typeof iss === 'string' ? {issuer: iss} : {}),
    ...(typeof sub === 'string' ? {subject: sub} : {}),
    ...(isSeconds(iat) ? {issuedAt: toRfc3339(iat * SECOND_MS)} : {}),
    ...(isSeconds(exp) ? {expiresAt: toRfc3339(exp * SECOND_MS)} : {}),
  }
}

/** Whether it is a time that RFC 3339 can express. */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800
}
