import {newSortableUuid, newUuid} from '../../../lib/ids.ts'
import type {TokenPolicy} from '../../../service/tokens/policy.ts'
import {TOKEN_TYPES} from '../api.ts'
import {findAccountById, formatEmail, VENDOR} from './accounts.ts'

/** The scope of every token in the store: it belongs to a user. */
export const USER_SCOPE = 'USER'

/**
 * The tokens and ids that MotherDuck's clients need (contracts/motherduck.md, sections 2 and 5).
 */
export const MOTHERDUCK_POLICY: TokenPolicy = {
  vendor: VENDOR,
  // Lists are in order of creation, and several tokens can be created in one millisecond.
  newId: (kind) => (kind === 'token' ? newSortableUuid() : newUuid()),
  kindsInSameList: () => TOKEN_TYPES,
  namesUniqueIn: 'owner',
  useNotedEveryMs: 60_000,
  lifetimeStepMs: 1,
  async claims(session, token) {
    const account = await findAccountById(session, token.organizationId, token.ownerId)
    return {
      email: account ? formatEmail(account) : '',
      session: account?.name ?? '',
      pat: newUuid(),
      userId: token.ownerId,
      tokenType: token.kind,
      readOnly: token.kind === 'read_scaling',
    }
  },
  tokensEndedWith: ({id}) => ({scope: USER_SCOPE, ownerId: id}),
}
