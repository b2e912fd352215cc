import {AppError} from '../../errors/app-error.ts'
import type {StoreSession} from '../store/store.ts'
import type {TokenPolicy} from './policy.ts'

/** Names are compared within one owner, and among the kinds of tokens that one list shows. */
export interface NamedToken {
  organizationId: string
  scope: string
  /** An organization, a workspace, a deployment. */
  ownerId: string
  kind: string
}

/** What the column `unique_name` holds for a token whose name no other next to it may have. */
export function formatUniqueName(policy: TokenPolicy, {scope, ownerId, kind}: NamedToken, name: string): string {
  return `${scope}/${ownerId}/${policy.kindsBeside(kind).join(',')}/${name}`
}

/** CONFLICT, naming the id, when a live token next to this one has the name. */
export async function refuseTakenName(
  session: StoreSession,
  policy: TokenPolicy,
  {organizationId, scope, ownerId, kind}: NamedToken,
  name: string,
): Promise<void> {
  const filter = {vendor: policy.vendor, scope, ownerId, kinds: policy.kindsBeside(kind)}
  const id = await session.findTokenIdByName(organizationId, filter, name)
  if (id) throw nameConflict(name, id)
}

export function nameConflict(name: string, id?: string): AppError {
  return new AppError('CONFLICT', `An API token named ${name} exists already${id ? `: ${id}` : ''}`, {
    reason: 'name-taken',
    facts: {noun: 'token', name, ...(id ? {id} : {})},
    hint: 'Choose another name',
  })
}
