import type {Actor} from '../service/context.ts'
import type {Credential} from '../service/tokens/authenticate.ts'

/**
 * The caller of a vendor's API in an organization of the embedded service: the owner of the store,
 * who may do everything there, or the token of a request, which has the rights that the vendor
 * gives it.
 */
export type Principal =
  | {kind: 'owner'; actor: Actor; organizationId: string}
  | ({kind: 'token'; actor: Actor} & Credential)
