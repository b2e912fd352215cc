import {AppError} from '../../errors/app-error.ts'
import type {StoreSession} from '../store/store.ts'

/** Names are compared within one owner: an organization, a workspace, a deployment. */
export interface TokenOwner {
  organizationId: string
  vendor: string
  scope: string
  ownerId: string
}

/** What the column `unique_name` holds for a token whose name nobody else of its owner may bear. */
export function uniqueNameOf(owner: TokenOwner, name: string): string {
  return `${owner.scope}/${owner.ownerId}/${name}`
}

/** CONFLICT, naming the id, when a live token of this owner bears the name. */
export async function refuseTakenName(session: StoreSession, owner: TokenOwner, name: string): Promise<void> {
  const filter = {vendor: owner.vendor, scope: owner.scope, entity: {type: owner.scope, id: owner.ownerId}}
  const id = await session.findTokenIdByName(owner.organizationId, filter, name)
  if (id) throw nameConflict(name, id)
}

export function nameConflict(name: string, id?: string): AppError {
  return new AppError('CONFLICT', `An API token named ${name} exists already${id ? `: ${id}` : ''}`, {
    hint: `Choose another name, or give that token a new value${id ? `: tokenry deployment token rotate ${id}` : ''}`,
  })
}
