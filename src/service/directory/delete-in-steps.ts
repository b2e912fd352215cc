import {setTimeout as pause} from 'node:timers/promises'
import type {Actor, ServiceContext} from '../context.ts'
import type {TokenOwner} from '../store/store.ts'
import {endTokens, takeRoles} from './entity-tokens.ts'

/** What is deleted, and why its tokens end. */
export interface Doomed {
  organizationId: string
  /** The owners of the tokens that end. */
  owners: readonly TokenOwner[]
}

/** Gets the number of tokens that have ended so far. */
export type OnProgress = (endedTokens: number) => void

/**
 * How many tokens one step changes. A step holds the write lock, and other changes wait for it:
 * with this number for some tens of milliseconds.
 */
const TOKENS_PER_STEP = 200

/**
 * How long to wait between two steps, in milliseconds. Without it, another process that looks for
 * the lock every few milliseconds nearly always finds it taken.
 */
const PAUSE_MS = 5

/** How many owners one step looks at. Most of many owners have few tokens. */
const OWNERS_PER_STEP = 100

/**
 * End all tokens of these owners, in steps that are each committed. The deletion must have begun
 * (`StoreSession.beginDeletion`), so that none of the tokens is valid any more. If the process ends
 * before the last step, the same deletion can be run again. Return how many ended.
 */
export async function endTokensInSteps(
  context: ServiceContext,
  actor: Actor,
  {organizationId, owners}: Doomed,
  onProgress: OnProgress,
): Promise<number> {
  let ended = 0
  for (let next = 0; next < owners.length; ) {
    const first = next
    const step = await context.store.transaction(async (session) => {
      const vendors = await session.listTokenVendors(organizationId)
      let [index, room] = [first, TOKENS_PER_STEP]
      for (; index < owners.length && index < first + OWNERS_PER_STEP; index++) {
        const {scope, ownerId} = owners[index] ?? {}
        const filter = scope === '' ? {} : {scope: scope ?? '', ownerId: ownerId ?? ''}
        room -= await endTokens(context, session, actor, {organizationId, vendors, ...filter, limit: room})
        if (room === 0) break
      }
      return {next: index, ended: TOKENS_PER_STEP - room}
    })
    next = step.next
    ended += step.ended
    onProgress(ended)
    if (next < owners.length) await pause(PAUSE_MS)
  }
  return ended
}

/**
 * Remove the roles of other tokens on these entities, in steps that are each committed. A token
 * that loses several roles changes once, unless they are in different steps.
 */
export async function takeRolesInSteps(
  context: ServiceContext,
  actor: Actor,
  {organizationId, owners, because}: Doomed & {because: string},
): Promise<void> {
  for (let next = 0; next < owners.length; ) {
    const part = owners.slice(next, next + OWNERS_PER_STEP)
    const entities = part.map(({scope: type, ownerId: id}) => ({type, id}))
    const changed = await context.store.transaction(async (session) => {
      const vendors = await session.listTokenVendors(organizationId)
      return takeRoles(context, session, actor, {organizationId, vendors, entities, because, limit: TOKENS_PER_STEP})
    })
    if (changed < TOKENS_PER_STEP) next += OWNERS_PER_STEP
    if (next < owners.length) await pause(PAUSE_MS)
  }
}
