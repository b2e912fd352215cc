import {newUuid} from '../lib/ids.ts'
import {FIRST_NAME, insertOrganization} from './directory/new-organization.ts'
import {newSigningKey} from './signing-keys.ts'
import type {StoreSession} from './store/store.ts'
import type {NewId} from './tokens/policy.ts'

/**
 * Create the content of a new installation: a signing key, and one organization with one workspace
 * and one deployment, so that the first command works. Runs in the transaction that creates the
 * schema.
 */
export async function seedInstallation(
  session: StoreSession,
  {nowMs, newId}: {nowMs: number; newId: NewId},
): Promise<void> {
  const id = newUuid()
  await session.insertInstallation({id, issuer: `urn:tokenry:${id}`, createdAt: nowMs})
  await session.insertSigningKey(newSigningKey(nowMs))
  await insertOrganization(session, {name: FIRST_NAME, nowMs, newId})
}
