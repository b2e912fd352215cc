import {newCuid, newUuid} from '../lib/ids.ts'
import {newSigningKey} from './signing-keys.ts'
import type {StoreSession} from './store/store.ts'

/**
 * What a new installation begins with: one organization, one workspace and one deployment, so that the first command works, and
 * a signing key. Runs in the transaction that makes the schema.
 */
export async function seedInstallation(session: StoreSession, nowMs: number): Promise<void> {
  const times = {createdAt: nowMs, updatedAt: nowMs}
  const id = newUuid()
  const organizationId = newCuid()
  const workspaceId = newCuid()
  await session.insertInstallation({id, issuer: `urn:tokenry:${id}`, createdAt: nowMs})
  await session.insertSigningKey(newSigningKey(nowMs))
  await session.insertOrganization({organizationId, uuid: newUuid(), name: 'default', ...times})
  await session.insertWorkspace({organizationId, id: workspaceId, name: 'default', description: '', ...times})
  await session.insertDeployment({organizationId, id: newCuid(), workspaceId, name: 'default', ...times})
}
