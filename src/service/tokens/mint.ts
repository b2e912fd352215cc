import {checkEnd} from '../../lib/clock.ts'
import type {ServiceContext} from '../context.ts'
import type {StoreSession, TokenRoleRow, TokenRow, TokenValueRow} from '../store/store.ts'
import {cutFragment, hashValue, newJti, signToken} from './format.ts'
import type {TokenPolicy} from './policy.ts'

export interface MintedValue {
  /** The secret. It is not stored: it exists only here and where it is delivered. */
  secret: string
  row: TokenValueRow
}

/**
 * Sign a new secret for a token. Its lifetime starts now. Call it in the transaction that uses the
 * secret, and insert `row` there. This function does not insert it, because the row of the token
 * must exist first. Throw CONFLICT if the owner of the token is being deleted.
 */
export async function mintValue(
  context: ServiceContext,
  session: StoreSession,
  policy: TokenPolicy,
  subject: {token: TokenRow; roles: TokenRoleRow[]; state: 'pending' | 'current'},
): Promise<MintedValue> {
  const {token, roles, state} = subject
  const now = context.now()
  const validFrom = now - (now % policy.lifetimeStepMs)
  const validUntil = token.lifetimeMs === null ? null : validFrom + token.lifetimeMs
  if (validUntil !== null) checkEnd(validUntil)
  const key = await context.signers.findActive(session, validFrom, token)
  const secret = signToken(
    {
      ...(await policy.claims(session, token, roles)),
      iss: context.installation.issuer,
      sub: token.id,
      org_id: token.organizationId,
      kid: key.id,
      iat: toSeconds(validFrom),
      nbf: toSeconds(validFrom),
      ...(validUntil === null ? {} : {exp: toSeconds(validUntil)}),
      jti: newJti(),
    },
    key,
  )
  const row: TokenValueRow = {
    organizationId: token.organizationId,
    sha256: hashValue(secret),
    tokenId: token.id,
    vendor: token.vendor,
    keyId: key.id,
    fragment: cutFragment(secret),
    state,
    validFrom,
    validUntil,
    graceUntil: null,
    endedAt: null,
    endReason: null,
    lastUsedAt: null,
  }
  return {secret, row}
}

/** Return what the row of a token stores of the secret in force. */
export function pickShown({fragment, validFrom, validUntil}: TokenValueRow) {
  return {fragment, validFrom, validUntil} satisfies Partial<TokenRow>
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}
