import {newSortableUuid, newUuid} from '../../../lib/ids.ts'
import type {TokenPolicy} from '../../../service/tokens/policy.ts'
import {VENDOR} from './owner.ts'

/** The scope of every token in the store: it belongs to an account. */
export const ACCOUNT_SCOPE = 'USER'

/** The only kind of token. */
export const TOKEN_KIND = 'api_token'

/** Times are reported in whole seconds (contracts/deltastream.md, 4.3). */
const SECOND_MS = 1000

/** The tokens that DeltaStream's clients need (contracts/deltastream.md, sections 1.1 and 4). */
export const DELTASTREAM_POLICY: TokenPolicy = {
  vendor: VENDOR,
  newId: (kind) => (kind === 'token' ? newSortableUuid() : newUuid()),
  kindsInSameList: (kind) => [kind],
  namesUniqueIn: 'organization',
  useNotedEveryMs: SECOND_MS,
  lifetimeStepMs: SECOND_MS,
  // The claims of a real token are not documented, and no client reads any. Its role never changes.
  claims: async (_, __, roles) => ({role: roles[0]?.role}),
  tokensEndedWith: ({id}) => ({scope: ACCOUNT_SCOPE, ownerId: id}),
}
