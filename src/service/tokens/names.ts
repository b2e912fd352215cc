import {AppError} from '../../errors/app-error.ts'
import type {StoreSession} from '../store/store.ts'
import type {TokenPolicy} from './policy.ts'

/**
 * Names are compared among the tokens whose kinds are in the same list: of one owner, or of the
 * organization, by the policy.
 */
export interface NamedToken {
  organizationId: string
  scope: string
  /** The id of an organization, workspace or deployment. */
  ownerId: string
  kind: string
}

/** Return the content of the column `unique_name`, for a name that must be unique in its list. */
export function formatUniqueName(policy: TokenPolicy, {scope, ownerId, kind}: NamedToken, name: string): string {
  const within = policy.namesUniqueIn === 'owner' ? `${scope}/${ownerId}/` : ''
  return `${within}${policy.kindsInSameList(kind).join(',')}/${name}`
}

/** If a live token in the same list has the name, throw CONFLICT with its id. */
export async function refuseTakenName(
  session: StoreSession,
  policy: TokenPolicy,
  {organizationId, scope, ownerId, kind}: NamedToken,
  name: string,
): Promise<void> {
  const within = policy.namesUniqueIn === 'owner' ? {scope, ownerId} : {}
  const filter = {vendor: policy.vendor, ...within, kinds: policy.kindsInSameList(kind)}
  const id = await session.findTokenIdByName(organizationId, filter, name)
  if (id) throw nameConflict(name, id)
}

export function nameConflict(name: string, id?: string): AppError {
  return new AppError('CONFLICT', `An API token named ${name} already exists${id ? `: ${id}` : ''}`, {
    reason: 'name-taken',
    facts: {noun: 'token', name, ...(id ? {id} : {})},
    hint: 'Choose another name',
  })
}
